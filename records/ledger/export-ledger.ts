import { canonicalJson, type Json } from '../canonical-json.ts'
import { storedCheckpoints, type StoredCheckpoint } from './checkpoint.ts'
import type { Ledger } from './ledger.ts'

/**
 * The ledger as lines of JSON, for another eye: each entry with its hash, before the first entry that
 * points to it each text as `{"document":<sha256>,"text":...}`, and behind the entry it signed each
 * checkpoint as `{"signed":<canonical JSON>,"signature":<hex>}`. First what was set aside, as
 * `{"aside":<canonical JSON>}`: a checkpoint may have signed it. No line holds a person's name.
 * `verify-export.mjs` proves it. Throws `LedgerBroken` where the chain breaks.
 */
export function* exportLedger(ledger: Ledger): Generator<string> {
  for (const row of ledger.db.prepare('SELECT body FROM set_aside ORDER BY seq, hash').iterate()) {
    yield canonicalJson({ aside: String(row['body']) })
  }
  const told = new Set<string>()
  // Read beforehand: each is due behind its entry, and the numbers run on where they don't fit.
  const checkpoints = [...storedCheckpoints(ledger.db)].toReversed()
  for (const entry of ledger.entries()) {
    const { document } = (entry.after ?? {}) as { readonly document?: unknown }
    if (typeof document === 'string' && !told.has(document)) {
      told.add(document)
      const text = ledger.findDocument(document)
      if (text !== undefined) yield canonicalJson({ document, text })
    }
    yield canonicalJson({ ...entry } as unknown as Json)
    yield* dueAt(entry.seq, checkpoints)
  }
  yield* dueAt(Number.MAX_SAFE_INTEGER, checkpoints)
}

/** Takes from the end of `checkpoints` those that signed the ledger at or before entry `seq`. */
function* dueAt(seq: number, checkpoints: StoredCheckpoint[]): Generator<string> {
  for (let next = checkpoints.at(-1); next !== undefined; next = checkpoints.at(-1)) {
    if (signedSeq(next) > seq) return
    checkpoints.pop()
    yield canonicalJson({ signed: next.body, signature: next.signature })
  }
}

/** One that can't be read is put last, where the verifier names it. */
function signedSeq({ body }: StoredCheckpoint): number {
  try {
    return Number((JSON.parse(body) as { seq?: unknown }).seq ?? 0)
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}

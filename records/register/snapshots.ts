import type { DatabaseSync } from 'node:sqlite'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { sha256 } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { inTransaction } from '../sqlite/open-database.ts'
import { foldVersion } from './fold-version.ts'
import { EMPTY_REGISTER, type Register } from './register.ts'

/**
 * One snapshot is kept for so many entries: a start reads at most these behind the newest, a look at
 * the past at most these behind an older one. 20,000 entries are a fifth of a second.
 */
export const SNAPSHOT_EVERY = 20_000

/** A register of 100,000 devices has 40 MB of text; nothing of ours comes near this. */
const MAX_TEXT_OCTETS = 512 * 1024 * 1024

/** Low: a stop must not wait for the last per cent. */
const DEFLATE_LEVEL = 3

/** Keeps the register that was reached, in the place of the last one of the same stretch of entries. */
export function saveSnapshot(db: DatabaseSync, register: Register): void {
  const { headSeq, headHash } = register
  const text = textOfRegister(register)
  const body = deflateRawSync(text, { level: DEFLATE_LEVEL })
  const stretch = Math.floor(headSeq / SNAPSHOT_EVERY) * SNAPSHOT_EVERY
  inTransaction(db, () => {
    db.prepare('DELETE FROM snapshots WHERE seq BETWEEN ? AND ? OR fold <> ?').run(
      stretch,
      stretch + SNAPSHOT_EVERY - 1,
      foldVersion(),
    )
    db.prepare('INSERT INTO snapshots (seq, hash, fold, digest, body) VALUES (?, ?, ?, ?, ?)').run(
      headSeq,
      headHash,
      foldVersion(),
      digestOf(text, headHash),
      body,
    )
  })
}

/**
 * The newest register kept at or before entry `upTo`, `EMPTY_REGISTER` when none can be believed: made
 * by this code, whole, and of an entry that is still the one it was.
 */
export function loadSnapshot(ledger: Ledger, upTo = Number.MAX_SAFE_INTEGER): Register {
  const select = ledger.db.prepare(
    'SELECT seq, hash, digest, body FROM snapshots WHERE seq <= ? AND fold = ? ORDER BY seq DESC',
  )
  for (const row of select.iterate(upTo, foldVersion())) {
    const text = believedText(ledger, row)
    if (text !== undefined) return registerOfText(text)
  }
  return EMPTY_REGISTER
}

/** The snapshots that `loadSnapshot` may look at, oldest first; one that it would not believe has no text. */
export function snapshotRows(
  ledger: Ledger,
): readonly { readonly seq: number; readonly text: string | undefined }[] {
  return ledger.db
    .prepare('SELECT seq, hash, digest, body FROM snapshots WHERE fold = ? ORDER BY seq')
    .all(foldVersion())
    .map((row) => ({ seq: Number(row['seq']), text: believedText(ledger, row) }))
}

/** One text for equal registers that were reached the same way; a map is the list of its pairs. */
export function textOfRegister(register: Register): string {
  const fields = Object.entries(register).map(([field, value]: [string, unknown]) => [
    field,
    value instanceof Map ? [...value] : value,
  ])
  return canonicalJson(Object.fromEntries(fields) as Json)
}

/** INVARIANT: `text` was made by `textOfRegister` of this very code, as its digest and fold version say. */
function registerOfText(text: string): Register {
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>
  const fields = Object.entries(EMPTY_REGISTER).map(([field, empty]: [string, unknown]) => [
    field,
    empty instanceof Map ? new Map(value[field] as [string, unknown][]) : value[field],
  ])
  return Object.fromEntries(fields) as Register
}

/** The row's text, if it is whole and of an entry that the chain still has. */
function believedText(
  ledger: Ledger,
  { seq, hash, digest, body }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!ledger.isLinkedAt({ seq: Number(seq), hash: String(hash) })) return undefined
  const text = inflated(body)
  return text !== undefined && digestOf(text, String(hash)) === digest ? text : undefined
}

/** Binds the text to its entry. */
function digestOf(text: string, headHash: string): string {
  return sha256(`${headHash}\n${text}`)
}

function inflated(body: unknown): string | undefined {
  if (!(body instanceof Uint8Array)) return undefined
  try {
    return inflateRawSync(body, { maxOutputLength: MAX_TEXT_OCTETS }).toString('utf8')
  } catch {
    return undefined
  }
}

import { canonicalJson, type Json } from '../canonical-json.ts'
import type { Ledger } from './ledger.ts'

/**
 * The ledger as lines of JSON, for another eye: each entry with its hash, and before the first entry
 * that points to it each text as `{"document":<sha256>,"text":...}`. No line holds a person's name.
 * `verify-export.mjs` proves it. Throws `LedgerBroken` where the chain breaks.
 */
export function* exportLedger(ledger: Ledger): Generator<string> {
  const told = new Set<string>()
  for (const entry of ledger.entries()) {
    const { document } = (entry.after ?? {}) as { readonly document?: unknown }
    if (typeof document === 'string' && !told.has(document)) {
      told.add(document)
      const text = ledger.findDocument(document)
      if (text !== undefined) yield canonicalJson({ document, text })
    }
    yield canonicalJson({ ...entry } as unknown as Json)
  }
}

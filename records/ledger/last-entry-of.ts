import type { LedgerEntry, LedgerKind } from './entry.ts'
import type { Ledger } from './ledger.ts'

/**
 * The last entry of a kind about an object, among the first `upTo`; null where there is none. Newest first,
 * so that what was decided lately is found at once; a million entries to the oldest take a second or two.
 */
export function lastEntryOf(
  ledger: Ledger,
  { kind, objectId }: { readonly kind: LedgerKind; readonly objectId: string },
  upTo: number,
): LedgerEntry | null {
  const row = ledger.db
    .prepare(
      `SELECT seq FROM entries WHERE seq <= ? AND json_extract(body, '$.object_id') = ?
         AND json_extract(body, '$.kind') = ? ORDER BY seq DESC LIMIT 1`,
    )
    .get(upTo, objectId, kind)
  if (row === undefined) return null
  const seq = Number(row['seq'])
  const [entry] = ledger.entries(seq - 1, seq)
  return entry ?? null
}

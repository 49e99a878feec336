import type { LedgerEntry } from '../../ledger/entry.ts'
import type { RegisterDraft } from '../projection.ts'

/** Looking through all of them takes a microsecond each; so often it is nothing. */
const LOOKED_AT_EVERY = 256

/**
 * A school year and then some. What was in force at any moment is in the register of that moment, so this is
 * only about how long a list of the past reaches; and a gate whose clock is wrong by a term drops nothing that runs.
 */
const KEPT_MS = 400 * 86_400_000

/**
 * Every so many entries: what ended long before, of the kinds that come by the dozen each day, is no part of the
 * register any more. A year of lessons is 20,000. The ledger has them for ever.
 */
export function forgetEnded(
  draft: RegisterDraft,
  { seq, ts }: Pick<LedgerEntry, 'seq' | 'ts'>,
): void {
  if (seq % LOOKED_AT_EVERY !== 0) return
  const before = Date.parse(ts) - KEPT_MS
  for (const facts of [draft.occasions, draft.lessons, draft.sites, draft.sanctions])
    for (const [id, { to }] of facts) if (Date.parse(to) < before) facts.delete(id)
}

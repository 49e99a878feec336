import type { QueuedChange } from './governance-state.ts'

/** "FLOOR at once with review within 24 h" (design.md section 4, step 6). */
const CORRECTION_REVIEW_MS = 86_400_000

/**
 * Until when a change in force must be looked at (epoch ms); null where nothing says so. A correction is in
 * force on one person's word, so it is a day; one that a second person has agreed to has been looked at.
 * Told from the entry itself, so it is on record for as long as the ledger is.
 */
export function reviewDeadlineOf({
  kind,
  ts,
  approvedBy,
}: Pick<QueuedChange, 'kind' | 'ts' | 'approvedBy'>): number | null {
  if (!kind.startsWith('correction.') || approvedBy !== null) return null
  return Date.parse(ts) + CORRECTION_REVIEW_MS
}

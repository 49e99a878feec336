import type { QueuedChange } from './governance-state.ts'

/** "FLOOR at once with review within 24 h" (design.md section 4, step 6). */
const CORRECTION_REVIEW_MS = 86_400_000

/** "Must be reviewed within 2 school days" (requirements.md section 5): what opened anything for anybody. */
const SCHOOL_DAYS = 2

/**
 * When a change counts as overdue for the pages (epoch ms): its own deadline, else the end of the second school
 * day after it for what opens; null for what is looked at with the week. `isSchoolDay` is asked of an instant.
 */
export function overdueAt(
  change: Pick<QueuedChange, 'kind' | 'ts' | 'approvedBy' | 'direction'>,
  isSchoolDay: (at: number) => boolean,
): number | null {
  const deadline = reviewDeadlineOf(change)
  if (deadline !== null || change.direction !== 'loosen') return deadline
  let at = Date.parse(change.ts)
  let left = SCHOOL_DAYS
  // Holidays are six weeks at most.
  for (let days = 0; left > 0 && days < MAX_DAYS; days += 1) {
    at += CORRECTION_REVIEW_MS
    if (isSchoolDay(at)) left -= 1
  }
  return at
}

const MAX_DAYS = 60

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

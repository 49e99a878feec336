import type { DatabaseSync } from 'node:sqlite'
import { refNumber, refsIndexedSeq } from './journal-refs.ts'

/** A refusal as the device's own `/why` page shows it. */
export interface RecentRefusal {
  readonly ts: string
  readonly host: string
  readonly category: string | null
  readonly reasonCode: string
  readonly action: string
  readonly blockRef: string
  readonly attempts: number
}

/**
 * The last refusals of a device (by id, else by address), newest first, one per fold; what was only observed
 * or slowed is none. A device learns
 * its own sealed hits by code only: their host is a hash.
 */
export function recentOf(
  db: DatabaseSync,
  deviceOrAddress: string,
  limit: number,
): readonly RecentRefusal[] {
  // Twice the limit holds every fold's first and closing entry, however they interleave.
  const indexed = refsIndexedSeq(db)
  const tail = db
    .prepare(`${RECENT_TAIL_SQL} LIMIT ?`)
    .all(indexed, MAX_TAIL, deviceOrAddress, limit * 2)
  const known = db
    .prepare(`${RECENT_SQL} LIMIT ?`)
    .all(refNumber(deviceOrAddress), indexed, deviceOrAddress, limit * 2)
  const rows = [...tail, ...known].slice(0, limit * 2) as unknown as RecentRefusal[]
  const folds = new Map<string, RecentRefusal>()
  for (const row of rows) {
    const later = folds.get(row.blockRef)
    const attempts = row.attempts + (later?.attempts ?? 0)
    folds.set(row.blockRef, { ...row, ts: later?.ts ?? row.ts, attempts })
  }
  return [...folds.values()].slice(0, limit)
}

/** What is not indexed yet is read through, but no more of it than takes some 10 ms: a flood is no device's own. */
const MAX_TAIL = 20_000

const REFUSAL = `j.ts, j.host, j.category, j.reason_code AS reasonCode, j.action, j.block_ref AS blockRef,
  j.repeat_count AS attempts`
const IS_THEIRS = `coalesce(j.device_id, j.ip) = ? AND j.action NOT IN ('observe', 'throttle')`

export const RECENT_TAIL_SQL = `
  SELECT ${REFUSAL} FROM journal j
  WHERE j.seq > max(?, (SELECT coalesce(max(seq), 0) FROM journal) - ?) AND ${IS_THEIRS} ORDER BY j.seq DESC`
export const RECENT_SQL = `
  SELECT ${REFUSAL} FROM journal_refs r JOIN journal j ON j.seq = r.seq
  WHERE r.ref = ? AND r.seq <= ? AND ${IS_THEIRS} ORDER BY r.seq DESC`

/** The journal in three numbers; `attempts` is the sum of `repeat_count`. */
export interface JournalSums {
  readonly entries: number
  readonly attempts: number
  readonly headSeq: number
}

export function sums(db: DatabaseSync): JournalSums {
  return db
    .prepare(
      `SELECT count(*) AS entries, coalesce(sum(repeat_count), 0) AS attempts,
         coalesce(max(seq), 0) AS headSeq FROM journal`,
    )
    .get() as unknown as JournalSums
}

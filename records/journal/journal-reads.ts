import type { DatabaseSync } from 'node:sqlite'

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
 * is none. A device learns
 * its own sealed hits by code only: their host is a hash.
 */
export function recentOf(
  db: DatabaseSync,
  deviceOrAddress: string,
  limit: number,
): readonly RecentRefusal[] {
  // Twice the limit holds every fold's first and closing entry, however they interleave.
  const rows = db
    .prepare(
      `SELECT ts, host, category, reason_code AS reasonCode, action, block_ref AS blockRef,
         repeat_count AS attempts
       FROM journal WHERE coalesce(device_id, ip) = ? AND action <> 'observe' ORDER BY seq DESC LIMIT ?`,
    )
    .all(deviceOrAddress, limit * 2) as unknown as RecentRefusal[]
  const folds = new Map<string, RecentRefusal>()
  for (const row of rows) {
    const later = folds.get(row.blockRef)
    const attempts = row.attempts + (later?.attempts ?? 0)
    folds.set(row.blockRef, { ...row, ts: later?.ts ?? row.ts, attempts })
  }
  return [...folds.values()].slice(0, limit)
}

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

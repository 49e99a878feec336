import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../journal/journal-schema.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { lastTallyHour, readTally, type TallyRow } from './tally-store.ts'

/** What the tally keeps. */
export const MAX_TALLY_HOURS = 48

export interface RecentTally {
  readonly rows: readonly TallyRow[]
  /** The end of the newest hour, as an ISO instant; null where nothing was counted yet. */
  readonly until: string | null
}

const NOTHING: RecentTally = { rows: [], until: null }

/**
 * The newest `hours` that the gate with these records has counted: by its own clock, which may not be this
 * machine's. Throws `StoreRefused`.
 */
export function recentTally(recordsDirectory: string, hours: number): RecentTally {
  const path = join(recordsDirectory, JOURNAL_FILE)
  if (!existsSync(path)) return NOTHING
  const db = openDatabase(path, JOURNAL_SCHEMA, { readOnly: true })
  try {
    const hour = lastTallyHour(db)
    if (hour === null) return NOTHING
    const until = new Date((hour + 1) * 3_600_000).toISOString()
    return { rows: readTally(db, hour, hours), until }
  } finally {
    db.close()
  }
}

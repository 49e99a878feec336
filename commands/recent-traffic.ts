import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import { openDatabase } from '../records/sqlite/open-database.ts'
import { lastTallyHour, readTally, type TallyRow } from '../records/tally/tally-store.ts'
import type { LoadedConfig } from './read-config.ts'

/** What the tally keeps. */
export const MAX_TALLY_HOURS = 48

export interface RecentTraffic {
  readonly rows: readonly TallyRow[]
  /** The end of the newest hour, as an ISO instant; null where nothing was counted yet. */
  readonly until: string | null
}

const NOTHING: RecentTraffic = { rows: [], until: null }

/**
 * The newest `hours` that the gate has counted: by its own clock, which may not be this machine's.
 * Throws `StoreRefused`.
 */
export function recentTraffic({ config, directory }: LoadedConfig, hours: number): RecentTraffic {
  const path = join(recordsDirectoryOf(config, directory), JOURNAL_FILE)
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

import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { recentTally, type RecentTally } from '../records/tally/recent-tally.ts'
import type { LoadedConfig } from './read-config.ts'

export { MAX_TALLY_HOURS } from '../records/tally/recent-tally.ts'

/** The newest `hours` of the tally of a gate with this configuration. Throws `StoreRefused`. */
export function recentTraffic({ config, directory }: LoadedConfig, hours: number): RecentTally {
  return recentTally(recordsDirectoryOf(config, directory), hours)
}

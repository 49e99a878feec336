import { resolve } from 'node:path'
import { MAX_TALLY_HOURS, recentTally } from '../../records/tally/recent-tally.ts'
import type { Engine } from '../../rules/engine.ts'
import { openProfiles } from '../../rules/over-blocking/measure-blocking.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { Config } from '../config.ts'
import { readHosts } from '../lists/read-hosts.ts'
import { recordsDirectoryOf } from '../policy/school-files.ts'

/** As many as the issue asks for: what lies behind them is not popular. */
export const POPULAR_HOSTS = 10_000

/** Sites that are taken for harmless because many ask for them. */
export interface PopularSites {
  /** What they are, for a sentence. */
  readonly words: string
  readonly hosts: readonly string[]
  /** Whether it is a list that somebody has chosen; else it is what this school has asked for so far. */
  readonly isList: boolean
}

/** What is in force. */
export interface JudgedSchool {
  readonly engine: Engine
  readonly policy: Policy
}

/**
 * The file's (`lists.popular` where none is given), else the ones that this school asks for most and lets
 * its staff open without a word. A text says what is wrong with the file; throws `StoreRefused`.
 */
export function popularSites(
  school: JudgedSchool,
  { config, directory }: { readonly config: Config; readonly directory: string },
  given?: string,
): PopularSites | string {
  const { popular } = config.lists
  const file = given ?? (popular === null ? undefined : resolve(directory, popular))
  if (file !== undefined) {
    const hosts = readHosts(file, POPULAR_HOSTS)
    return typeof hosts === 'string'
      ? hosts
      : { words: `sites of \`${file}\``, hosts, isList: true }
  }
  const words = `sites that this school asked for in ${MAX_TALLY_HOURS} h and staff may open`
  const asked = askedFor(recordsDirectoryOf(config, directory))
  return { words, hosts: openToStaff(school, asked), isList: false }
}

/** Hosts of the tally, those of most devices first. */
function askedFor(records: string): readonly string[] {
  const devices = new Map<string, number>()
  for (const row of recentTally(records, MAX_TALLY_HOURS).rows)
    devices.set(row.host, Math.max(devices.get(row.host) ?? 0, row.devices))
  return [...devices]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([host]) => host)
}

/** No more of them are asked about than are wanted: a tally has many that one device asked for once. */
function openToStaff(
  { engine, policy }: JudgedSchool,
  asked: readonly string[],
): readonly string[] {
  const stances = openProfiles(policy)
    .filter(({ startFrom }) => startFrom === 'staff')
    .map(({ id }) => engine.stanceIn(id, false))
    .filter((stance) => stance !== null)
  const hosts: string[] = []
  for (const host of asked) {
    const isOpen = stances.some((stance) => {
      const { action, warn } = engine.decideHost(stance, host)
      return action !== 'block' && !warn
    })
    if (isOpen) hosts.push(host)
    if (hosts.length === POPULAR_HOSTS) break
  }
  return hosts
}

import { join } from 'node:path'
import type { Policy } from '../../../rules/policy/policy.ts'
import { MAX_TALLY_HOURS, recentTally } from '../../../records/tally/recent-tally.ts'
import { readHosts } from '../read-hosts.ts'
import type { Traffic } from './newly-closed.ts'

/** Files of hosts beside the school's own tally. */
export interface KnownSites {
  /** Sites that must be open; null: those that come with Schoolgate. */
  readonly mustAllow: string | null
  /** Harmless sites, most popular first. */
  readonly popular: string | null
}

/** Hosts that the school has promised to be open (`promises` of the policy), warned of or not. */
export function promisedOpen({ promises }: Pick<Policy, 'promises'>): readonly string[] {
  const open = promises.filter(({ action }) => action !== 'block')
  return open.flatMap(({ targets }) => targets.map(({ host }) => host))
}

/** The hosts whose closing a person must see. */
export interface SeenHosts {
  readonly traffic: Traffic
  /** Those of them that are popular or must be open. */
  readonly harmless: ReadonlySet<string>
}

/** What lies behind them is not popular (issue 4, item 7). */
const MOST_HOSTS = 10_000

const OWN_CORPUS = join(import.meta.dirname, '..', '..', '..', 'examples', 'must-allow.txt')

/**
 * The hosts whose closing a person must see before an update closes them: what the school asked for in two
 * days, what is popular, what must be open and what is promised to be. A file that can't be read adds nothing: `lists stat` says so.
 * Throws `StoreRefused` where the records can't be read.
 */
export function trafficOf(
  recordsDirectory: string,
  { mustAllow, popular }: KnownSites,
  promised: readonly string[],
): SeenHosts {
  const traffic = new Map(promised.map((host) => [host, 0]))
  for (const path of [mustAllow ?? OWN_CORPUS, popular]) {
    const hosts = path === null ? [] : readHosts(path, MOST_HOSTS)
    if (typeof hosts !== 'string') for (const host of hosts) traffic.set(host, 0)
  }
  const harmless = new Set(traffic.keys())
  for (const { host, requests } of recentTally(recordsDirectory, MAX_TALLY_HOURS).rows)
    traffic.set(host, (traffic.get(host) ?? 0) + requests)
  return { traffic, harmless }
}

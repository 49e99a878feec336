import { resolve } from 'node:path'
import { readHosts } from '../proxy/lists/read-hosts.ts'
import { openBundle, type Bundle } from '../proxy/policy/bundle.ts'
import { isUnknown } from '../rules/over-blocking/measure-blocking.ts'
import { closedSites, type ClosedSite } from '../rules/over-blocking/must-allow.ts'
import type { LoadedConfig } from './read-config.ts'

/** Longer corpora are lists of another kind. */
export const MUST_ALLOW_HOSTS = 10_000

/** Named; the rest is counted. */
const SHOWN = 8

/** As a promise of the policy is named and worded. */
export const MUST_ALLOW = 'must-allow'
export const MUST_ALLOW_SAYS =
  'What must be open (`lists.mustAllow`) is closed by no list and no rule, but for primary pupils.'

export interface MustAllowPromise {
  readonly kept: boolean
  /** Sites, with and without `www.`. */
  readonly sites: number
  /** A sentence, and where it is broken a line for each site and profile. */
  readonly lines: readonly string[]
}

/**
 * The promise that a school makes with `lists.mustAllow`; null where the configuration names no such file.
 * What is closed because no list knows it is a gap, and breaks nothing. A text says what is wrong with the file.
 */
export function mustAllowPromise(
  bundle: Bundle,
  { config, directory }: LoadedConfig,
): MustAllowPromise | string | null {
  if (config.lists.mustAllow === null) return null
  const must = readHosts(resolve(directory, config.lists.mustAllow), MUST_ALLOW_HOSTS)
  if (typeof must === 'string') return must
  const school = { engine: openBundle(bundle).engine, policy: bundle.policy }
  const closed = closedSites(school, must).filter(({ ruling }) => !isUnknown(ruling))
  const sites = must.length
  if (closed.length === 0)
    return { kept: true, sites, lines: [`promise \`${MUST_ALLOW}\` is kept for ${sites} sites`] }
  const more = closed.length - SHOWN
  return {
    kept: false,
    sites,
    lines: [
      `promise \`${MUST_ALLOW}\` is broken (${MUST_ALLOW_SAYS}): ${closed.length} answers are not open:`,
      ...closed.slice(0, SHOWN).map(inWords),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ],
  }
}

function inWords({ host, profile, ruling }: ClosedSite): string {
  return `  ${host} as ${profile}: ${ruling.action} (${ruling.ruleId}, ${ruling.listSource ?? 'no list'})`
}

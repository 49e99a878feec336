import { join, resolve } from 'node:path'
import { openBundle, type Bundle } from '../proxy/policy/bundle.ts'
import { POPULAR_HOSTS, popularSites } from '../proxy/self-test/popular-sites.ts'
import {
  OVER_BLOCKING,
  OVER_BLOCKING_SAYS,
  percentOf as percent,
} from '../proxy/self-test/test-over-blocking.ts'
import type { ListImage } from '../rules/lists/list-image.ts'
import { closedByLists } from '../rules/over-blocking/closed-by-lists.ts'
import {
  blockedShare,
  isWithinBounds,
  MAX_BLOCKED_SHARE,
  measureBlocking,
  type BlockingShare,
} from '../rules/over-blocking/measure-blocking.ts'
import { closedSites } from '../rules/over-blocking/must-allow.ts'
import { MUST_ALLOW_HOSTS } from './must-allow.ts'
import type { LoadedConfig } from './read-config.ts'
import { readHosts } from '../proxy/lists/read-hosts.ts'

/** Shown of each kind; the rest is counted. */
const SHOWN = 8

const NOTHING_POPULAR = `promise \`${OVER_BLOCKING}\` says nothing (${OVER_BLOCKING_SAYS}): no popular sites are known (\`lists.popular\`, or a gate that has run)`

/** The corpus that comes with Schoolgate, for lists that are built without a configuration. */
const OWN_CORPUS = join(import.meta.dirname, '..', 'examples', 'must-allow.txt')

export interface CorpusOptions {
  readonly mustAllow: string | undefined
  readonly popular: string | undefined
}

/** Lines that say what is closed and should not be; `kept` is the answer to "is it within bounds". */
export interface OverBlocking {
  readonly lines: readonly string[]
  readonly kept: boolean
}

/**
 * Sites of the must-allow corpus, and the most popular ones where a file of them is given, that lists
 * just built would close by the taxonomy's defaults: the lines to warn with. A text says what is wrong
 * with a file.
 */
export function warningsOfLists(
  image: ListImage,
  { mustAllow, popular }: CorpusOptions,
): readonly string[] | string {
  const must = readHosts(mustAllow ?? OWN_CORPUS, MUST_ALLOW_HOSTS)
  if (typeof must === 'string') return must
  const ranked = popular === undefined ? [] : readHosts(popular, POPULAR_HOSTS)
  if (typeof ranked === 'string') return ranked
  const words = [
    ['must be open', must],
    ['is among the most popular', ranked],
  ] as const
  return words.flatMap(([why, hosts]) => {
    const listed = closedByLists(image, hosts)
    const lines = listed
      .slice(0, SHOWN)
      .map(
        ({ host, audiences, lists }) =>
          `\`${host}\` ${why}, and is in ${lists.join(', ')}: closed for ${audiences.join(', ')}`,
      )
    const more = listed.length - lines.length
    return more > 0 ? [...lines, `${more} more of what ${why} would be closed`] : lines
  })
}

/**
 * What the school's policy and lists make of harmless sites: per profile the share that is closed or warned
 * of, and the must-allow sites that are. A text says what is wrong with a file.
 */
export function overBlockingOf(
  bundle: Bundle,
  loaded: LoadedConfig,
  options: CorpusOptions,
): OverBlocking | string {
  const school = { engine: openBundle(bundle).engine, policy: bundle.policy }
  const files = filesOf(loaded, options)
  const popular = popularSites(school, loaded, files.popular)
  if (typeof popular === 'string') return popular
  const must = readHosts(files.mustAllow ?? OWN_CORPUS, MUST_ALLOW_HOSTS)
  if (typeof must === 'string') return must
  const shares = measureBlocking(school, popular.hosts)
  const closed = closedSites(school, must)
  const lines = [
    popular.hosts.length === 0
      ? 'over-blocking: not measured, no popular sites are known (--popular FILE, or a gate that has run)'
      : `over-blocking: of ${popular.hosts.length} ${popular.words}, closed or warned of:`,
    ...(popular.hosts.length === 0 ? [] : shares.flatMap(linesOf)),
    closed.length === 0
      ? `must-allow: all ${must.length} sites are open in every profile but those for primary pupils`
      : `must-allow: ${closed.length} answers are not open:`,
    ...closed
      .slice(0, SHOWN)
      .map(
        ({ host, profile, ruling }) =>
          `  ${host} as ${profile}: ${ruling.action} (${ruling.ruleId}, ${ruling.listSource ?? 'no list'})`,
      ),
  ]
  return { lines, kept: closed.length === 0 && shares.every(isWithinBounds) }
}

/** What becomes of the promise that no school need write down: that harmless sites are not closed. */
export interface OverBlockingPromise extends OverBlocking {
  /** Answers that were asked for: sites times profiles; 0 where no popular sites are known. */
  readonly cases: number
}

/**
 * The promise that a profile closes or warns of 2 % of popular sites at most, of `lists.popular` or else
 * of what this school asks for. A text says what is wrong with the file; throws `StoreRefused`.
 */
export function overBlockingPromise(
  bundle: Bundle,
  loaded: LoadedConfig,
): OverBlockingPromise | string {
  const school = { engine: openBundle(bundle).engine, policy: bundle.policy }
  const popular = popularSites(school, loaded)
  if (typeof popular === 'string') return popular
  const { hosts, words } = popular
  if (hosts.length === 0) return { kept: true, cases: 0, lines: [NOTHING_POPULAR] }
  const shares = measureBlocking(school, hosts)
  const broken = shares.filter((share) => !isWithinBounds(share))
  const kept = broken.length === 0
  const cases = shares.length * hosts.length
  const line = kept
    ? `promise \`${OVER_BLOCKING}\` is kept in ${cases} cases`
    : `promise \`${OVER_BLOCKING}\` is broken (${OVER_BLOCKING_SAYS}): of ${hosts.length} ${words}, closed or warned of:`
  return { kept, cases, lines: [line, ...broken.flatMap(linesOf)] }
}

function linesOf(share: BlockingShare): readonly string[] {
  const { profile, hosts, blocked, warned, uncategorised, causes } = share
  const kept = isWithinBounds(share) ? 'kept' : 'BROKEN'
  const line =
    `  ${profile.padEnd(20)} ${percent(blockedShare(share)).padStart(7)}  ` +
    `${blocked} blocked, ${warned} warned of; promise of ${percent(MAX_BLOCKED_SHARE)} ${kept}; ` +
    `${percent(uncategorised / hosts)} more are in no category`
  const because = causes
    .slice(0, isWithinBounds(share) ? 0 : SHOWN)
    .map(
      ({ what, list, hosts: held, examples }) =>
        `      ${held} by ${what} (${list ?? 'no list'}): ${examples.join(', ')}`,
    )
  return [line, ...because]
}

function filesOf({ config, directory }: LoadedConfig, options: CorpusOptions): CorpusOptions {
  const beside = (file: string | null): string | undefined =>
    file === null ? undefined : resolve(directory, file)
  return {
    mustAllow: options.mustAllow ?? beside(config.lists.mustAllow),
    popular: options.popular ?? beside(config.lists.popular),
  }
}

import { openBundle } from '../proxy/policy/bundle.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { registrableDomain } from '../rules/names/registrable-domain.ts'
import { mostWanted, type WantedSite } from '../rules/over-blocking/most-wanted.ts'
import { nearest } from '../rules/policy/nearest-word.ts'
import { suggestion } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, textOf, usage } from './arguments.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'
import { MAX_TALLY_HOURS, recentTraffic } from './recent-traffic.ts'

const USAGE = `usage: schoolgate lists wanted [--config FILE] [--profile ID] [--hours N] [--limit N] [--json]
       sites in no category that were asked for in the last N hours (48; at most 48) and were refused or warned of;
       \`schoolgate corrections fix SITE --add CATEGORY\` puts one into a category`

const OPTIONS = {
  config: { type: 'string' },
  profile: { type: 'string' },
  hours: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 10_000

/** `lists wanted`: the queue of what is worth a category, most wanted first. */
export async function wanted(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const hours = numberOf(textOf(parsed, 'hours'), MAX_TALLY_HOURS, MAX_TALLY_HOURS)
  const limit = numberOf(textOf(parsed, 'limit'), DEFAULT_LIMIT, MAX_LIMIT)
  if (hours === undefined || parsed.positionals.length > 0)
    return usage(USAGE, `\`--hours\` is a number from 1 to ${MAX_TALLY_HOURS}`)
  if (limit === undefined) return usage(USAGE, `\`--limit\` is a number from 1 to ${MAX_LIMIT}`)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG)
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  const found = await wantedIn(loaded, { hours, profile: textOf(parsed, 'profile') })
  if (typeof found === 'string') return usage(USAGE, found)
  const shown = found.slice(0, limit)
  for (const site of shown)
    print(parsed.values['json'] === true ? JSON.stringify(site) : lineOf(site))
  if (found.length === 0) print('nothing in no category was asked for')
  else if (shown.length < found.length) print(`${found.length - shown.length} more`)
  return EXIT.done
}

async function wantedIn(
  loaded: LoadedConfig,
  asked: { readonly hours: number; readonly profile: string | undefined },
): Promise<readonly WantedSite[] | string> {
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return bundle
  const { policy } = bundle
  const ids = policy.profiles.map(({ id }) => id)
  const { profile, hours } = asked
  if (profile !== undefined && !ids.includes(profile))
    return `no profile \`${profile}\`${suggestion(nearest(profile, ids))}`
  try {
    const rows = recentTraffic(loaded, hours).rows.filter(
      (row) => profile === undefined || row.profile === profile,
    )
    return mostWanted(rows, { engine: openBundle(bundle).engine, policy }, registrableDomain)
  } catch (cause) {
    if (cause instanceof StoreRefused) return cause.message
    throw cause
  }
}

function lineOf({ site, hosts, requests, devices, profiles }: WantedSite): string {
  const answers = Object.entries(profiles).map(([profile, action]) => `${profile} ${action}`)
  const names = hosts.length === 1 && hosts[0] === site ? '' : ` (${hosts.slice(0, 3).join(', ')})`
  return `${site}${names}: about ${devices} devices, ${requests} requests; ${answers.join(', ')}`
}

function numberOf(text: string | undefined, otherwise: number, max: number): number | undefined {
  if (text === undefined) return otherwise
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= max ? number : undefined
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

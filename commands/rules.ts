import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { readRuleHits, type RuleHitReport } from '../records/rule-hits/rule-hit-log.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import type { Register } from '../records/register/register.ts'
import { ListImage } from '../rules/lists/list-image.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { policyWarnings, type FindingKind } from '../rules/warnings/policy-warnings.ts'
import { EXIT, readArguments, textOf, textsOf, usage } from './arguments.ts'
import { readMoment } from './journal-arguments.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readRegister, readSchool } from './read-school.ts'
import { expiredObjects, idleCorrections, type RegisterFinding } from './register-hygiene.ts'

const USAGE = `usage: schoolgate rules hygiene [--config FILE] [--clock ISO] [--json]
Rules of the policy in force that are shadowed, duplicate, expired or contradictory; grants, vouchers, site rules,
occasions and lessons of the register that are over, lesson packs that no lesson opens, corrections that the lists
need no more; and how often each access and site rule has decided on this gate, with the last day (UTC). A running
gate adds its counts each minute.`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  clock: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** `rules hygiene`: what could go from the policy. It finds nothing wrong, so it is 0; 2 for what can't be read. */
export async function rules(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  if (parsed.positionals.join(' ') !== 'hygiene') return usage(USAGE)
  const clock = readMoment(parsed, 'clock')
  if (typeof clock === 'object') return usage(USAGE, clock.problem)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  const report = await hygieneOf(loaded, clock ?? Date.now())
  if (typeof report === 'string') return usage(USAGE, report)
  const lines = parsed.values['json'] === true ? [JSON.stringify(report)] : linesOf(report)
  for (const line of lines) process.stdout.write(`${line}\n`)
  return EXIT.done
}

interface Hygiene {
  readonly findings: readonly {
    readonly kind: FindingKind | RegisterFinding['kind']
    readonly rule: string
    readonly place: string
    readonly message: string
  }[]
  /** Since when hits are counted (UTC day); null: not yet. */
  readonly counted_since: string | null
  /** `last_hit` is a UTC day; null: never since then. */
  readonly rules: readonly {
    readonly rule: string
    readonly hits: number
    readonly last_hit: string | null
  }[]
}

async function hygieneOf(loaded: LoadedConfig, at: number): Promise<Hygiene | string> {
  const register = readRegister(loaded)
  if (typeof register === 'string') return register
  if (register.policy === null) return 'the ledger holds no policy yet'
  const parsed = parsePolicy(register.policy.text, register.policy.name)
  if (!parsed.ok) return parsed.problems.map(describeProblem).join('\n')
  const warnings = policyWarnings(parsed.policy, parsed.document, at)
  const findings = warnings.flatMap(({ path, message, finding }) =>
    finding === undefined ? [] : [{ ...finding, place: path.join('.'), message }],
  )
  const counted = hitsOf(loaded)
  if (typeof counted === 'string') return counted
  const idle = await idleOf(loaded, parsed.policy, register)
  if (typeof idle === 'string') return idle
  return {
    findings: [...findings, ...expiredObjects(register, at), ...idle],
    counted_since: counted.since,
    rules: countsOf(parsed.policy, counted),
  }
}

/** Only where there are corrections are the lists looked at: those of a gate that never ran must be compiled. */
async function idleOf(
  loaded: LoadedConfig,
  { corrections }: Policy,
  register: Register,
): Promise<readonly RegisterFinding[] | string> {
  if (corrections.length + register.corrections.size === 0) return []
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return bundle
  const image = ListImage.open(bundle.listImage)
  return 'problem' in image ? image.problem : idleCorrections(bundle.policy, image)
}

function hitsOf({ config, directory }: LoadedConfig): RuleHitReport | string {
  try {
    return readRuleHits(recordsDirectoryOf(config, directory))
  } catch (cause) {
    if (cause instanceof StoreRefused) return cause.message
    throw cause
  }
}

/** Never met first, in the order of the policy. */
function countsOf(policy: Policy, { hits }: RuleHitReport): Hygiene['rules'] {
  const { access, sites, siteOverrides = [] } = policy
  const ids = [...access, ...sites, ...siteOverrides.map(({ rule }) => rule)].map(({ id }) => id)
  return [...new Set(ids)]
    .map((rule) => ({
      rule,
      hits: hits.get(rule)?.hits ?? 0,
      last_hit: hits.get(rule)?.last ?? null,
    }))
    .sort((one, other) => one.hits - other.hits)
}

function linesOf({ findings, counted_since: since, rules: counts }: Hygiene): readonly string[] {
  const found = findings.map(
    ({ kind, place, message }) => `${kind.padEnd(13)} ${place}: ${message}`,
  )
  if (since === null) return [...found, 'no gate has counted hits in these records yet']
  return [
    ...found,
    ...counts.map(({ rule, hits, last_hit: last }) =>
      last === null
        ? `${'never hit'.padEnd(13)} \`${rule}\` since ${since}`
        : `${'hits'.padEnd(13)} \`${rule}\` ${hits}, last on ${last}`,
    ),
  ]
}

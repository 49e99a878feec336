import { readFileSync } from 'node:fs'
import { openBundle, type Bundle } from '../proxy/policy/bundle.ts'
import { promisesBrokenBy, type PromisingSchool } from '../proxy/policy/judge-promises.ts'
import { makeBundle } from '../proxy/policy/make-bundle.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import type { Register } from '../records/register/register.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import type { TallyRow } from '../records/tally/tally-store.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { withParent } from '../records/register/policy-file.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { compareTraffic, type PolicySide } from '../rules/preview/compare-traffic.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { accessEffects, previewLines, type Preview } from './preview-text.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readRegister } from './read-school.ts'
import { MAX_TALLY_HOURS, recentTraffic } from './recent-traffic.ts'
import { sharedLists } from './shared-lists.ts'

const USAGE = `usage: schoolgate preview [--config FILE] --policy NEW.yaml [--hours N] [--json]
       what a draft of the policy opens and closes on the traffic of the last N hours (24; at most 48)`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  policy: { type: 'string' },
  hours: { type: 'string' },
  json: { type: 'boolean' },
} as const

const DEFAULT_HOURS = 24

/** Prints what a draft would change for what was asked lately; 2 for a draft that can't be read. */
export async function preview(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const asked = readAsked(parsed)
  if (typeof asked === 'string') return usage(USAGE, asked)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  try {
    const made = await previewOf(asked, loaded)
    if (typeof made === 'string') return usage(USAGE, made)
    const lines = parsed.values['json'] === true ? [JSON.stringify(made)] : previewLines(made)
    for (const line of lines) process.stdout.write(`${line}\n`)
    return EXIT.done
  } catch (cause) {
    if (cause instanceof StoreRefused) return usage(USAGE, cause.message)
    throw cause
  }
}

interface Asked {
  /** The draft's file. */
  readonly file: string
  readonly text: string
  readonly hours: number
}

function readAsked(parsed: Parsed): Asked | string {
  const file = textOf(parsed, 'policy')
  if (file === undefined) return 'name the draft with `--policy`'
  const hours = textOf(parsed, 'hours') ?? String(DEFAULT_HOURS)
  if (!/^\d{1,2}$/.test(hours) || Number(hours) < 1 || Number(hours) > MAX_TALLY_HOURS)
    return `\`--hours\` is a number from 1 to ${MAX_TALLY_HOURS}`
  try {
    const whole = withParent(readFileSync(file, 'utf8'), file)
    if (!('text' in whole)) return describeProblem(whole)
    return { file, text: whole.text, hours: Number(hours) }
  } catch (cause) {
    return `cannot read \`${file}\`: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** What a draft would change; a text says why that can't be said. */
export async function previewOf(
  { file, text, hours }: Asked,
  loaded: LoadedConfig,
): Promise<Preview | string> {
  const parsed = parsePolicy(text, file)
  if (!parsed.ok) return parsed.problems.map(describeProblem).join('\n')
  const register = readRegister(loaded)
  if (typeof register === 'string') return register
  const draft = { ...register, policy: { text, name: file, hash: '' } }
  const school = schoolOf(register, loaded)
  const bundles = await bundlesOf([register, draft], school)
  if (typeof bundles === 'string') return bundles
  const [now, then] = bundles
  const tally = recentTraffic(loaded, hours)
  const at = tally.until === null ? Date.now() : Date.parse(tally.until)
  return {
    policy: file,
    against: register.revision,
    hours,
    until: tally.until,
    seen: { hosts: new Set(tally.rows.map(({ host }) => host)).size, requests: sum(tally.rows) },
    ...compareTraffic(tally.rows, sideOf(now, at), sideOf(then, at)),
    access: accessEffects(directionOfPolicy(now.policy, then.policy, at)),
    broken: (await promisesBrokenBy({ text, file }, school)).map(({ message }) => message),
  }
}

function sum(rows: readonly TallyRow[]): number {
  return rows.reduce((total, { requests }) => total + requests, 0)
}

function sideOf(bundle: Bundle, at: number): PolicySide {
  return { policy: bundle.policy, engine: openBundle(bundle).engine, at }
}

function schoolOf(register: Register, { config, directory }: LoadedConfig): PromisingSchool {
  const imageDirectory = recordsDirectoryOf(config, directory)
  return { register, config, directory, imageDirectory, obtain: sharedLists() }
}

/** Both from the same lists where they name the same. */
async function bundlesOf(
  [register, draft]: readonly [Register, Register],
  school: PromisingSchool,
): Promise<readonly [Bundle, Bundle] | string> {
  const make = (one: Register) => makeBundle({ ...school, register: one })
  const [now, then] = [await make(register), await make(draft)]
  if (!now.ok) return now.problems.join('\n')
  return then.ok ? [now.bundle, then.bundle] : then.problems.join('\n')
}

import { openHostCheck } from '../proxy/dns/host-check.ts'
import { openBundle } from '../proxy/policy/bundle.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { preflight, type Preflight } from './exam-preflight.ts'
import { DEFAULT_CONFIG, readConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'

const USAGE = `usage: schoolgate exams check [--config FILE] [--set key=value]... [--at ISO]`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  at: { type: 'string' },
} as const

/**
 * `exams check`: whether the exams that come after `--at` (now) can be sat. Exit code 1 for any host of
 * the allow-list that does not resolve or is refused to a school device in an exam zone.
 */
export async function exams(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args
  const parsed = readArguments(rest, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  if (verb !== 'check' || parsed.positionals.length > 0)
    return usage(USAGE, verb === undefined ? undefined : `no command \`exams ${args.join(' ')}\``)
  try {
    return await check(parsed)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    process.stderr.write(`schoolgate: ${error.message}\n`)
    return EXIT.no
  }
}

async function check(parsed: Parsed): Promise<number> {
  const at = parseInstant(textOf(parsed, 'at') ?? new Date().toISOString())
  if (!at.ok) return usage(USAGE, at.problem)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return usage(USAGE, bundle)
  const upstreams = openHostCheck(loaded.config.dns.upstreams)
  try {
    const { find } = upstreams
    return print(await preflight(bundle, openBundle(bundle), { now: at.ms, find }))
  } finally {
    upstreams.close()
  }
}

function print({ failures, notes, checked }: Preflight): number {
  for (const note of notes) process.stdout.write(`note: ${note}\n`)
  for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`)
  const { hosts, exams, devices } = checked
  const sum = `${hosts} hosts, ${exams} coming exams, ${devices} school devices`
  const end = failures.length === 0 ? 'all pass' : `${failures.length} failures`
  process.stdout.write(`${sum}: ${end}\n`)
  return failures.length === 0 ? EXIT.done : EXIT.no
}

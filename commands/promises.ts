import type { Bundle } from '../proxy/policy/bundle.ts'
import { promisesOf } from '../proxy/policy/judge-promises.ts'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import {
  readPromiseLog,
  type LoggedPromise,
  type PromiseLogQuery,
} from '../records/promises/promise-log.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { parseInstant } from '../rules/time/clock-text.ts'
import { describeResult } from '../rules/promises/describe-promise.ts'
import { isPromiseKept, type PromiseResult } from '../rules/promises/keep-promises.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { OVER_BLOCKING, OVER_BLOCKING_SAYS } from '../proxy/self-test/test-over-blocking.ts'
import {
  MUST_ALLOW,
  MUST_ALLOW_SAYS,
  mustAllowPromise,
  type MustAllowPromise,
} from './must-allow.ts'
import { overBlockingPromise, type OverBlockingPromise } from './over-blocking.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'

const USAGE = `usage: schoolgate promises check [--config FILE] [--json]
       schoolgate promises results [--config FILE] [--not-kept] [--since T] [--limit N] [--json]
check puts every promise of the policy in force to the test, in all of its cases, and that popular sites are
not closed (2 % at most in any profile; \`lists.popular\`, else what this school asks for), nor what must be open
(\`lists.mustAllow\`); results has what became of them on the running gate, each hour, newest first. Exit 1 if one is not kept.`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  'not-kept': { type: 'boolean' },
  since: { type: 'string' },
  limit: { type: 'string' },
} as const

/** What the school has promised, and whether it is kept: by the policy in force, and by the gate that ran. */
export async function promises(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [verb = '', ...rest] = parsed.positionals
  const run = Object.hasOwn(RUNS, verb) ? RUNS[verb] : undefined
  if (run === undefined || rest.length > 0) return usage(USAGE)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  return run(loaded, parsed)
}

type Run = (loaded: LoadedConfig, parsed: Parsed) => Promise<number> | number

const RUNS: Readonly<Record<string, Run>> = { check: checkPromises, results: showResults }

async function checkPromises(loaded: LoadedConfig, parsed: Parsed): Promise<number> {
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return usage(USAGE, bundle)
  const results = promisesOf(bundle)
  const popular = checkOverBlocking(bundle, loaded)
  if (typeof popular === 'string') return usage(USAGE, popular)
  const must = mustAllowPromise(bundle, loaded)
  if (typeof must === 'string') return usage(USAGE, must)
  const said = parsed.values['json'] === true ? jsonOf : wordsOf
  for (const line of said(results, popular, must)) print(line)
  const isKept = results.every(isPromiseKept) && popular.kept && must?.kept !== false
  return isKept ? EXIT.done : EXIT.no
}

type Said = (
  results: readonly PromiseResult[],
  popular: OverBlockingPromise,
  must: MustAllowPromise | null,
) => readonly string[]

const jsonOf: Said = (results, popular, must) => [
  ...results.map(asJson),
  overBlockingJson(popular),
  ...mustAllowJson(must),
]

const wordsOf: Said = (results, popular, must) => [
  ...(results.length === 0 ? ['the policy promises nothing'] : results.map(describeResult)),
  ...popular.lines,
  ...(must?.lines ?? []),
]

function mustAllowJson(must: MustAllowPromise | null): readonly string[] {
  if (must === null) return []
  const { kept, sites: cases, lines } = must
  const broken = kept ? {} : { broken: lines.join('\n') }
  return [JSON.stringify({ id: MUST_ALLOW, says: MUST_ALLOW_SAYS, kept, cases, ...broken })]
}

function checkOverBlocking(bundle: Bundle, loaded: LoadedConfig): OverBlockingPromise | string {
  try {
    return overBlockingPromise(bundle, loaded)
  } catch (cause) {
    if (cause instanceof StoreRefused) return cause.message
    throw cause
  }
}

function overBlockingJson({ kept, cases, lines }: OverBlockingPromise): string {
  const broken = kept ? {} : { broken: lines.join('\n') }
  return JSON.stringify({ id: OVER_BLOCKING, says: OVER_BLOCKING_SAYS, kept, cases, ...broken })
}

/** What a person reads at once; `--limit` has more. */
const DEFAULT_LIMIT = 50

function showResults({ config, directory }: LoadedConfig, parsed: Parsed): number {
  const query = readQuery(parsed)
  if (typeof query === 'string') return usage(USAGE, query)
  try {
    const notes = readPromiseLog(recordsDirectoryOf(config, directory), query)
    for (const note of notes)
      print(parsed.values['json'] === true ? JSON.stringify(note) : describeNote(note))
    if (notes.length === 0) print('no such result')
    return notes.some(({ state }) => state === 'broken') ? EXIT.no : EXIT.done
  } catch (cause) {
    if (cause instanceof StoreRefused) return usage(USAGE, cause.message)
    throw cause
  }
}

function readQuery(parsed: Parsed): PromiseLogQuery | string {
  const [limit, since] = [textOf(parsed, 'limit') ?? String(DEFAULT_LIMIT), textOf(parsed, 'since')]
  if (!/^[1-9]\d{0,6}$/.test(limit)) return '`--limit` is a number'
  const at = since === undefined ? null : parseInstant(since)
  if (at?.ok === false) return at.problem
  const brokenOnly = parsed.values['not-kept'] === true
  return { limit: Number(limit), since: at?.ms ?? null, brokenOnly }
}

function describeNote({
  ts,
  policyVersion,
  id,
  says,
  state,
  asked,
  detail,
}: LoggedPromise): string {
  const why = detail === null ? '' : `: ${detail}`
  return `${ts}  ${state.replaceAll('_', ' ')}  \`${id}\` (${says}), ${asked} answers, policy revision ${policyVersion}${why}`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function asJson(result: PromiseResult): string {
  const { promise, cases, broken } = result
  return JSON.stringify({
    ...{ id: promise.id, says: promise.says, kept: isPromiseKept(result), cases },
    ...(broken === null
      ? {}
      : { broken: describeResult(result), reason_code: broken.ruling.reasonCode }),
  })
}

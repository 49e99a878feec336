import { promisesOf } from '../proxy/policy/judge-promises.ts'
import { describeResult } from '../rules/promises/describe-promise.ts'
import { isPromiseKept, type PromiseResult } from '../rules/promises/keep-promises.ts'
import { EXIT, readArguments, textOf, textsOf, usage, type Parsed } from './arguments.ts'
import { DEFAULT_CONFIG, readConfig, type LoadedConfig } from './read-config.ts'
import { readSchool } from './read-school.ts'

const USAGE = `usage: schoolgate promises check [--config FILE] [--json]
       puts every promise of the policy in force to the test, in all of its cases; exit 1 if one is not kept`

const OPTIONS = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const

/** `promises check`: what the school has promised, and whether the policy in force keeps it. */
export async function promises(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return usage(USAGE, parsed)
  const [verb, ...rest] = parsed.positionals
  if (verb !== 'check' || rest.length > 0) return usage(USAGE)
  const loaded = readConfig(textOf(parsed, 'config') ?? DEFAULT_CONFIG, textsOf(parsed, 'set'))
  if (typeof loaded === 'string') return usage(USAGE, loaded)
  return checkPromises(loaded, parsed)
}

async function checkPromises(loaded: LoadedConfig, parsed: Parsed): Promise<number> {
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') return usage(USAGE, bundle)
  const results = promisesOf(bundle)
  for (const result of results)
    print(parsed.values['json'] === true ? JSON.stringify(asJson(result)) : describeResult(result))
  if (results.length === 0) print('the policy promises nothing')
  return results.every(isPromiseKept) ? EXIT.done : EXIT.no
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function asJson(result: PromiseResult): object {
  const { promise, cases, broken } = result
  return {
    ...{ id: promise.id, says: promise.says, kept: isPromiseKept(result), cases },
    ...(broken === null
      ? {}
      : { broken: describeResult(result), reason_code: broken.ruling.reasonCode }),
  }
}

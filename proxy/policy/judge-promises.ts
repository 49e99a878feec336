import type { Register } from '../../records/register/register.ts'
import { describeResult } from '../../rules/promises/describe-promise.ts'
import {
  isPromiseKept,
  keepPromises,
  type PromiseResult,
} from '../../rules/promises/keep-promises.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { Config } from '../config.ts'
import { openBundle, type Bundle } from './bundle.ts'
import { makeBundle } from './make-bundle.ts'
import type { obtainLists } from './obtain-lists.ts'

/** A register and what its policy's paths are relative to. */
export interface PromisingSchool {
  readonly register: Register
  readonly config: Config
  readonly directory: string
  /** As of `makeBundle`. */
  readonly imageDirectory: string | null
  /** As of `makeBundle`. */
  readonly obtain?: typeof obtainLists
}

/** What becomes of the promises of a revision, by the engine that a data thread opens of it. */
export function promisesOf(bundle: Bundle): readonly PromiseResult[] {
  const { policy, devices } = bundle
  if (policy.promises.length === 0) return []
  return keepPromises({ policy, devices, engine: openBundle(bundle).engine })
}

/** Every promise of the school that is not kept, with its place in `file`; none for a school that can't be made. */
export async function unkeptPromises(
  school: PromisingSchool,
  file: string,
): Promise<readonly Problem[]> {
  const { policy } = school.register
  if (policy === null) return []
  const unkept = (await resultsOf(school)).filter((result) => !isPromiseKept(result))
  return placedIn({ text: policy.text, file }, unkept)
}

/**
 * The promises that the school would break by taking over this policy: those that are broken by it and
 * are not broken already, word for word, by the one in force. Without one in force there is nothing that a
 * change could break: a school is founded on what it says, and told of what it does not keep.
 */
export async function promisesBrokenBy(
  { text, file }: { readonly text: string; readonly file: string },
  school: PromisingSchool,
): Promise<readonly Problem[]> {
  const now = school.register.policy
  if (now === null || !promises(text, file)) return []
  const draft = { ...school.register, policy: { ...now, text, name: file } }
  const broken = (await resultsOf({ ...school, register: draft })).filter(isBroken)
  if (broken.length === 0) return []
  const already = new Set(
    (await resultsOf(school)).filter(isBroken).map(({ promise }) => JSON.stringify(promise)),
  )
  return placedIn(
    { text, file },
    broken.filter(({ promise }) => !already.has(JSON.stringify(promise))),
  )
}

/** A promise that speaks of nobody (a device that comes with the same files) is told, and stops nothing. */
function isBroken({ broken }: PromiseResult): boolean {
  return broken !== null
}

function promises(text: string, file: string): boolean {
  const parsed = parsePolicy(text, file)
  return parsed.ok && parsed.policy.promises.length > 0
}

async function resultsOf(school: PromisingSchool): Promise<readonly PromiseResult[]> {
  if (school.register.policy === null) return []
  const { text, name } = school.register.policy
  if (!promises(text, name)) return []
  const made = await makeBundle(school)
  return made.ok ? promisesOf(made.bundle) : []
}

function placedIn(
  { text, file }: { readonly text: string; readonly file: string },
  results: readonly PromiseResult[],
): readonly Problem[] {
  const parsed = parsePolicy(text, file)
  if (!parsed.ok) return []
  const { source } = parsed
  const ids = parsed.policy.promises.map(({ id }) => id)
  return results.map((result) =>
    source.problem(['promises', ids.indexOf(result.promise.id)], describeResult(result)),
  )
}

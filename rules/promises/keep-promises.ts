import type { AccessQuestion } from '../access/judge-access.ts'
import type { Stance } from '../decider.ts'
import type { Engine } from '../engine.ts'
import { coversHost } from '../policy/host-pattern.ts'
import type { Policy } from '../policy/policy.ts'
import { overrideInstants } from '../policy/site-overrides.ts'
import type { DeviceFacts } from '../subject.ts'
import type { Ruling } from '../verdict.ts'
import { PromiseCases } from './promise-cases.ts'
import type { PromisedTarget, SchoolPromise } from './promise.ts'

/** A case in which the answer is not the promised one. */
export interface BrokenCase extends AccessQuestion {
  readonly target: PromisedTarget
  readonly ruling: Ruling
}

export interface PromiseResult {
  readonly promise: SchoolPromise
  /** Cases that were put to the test; 0 for a promise that speaks of nobody. */
  readonly cases: number
  /** The first case that breaks it; null where none does. */
  readonly broken: BrokenCase | null
}

/** What a policy's promises are put to the test with. */
export interface PromiseScene {
  readonly policy: Policy
  readonly engine: Engine
  readonly devices: readonly DeviceFacts[]
}

/**
 * Puts every promise of the policy to the test in all of its cases, by the engine that answers devices.
 * What a grant opens for one person breaks no promise: promises are about what the policy gives to all.
 */
export function keepPromises(scene: PromiseScene): readonly PromiseResult[] {
  return [...testPromises(scene)]
}

/** The same one by one, for a caller who has something to do in between. */
export function* testPromises({ policy, engine, devices }: PromiseScene): Generator<PromiseResult> {
  const cases = new PromiseCases(policy, devices)
  for (const promise of policy.promises) {
    const overrides = overridesAbout(promise, policy)
    yield testPromise(promise, cases.of(promise), { engine, overrides })
  }
}

/**
 * Instants of which each stands for all at which the policy's own overrides have the same to say of the
 * promise's targets; none where no override names one. A window may begin on any day of a year, so an override
 * of a day or two is put to the test in every case, whenever it is.
 */
function overridesAbout({ targets }: SchoolPromise, policy: Policy): readonly number[] {
  const siteOverrides = (policy.siteOverrides ?? []).filter(({ rule }) =>
    rule.hosts.some((pattern) => targets.some(({ host }) => coversHost(pattern, host))),
  )
  return siteOverrides.length === 0 ? [] : overrideInstants([{ ...policy, siteOverrides }])
}

function testPromise(
  promise: SchoolPromise,
  questions: Iterable<AccessQuestion>,
  { engine, overrides }: { readonly engine: Engine; readonly overrides: readonly number[] },
): PromiseResult {
  const good = new Set<Stance>()
  let cases = 0
  for (const question of questions) {
    cases += 1
    for (const at of [question.moment.from, ...overrides]) {
      const stance = engine.judge(question, at)
      // A stance has one answer for each target, so the thousandth lesson in it is not asked again.
      if (good.has(stance)) continue
      const broken = brokenIn(promise, question, { engine, stance })
      if (broken !== null) return { promise, cases, broken }
      good.add(stance)
    }
  }
  return { promise, cases, broken: null }
}

function brokenIn(
  promise: SchoolPromise,
  question: AccessQuestion,
  { engine, stance }: { readonly engine: Engine; readonly stance: Stance },
): BrokenCase | null {
  for (const target of promise.targets) {
    const ruling = engine.decideUrl(stance, target.host, target.path)
    if (!isKept(promise, ruling)) return { ...question, target, ruling }
  }
  return null
}

/** Whether an answer is the promised one. */
export function isKept(
  { action, reason }: SchoolPromise,
  ruling: Pick<Ruling, 'action' | 'reasonCode'>,
): boolean {
  return ruling.action === action && (reason === null || ruling.reasonCode === reason)
}

/** A promise that speaks of no case at all promises nothing, and somebody thinks that it does. */
export function isPromiseKept({ cases, broken }: PromiseResult): boolean {
  return cases > 0 && broken === null
}

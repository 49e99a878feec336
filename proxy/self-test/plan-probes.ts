import type { Stance } from '../../rules/decider.ts'
import { PromiseCases } from '../../rules/promises/promise-cases.ts'
import type { PromisedTarget, SchoolPromise } from '../../rules/promises/promise.ts'
import type { Revision } from '../policy/bundle.ts'
import type { Bundle } from '../policy/bundle.ts'
import { MAX_STAND_INS, standInAddress, type StandIn } from './stand-in.ts'

/** One question to the running gate, asked as somebody of whom a promise speaks. */
export interface Probe {
  readonly promise: SchoolPromise
  readonly standIn: StandIn
  readonly target: PromisedTarget
}

/** Kinds of stance asked per promise: the engine has judged all of them; the wire is asked for some of each. */
const STANCES_PER_PROMISE = 6

/**
 * What to ask the running gate at `now` (gate time): for each promise, somebody in every stance that the
 * policy gives to those it speaks of now. A promise about another time of day has no probe now.
 */
export function planProbes(bundle: Bundle, { engine }: Revision, now: number): readonly Probe[] {
  const { policy, devices } = bundle
  const cases = new PromiseCases(policy, devices)
  const probes: Probe[] = []
  let used = 0
  for (const promise of policy.promises) {
    const seen = new Set<Stance>()
    for (const { device, zone, moment } of cases.now(promise, now)) {
      const stance = engine.judge({ device, zone, moment }, now)
      if (seen.has(stance)) continue
      if (seen.size === STANCES_PER_PROMISE || used === MAX_STAND_INS) break
      seen.add(stance)
      const standIn = { address: standInAddress(used), device: anonymous(device), zone: zone.id }
      used += 1
      for (const target of promise.targets) probes.push({ promise, standIn, target })
    }
  }
  return probes
}

/** A promise is about what the policy gives; a grant that somebody has for himself is no breach of it. */
function anonymous(device: StandIn['device']): StandIn['device'] {
  return device === null ? null : { ...device, id: 'promise', personRef: null }
}

import type { RequestTarget } from '../names/request-target.ts'
import type { DeviceState, Role } from '../subject.ts'
import type { Action } from '../verdict.ts'

/**
 * What the school has promised: an answer that holds for everybody it speaks of, in every place and at
 * every moment it speaks of. It decides nothing. The decision is put to the test against it: before a
 * change is in force, and each hour on the running gate.
 */
export interface SchoolPromise {
  readonly id: string
  /** The promise in a sentence, as the school would say it. */
  readonly says: string
  readonly who: PromisedTo
  /** Null: everywhere. */
  readonly zones: readonly string[] | null
  readonly pupilArea: boolean | null
  /** While any of these windows is in force; null: at any time. */
  readonly during: readonly string[] | null
  /** At these instants (epoch ms) and at no other; null: as `during` says. */
  readonly at: readonly number[] | null
  readonly targets: readonly PromisedTarget[]
  readonly action: Action
  /** The reason code that must stand in the answer; null: any. */
  readonly reason: string | null
}

export interface PromisedTarget extends RequestTarget {
  /** As the policy writes it. */
  readonly text: string
}

export type PromisedTo =
  /** Every device there could be: registered or not, lost, without an agreement, with a grant. */
  | { readonly kind: 'everybody' }
  /** An address that no registered device has. */
  | { readonly kind: 'unregistered' }
  /** One device of the register, as it is. */
  | { readonly kind: 'device'; readonly id: string }
  | { readonly kind: 'devices'; readonly facts: PromisedFacts }

/**
 * Devices of a kind. What the kind leaves open (role, phase, year, ownership, type) is any; how a device
 * stands is in order unless it is named: `a Year 9 laptop` is one that is approved and not lost.
 */
export interface PromisedFacts {
  readonly roles: readonly Role[] | null
  readonly phases: readonly string[] | null
  readonly year: number | null
  readonly ownership: 'personal' | 'school' | null
  readonly types: readonly string[] | null
  readonly state: DeviceState
  readonly aup: 'signed' | 'missing'
  readonly posture: string
  readonly grant: 'medical' | 'dependant_illness' | null
  readonly voucher: 'active' | null
  readonly examCandidate: boolean
}

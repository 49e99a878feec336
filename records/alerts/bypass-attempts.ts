import type { Observation } from './finding.ts'

/** A refusal that may be an attempt to get round the filter; the policy says whether it counts. */
export interface BypassAttempt {
  /** Those of one reference are one attempt. */
  readonly blockRef: string
  /** Gate time, epoch ms. */
  readonly at: number
  readonly person: string | null
  readonly device: string | null
  readonly role: string
  readonly zone: string
  readonly category: string | null
  readonly reasonCode: string
}

/** Null for what is none: what a machine does by itself, and what nobody known does. */
export function bypassAttemptOf(seen: Observation): BypassAttempt | null {
  const { blockRef, at, deviceId: device, role, zone, category, reasonCode } = seen
  const person = seen.personRef === 'unidentified' ? null : seen.personRef
  const isBypass = category?.startsWith('bypass.') === true || reasonCode.startsWith('bypass:')
  if (!isBypass || seen.grade === 'background' || (person ?? device) === null) return null
  return { blockRef, at, person, device, role, zone, category, reasonCode }
}

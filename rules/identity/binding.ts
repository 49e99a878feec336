import type { MacAddress } from './mac-address.ts'
import type { SightingSource } from './sighting.ts'

/** Strongest first. Only `proven` and `likely` make an address a registered device's; a hint decides nothing. */
export const CONFIDENCES = ['proven', 'likely', 'hint'] as const
export type Confidence = (typeof CONFIDENCES)[number]

/**
 * Why an address is not taken for a registered device, although something is known of it. Each is
 * judged as an unregistered device is, and `describe-binding.ts` says why in words.
 */
export type Doubt =
  /** Only a made-up hardware address tells, and that identifies nobody. */
  | 'random_mac'
  /** Hardware that no registered device has, or none of the person who is known to use it. */
  | 'unknown_hardware'
  /** A key or token of a device that is not in the register. */
  | 'unregistered_device'
  /** The person is known, and nothing tells on which hardware. */
  | 'which_device'
  /** Somebody else's account on a personal device. */
  | 'other_person'
  /** Several devices or people speak from this one address: a NAT or a forwarding server. */
  | 'shared_address'
  /** One hardware address answers for so many addresses that it is a router's. */
  | 'shared_hardware'

/** One source that still vouches for a binding. */
export interface Evidence {
  readonly source: SightingSource
  readonly reporter: string
  /** Epoch ms of gate time: when it was so, and until when it counts. */
  readonly at: number
  readonly until: number
}

/** Who is at an address, as far as the sources together say. */
export interface Binding {
  readonly address: string
  /** A registered device's id; with the confidence `hint` it decides nothing. */
  readonly device: string | null
  /** Who uses it: whoever signed in, else the device's own person. */
  readonly person: string | null
  readonly confidence: Confidence
  readonly doubt: Doubt | null
  readonly mac: MacAddress | null
  /** Where, in the source's words; null where none names a place. */
  readonly place: string | null
  /** The zone that the policy maps the place to; null: the address's network tells. */
  readonly zone: string | null
  /** Strongest source first, at most `MAX_EVIDENCE`. */
  readonly evidence: readonly Evidence[]
  /** Epoch ms of gate time, as are the others: from when on the same was known of this address. */
  readonly since: number
  readonly lastSeen: number
  /** When the last evidence for this has run out. */
  readonly expires: number
}

export const MAX_EVIDENCE = 8

/** The device that the address is taken for; null where none is certain enough. */
export function deviceInForce({ device, confidence }: Binding): string | null {
  return confidence === 'hint' ? null : device
}

/** Whether both say the same of an address, whatever the evidence and its age. */
export function saysTheSame(a: Binding, b: Binding): boolean {
  return (
    a.device === b.device &&
    a.person === b.person &&
    a.confidence === b.confidence &&
    a.doubt === b.doubt &&
    a.zone === b.zone
  )
}

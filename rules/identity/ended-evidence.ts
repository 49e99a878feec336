import type { MacAddress } from './mac-address.ts'
import type { Sighting, SightingSource } from './sighting.ts'

/**
 * What a source took back at an address: a lease given back, a session stopped. It is remembered for as long
 * as the evidence would have counted, so that a gate which heard only of the beginning does not bring it back.
 */
export interface EndedEvidence {
  readonly source: SightingSource
  readonly reporter: string
  /** Null: of whatever hardware, or device. */
  readonly mac: MacAddress | null
  readonly device: string | null
  /** Epoch ms of gate time, as is the other: what was told of before is over. */
  readonly at: number
  /** From then on there is nothing left that it could end. */
  readonly until: number
}

/** Of one address; the newest stay. */
export const MAX_ENDED = 8

/** Whether it ends the sighting: only its own source's, and never what that told later. */
export function isEndedBy(ended: EndedEvidence, { source, reporter, ...of }: Sighting): boolean {
  if (ended.source !== source || ended.reporter !== reporter || of.at >= ended.at) return false
  return isOf(ended.mac, of.mac) && isOf(ended.device, of.device)
}

function isOf(ended: string | null, told: string | null): boolean {
  return ended === null || told === null || ended === told
}

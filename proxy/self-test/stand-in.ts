import type { DeviceFacts } from '../../rules/subject.ts'

/**
 * Whom a self-test address stands for, for the length of one run. The control thread tells the data
 * threads by message, so nobody on the wire can; and the addresses are of the loopback network, from which
 * no packet of another machine is ever taken (RFC 1122 section 3.2.1.3).
 */
export interface StandIn {
  readonly address: string
  /** Null for a device that nobody has registered. */
  readonly device: DeviceFacts | null
  /** A zone's id. */
  readonly zone: string
}

/** The role that such a subject has towards records: what it does is in no journal and no tally. */
export const SELF_TEST_ROLE = 'self_test'

/** As many as one run uses; far below the 65,534 that there are. */
export const MAX_STAND_INS = 1_024

/** The address of the n-th stand-in, inside 127.255.0.0/16 (design.md section 6). */
export function standInAddress(index: number): string {
  return `127.255.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`
}

export function isSelfTestAddress(address: string): boolean {
  return /^127\.255\.\d{1,3}\.\d{1,3}$/.test(address)
}

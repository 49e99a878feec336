import type { Ruling } from '../../rules/verdict.ts'
import type { AttemptSubject } from '../attempt.ts'

/** Counts every decided request, allowed ones too, without identity; allocates nothing. */
export interface Tally {
  countWire(subject: AttemptSubject, ruling: Ruling, name: WireName): void
  countHost(subject: AttemptSubject, ruling: Ruling, host: string, at: number): void
}

/** `bytes[offset..]` is an uncompressed wire name; `at` is gate time, epoch ms. */
export interface WireName {
  readonly bytes: Uint8Array
  readonly offset: number
  readonly at: number
}

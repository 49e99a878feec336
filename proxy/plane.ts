import type { AttemptRecorder, AttemptSubject } from '../records/attempt.ts'
import type { Tally } from '../records/tally/tally.ts'
import type { Decider, Stance } from '../rules/decider.ts'
import type { DeviceFacts } from '../rules/subject.ts'
import type { Metering } from './bandwidth/metering.ts'
import type { Meter } from './metrics/meter.ts'

export type { Tally } from '../records/tally/tally.ts'

/** Who is at an address now. `stance` is fresh for the `now` it was asked with. */
export interface Subject extends AttemptSubject {
  readonly device: DeviceFacts | null
  readonly carriesCa: boolean
  readonly stance: Stance
  /** Names of all windows in force, for this subject's phase. */
  readonly windows: readonly string[]
  /** Epoch ms of the next edge that changes the stance; answers must not outlive it. */
  readonly validUntil: number
  /** In a zone in which another filter is asked, too. */
  readonly chained?: boolean
}

/**
 * What a flow may touch besides its own bytes. Handed to every listener by the composition root of
 * the data thread; there is no global, no singleton and no event bus.
 */
export interface Plane {
  /** Gate time, epoch ms: the system's clock, shifted by `start --clock`. */
  now(): number
  /** Read once per request and keep: a swap may happen between two reads. */
  engine(): Decider
  /** Never misses: a stranger is a subject too. Bounded; `address` as the socket tells it. */
  subjectAt(address: string): Subject
  readonly recorder: AttemptRecorder
  /** Requests per (hour, host, profile, verdict) without identity, for previews. */
  readonly tally: Tally
  readonly meter: Meter
  /** Told of each name that is let through, for what finds tunnels; absent: nobody looks for any. */
  readonly letThrough?: {
    note(subject: Subject, bytes: Uint8Array, offset: number): void
  }
  /** How fast flows go; without it as fast as they can. */
  readonly metering?: Metering
}

import type { IdentityRegister } from '../../../rules/identity/identity-register.ts'
import type { Sighting, SightingSource } from '../../../rules/identity/sighting.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import type { Endpoint } from '../../endpoint.ts'
import type { Reading } from '../../metrics/metrics-server.ts'

/** What the school has decided, and who is where by now, for a source that acts on it. */
export interface FeedSchool {
  readonly register: IdentityRegister
  /** The device in force at an address. */
  readonly deviceAt: (address: string) => DeviceFacts | null
}

/**
 * A reader of one kind of evidence, on the control thread. It tells what it reads and believes nothing;
 * whatever comes from outside it has bounded, checked and counted before.
 */
export interface SightingFeed {
  /** For logs and `/readyz`: `neighbours`, `leases /var/lib/misc/dnsmasq.leases`. */
  readonly name: string
  /** Begins to tell; rejects with `GateRefused` for what a person has to mend (a port, a secret). */
  start(onSighting: (sighting: Sighting) => void): void | Promise<void>
  /** Nothing is told any more once it has resolved. */
  stop(): void | Promise<void>
  /** What keeps it from reading now, in a sentence; null when all is well. The last good bindings stay until they expire. */
  problem(): string | null
  /** Another revision is in force; called before `start` with the first. */
  follow?(school: FeedSchool): void
  /** What it counts besides the sightings it tells. */
  readings?(): readonly Reading[]
  /** Where it listens, for the ready line; null before `start`. */
  readonly endpoint?: Endpoint | null
  /** How much of what it read was refused since the start: lines, records, events. Absent where that can't be told. */
  refused?(): { readonly source: SightingSource; readonly count: number }
}

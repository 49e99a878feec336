import type { Sighting } from '../../../rules/identity/sighting.ts'

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
}

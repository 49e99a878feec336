import { z } from 'zod'
import type { Binding } from '../../rules/identity/binding.ts'
import { MAX_ENDED, type EndedEvidence } from '../../rules/identity/ended-evidence.ts'
import { readMacAddress } from '../../rules/identity/mac-address.ts'
import { SIGHTING_SOURCES } from '../../rules/identity/sighting.ts'

/** What is true of one address now, by whom and when it was written. */
export interface PresenceEntry {
  readonly address: string
  /** The gate that wrote it. */
  readonly gate: string
  /** Epoch ms of gate time, as are all times here: of two entries for an address the later one stands. */
  readonly at: number
  /** From then on there is no such entry. */
  readonly expires: number
  /** Null: nobody is there any more. */
  readonly binding: Binding | null
  /** What sources took back there: it must not come back by a gate that did not hear of it. */
  readonly ended: readonly EndedEvidence[]
}

/**
 * Which device is at which address: the third kind of record, without a past. One contract for this
 * node's own store and the site's in Redis. Calls reject where the store does not answer.
 */
export interface PresenceStore {
  /**
   * Takes those that are later than what is there, and returns them; of the same moment the gate whose name
   * comes first stands, so that all stores of a site come to the same.
   */
  put(entries: readonly PresenceEntry[], now: number): Promise<readonly PresenceEntry[]>
  /** Null for an address of which nothing is known at `now`. */
  get(address: string, now: number): Promise<PresenceEntry | null>
  /** All that stands at `now`, by address, without what nobody is at any more. */
  all(now: number): Promise<readonly PresenceEntry[]>
  /** The same with what nobody is at any more: what another store has to hear of, too. */
  kept(now: number): Promise<readonly PresenceEntry[]>
}

const MAX_TEXT = 512
const text = z.string().max(MAX_TEXT)
const time = z.number().nonnegative()
const mac = text.nullable().transform((told) => (told === null ? null : readMacAddress(told)))

const binding = z.strictObject({
  address: text,
  device: text.nullable(),
  person: text.nullable(),
  confidence: z.enum(['proven', 'likely', 'hint']),
  doubt: z
    .enum([
      'random_mac',
      'unknown_hardware',
      'unregistered_device',
      'which_device',
      'other_person',
      'shared_address',
      'shared_hardware',
    ])
    .nullable(),
  mac,
  place: text.nullable(),
  zone: text.nullable(),
  evidence: z
    .array(
      z.strictObject({ source: z.enum(SIGHTING_SOURCES), reporter: text, at: time, until: time }),
    )
    .max(16),
  since: time,
  lastSeen: time,
  expires: time,
}) satisfies z.ZodType<Binding>

const ended = z
  .array(
    z.strictObject({
      source: z.enum(SIGHTING_SOURCES),
      reporter: text,
      mac,
      device: text.nullable(),
      at: time,
      until: time,
    }),
  )
  .max(MAX_ENDED) satisfies z.ZodType<readonly EndedEvidence[]>

/** A binding as a store keeps it; null for a text that is none, from a newer gate or a stranger. */
export function readBinding(json: string): Binding | null {
  return readAs(binding, json)
}

/** What ended at an address as a store keeps it; null likewise. */
export function readEnded(json: string): readonly EndedEvidence[] | null {
  return readAs(ended, json)
}

function readAs<T>(shape: z.ZodType<T>, json: string): T | null {
  try {
    const read = shape.safeParse(JSON.parse(json))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

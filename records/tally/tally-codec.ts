import { ACTIONS } from '../../rules/verdict.ts'
import type { Action } from '../../rules/verdict.ts'
import { SKETCH_OCTETS } from './device-sketch.ts'

/**
 * One row of a thread's tally inside its ring, little-endian:
 *
 *     4 action profile-octets .  hour:u32 requests:u32 host-octets:u32  sketch[32]  host... profile...
 */
export const TALLY_HEAD_OCTETS = 16 + SKETCH_OCTETS

/** What one thread adds to one row of the tally. */
export interface TallyDelta {
  /** Hours since the epoch. */
  readonly hour: number
  readonly host: string
  /** `''` where access was denied. */
  readonly profile: string
  readonly verdict: Action
  readonly requests: number
  readonly sketch: Uint8Array
}

/** The row in `view[index..]`, or undefined where the octets are none. */
export function readTallyRecord(
  view: DataView,
  index: number,
  octets: number,
): TallyDelta | undefined {
  if (octets < TALLY_HEAD_OCTETS) return undefined
  const verdict = ACTIONS[view.getUint8(index + 1)]
  const host = index + TALLY_HEAD_OCTETS
  const profile = host + view.getUint32(index + 12, true)
  const end = profile + view.getUint8(index + 2)
  if (verdict === undefined || end !== index + octets) return undefined
  const text = Buffer.from(view.buffer, view.byteOffset + index, octets)
  return {
    hour: view.getUint32(index + 4, true),
    host: text.toString('latin1', host - index, profile - index),
    profile: text.toString('utf8', profile - index, end - index),
    verdict,
    requests: view.getUint32(index + 8, true),
    // A copy: the ring's memory is written again after the batch.
    sketch: Uint8Array.from(text.subarray(16, 16 + SKETCH_OCTETS)),
  }
}

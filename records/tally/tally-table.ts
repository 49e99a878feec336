import type { RingWriter } from '../rings/byte-ring.ts'
import { TALLY_RECORD } from '../rings/attempt-codec.ts'
import { MAX_HOST_OCTETS } from '../rings/host-octets.ts'
import { SKETCH_OCTETS, scramble } from './device-sketch.ts'
import { TALLY_HEAD_OCTETS } from './tally-codec.ts'

/** A power of two; a school's hour has some 10,000 hosts, and a table of 1 MB stays in the cache. */
const SLOTS = 16_384
/** Linear probing slows down past three quarters. */
const MAX_ROWS = (SLOTS * 3) / 4
/** 24 octets is a long average for a host name. */
const ARENA_OCTETS = SLOTS * 24

/** Profiles of a policy times the revisions of a day stay far below; an octet numbers them. */
const MAX_PROFILES = 256
const MAX_PROFILE_OCTETS = 255

/**
 * One hour's counters of a data thread: (host, profile, action) -> requests and a device sketch, in
 * typed arrays, so that counting allocates nothing. Open addressing; a slot is
 *
 *     key: profile << 2 | action, +1 so that 0 is free    hash | host at | host octets | requests
 *
 * The host of the request in hand is written to the arena's free end first and stays there if the
 * table did not have it: so it is read once, and compared in place.
 */
export class TallyTable {
  /** Where `count` finds the request's host: written by the caller before the call. */
  readonly arena = new Uint8Array(ARENA_OCTETS + MAX_HOST_OCTETS)
  /** The arena's free end. */
  end = 0
  readonly #keys = new Uint16Array(SLOTS)
  readonly #hashes = new Int32Array(SLOTS)
  readonly #starts = new Uint32Array(SLOTS)
  readonly #lengths = new Uint16Array(SLOTS)
  readonly #requests = new Uint32Array(SLOTS)
  readonly #sketches = new Uint8Array(SLOTS * SKETCH_OCTETS)
  readonly #profiles = new Map<string, number>()
  readonly #profileOctets: Uint8Array[] = []
  #rows = 0

  /** False when the host at the arena's free end has no row and there is no room for one. */
  count(length: number, profile: string, action: number, bit: number): boolean {
    const number = this.#profileNumber(profile)
    if (number < 0) return false
    const key = ((number << 2) | action) + 1
    const hash = this.#hashAtEnd(length, key)
    const slot = this.#slotOf(hash, key, length)
    if (this.#keys[slot] === 0 && !this.#take(slot, hash, key, length)) return false
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1
    const octet = slot * SKETCH_OCTETS + (bit >> 3)
    this.#sketches[octet] = (this.#sketches[octet] ?? 0) | (1 << (bit & 7))
    return true
  }

  /** Moves rows into the ring while it has room to spare; true when the table is empty. */
  flush(ring: RingWriter, hour: number): boolean {
    if (this.#rows === 0) return true
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (this.#requests[slot] === 0) continue
      // Half the ring stays free for refusals: a lost count is a pity, a lost refusal is a gap.
      if (!ring.roomy || !this.#write(ring, hour, slot)) return false
      this.#requests[slot] = 0
    }
    this.clear()
    return true
  }

  /** Requests that were counted and not yet flushed. */
  pending(): number {
    return this.#requests.reduce((sum, requests) => sum + requests, 0)
  }

  /** Forgets all rows, flushed or not. */
  clear(): void {
    this.#keys.fill(0)
    this.#requests.fill(0)
    this.#sketches.fill(0)
    this.#profiles.clear()
    this.#profileOctets.length = 0
    this.#rows = 0
    this.end = 0
  }

  #profileNumber(profile: string): number {
    const known = this.#profiles.get(profile)
    if (known !== undefined) return known
    const octets = Buffer.from(profile)
    if (this.#profiles.size === MAX_PROFILES || octets.length > MAX_PROFILE_OCTETS) return -1
    this.#profileOctets.push(octets)
    this.#profiles.set(profile, this.#profiles.size)
    return this.#profiles.size - 1
  }

  #hashAtEnd(length: number, key: number): number {
    let hash = key
    for (let i = this.end; i < this.end + length; i += 1)
      hash = Math.imul(hash ^ (this.arena[i] ?? 0), 0x01000193)
    return scramble(hash)
  }

  /** The slot that has the row, or the free one where it belongs. */
  #slotOf(hash: number, key: number, length: number): number {
    let slot = hash & (SLOTS - 1)
    while (this.#keys[slot] !== 0) {
      if (this.#hashes[slot] === hash && this.#keys[slot] === key && this.#isAtEnd(slot, length))
        return slot
      slot = (slot + 1) & (SLOTS - 1)
    }
    return slot
  }

  #isAtEnd(slot: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false
    const start = this.#starts[slot] ?? 0
    for (let i = 0; i < length; i += 1)
      if (this.arena[start + i] !== this.arena[this.end + i]) return false
    return true
  }

  #take(slot: number, hash: number, key: number, length: number): boolean {
    if (this.#rows === MAX_ROWS || this.end + length > ARENA_OCTETS) return false
    this.#keys[slot] = key
    this.#hashes[slot] = hash
    this.#starts[slot] = this.end
    this.#lengths[slot] = length
    this.#rows += 1
    this.end += length
    return true
  }

  #write(ring: RingWriter, hour: number, slot: number): boolean {
    const key = (this.#keys[slot] ?? 1) - 1
    const profile = this.#profileOctets[key >> 2] ?? NO_OCTETS
    const start = this.#starts[slot] ?? 0
    const length = this.#lengths[slot] ?? 0
    const octets = TALLY_HEAD_OCTETS + length + profile.length
    const index = ring.reserve(octets)
    if (index < 0) return false
    ring.view.setUint8(index, TALLY_RECORD)
    ring.view.setUint8(index + 1, key & 3)
    ring.view.setUint8(index + 2, profile.length)
    ring.view.setUint32(index + 4, hour, true)
    ring.view.setUint32(index + 8, this.#requests[slot] ?? 0, true)
    ring.view.setUint32(index + 12, length, true)
    const sketch = slot * SKETCH_OCTETS
    ring.bytes.set(this.#sketches.subarray(sketch, sketch + SKETCH_OCTETS), index + 16)
    ring.bytes.set(this.arena.subarray(start, start + length), index + TALLY_HEAD_OCTETS)
    ring.bytes.set(profile, index + TALLY_HEAD_OCTETS + length)
    ring.commit(octets)
    return true
  }
}

const NO_OCTETS = new Uint8Array(0)

import type { Cell } from '../metrics/meter.ts'
import { LOWER, wireNameLength } from './wire/names.ts'
import { EDE_STALE_ANSWER, HEADER_OCTETS, RCODE_NOERROR } from './wire/numbers.ts'
import { PACKED_HEADER_OCTETS, packedLife } from './wire/packed-answer.ts'
import type { PackedAnswer } from './wire/packed-answer.ts'
import type { Question } from './wire/question.ts'

export interface CacheSize {
  readonly entries: number
  /** Of the arena: names and packed answers together. */
  readonly octets: number
  readonly seed: number
  readonly entriesCell: Cell
  readonly evictionsCell: Cell
}

/**
 * Answers of upstreams, for all subjects alike: decisions are never in here, so a change of policy has
 * nothing to flush.
 *
 * Entries lie in one arena in the order they came, as a ring, and their slots are a ring in the same
 * order. What is oldest goes first, whether octets or slots ran out; but an entry that was asked for
 * since it came goes back to the young end once (CLOCK over a log), so that a school's hundred favourite
 * names survive a device that looks up a million others.
 *
 *     arena   ....[name packed][name packed][name packed]........
 *                 ^ tail, evicted next                   ^ head, written next
 *     slots   hash, kind, offset, octets, stored, expires, hold, used
 *     index   open addressing, slot + 1; 0 is empty; deletion shifts back, so there are no tombstones
 *
 * A `Map` of strings would cost a string per query and about 300 octets of heap per name; here a hit
 * touches two cache lines of index and slot, and allocates nothing.
 *
 * An expired entry stays until evicted: for a day it can be served stale (RFC 8767) when no upstream
 * answers. `hold` is until when it may be served so without asking again (section 5, failure recheck).
 */
export class AnswerCache {
  readonly #arena: Uint8Array
  readonly #seed: number
  readonly #slots: number
  readonly #mask: number
  readonly #index: Int32Array
  readonly #hash: Int32Array
  /** Type, DO and CD in one number; -1 where a newer entry took the key over. */
  readonly #kind: Int32Array
  readonly #offset: Int32Array
  readonly #octets: Int32Array
  readonly #stored: Float64Array
  readonly #expires: Float64Array
  readonly #hold: Float64Array
  readonly #used: Uint8Array
  #tailSlot = 0
  #slotCount = 0
  #tail = 0
  #head = 0
  /** Live entries: slots less those whose key a newer one took over. */
  readonly #entries: Cell
  readonly #evictions: Cell

  constructor(size: CacheSize) {
    this.#entries = size.entriesCell
    this.#evictions = size.evictionsCell
    const slots = Math.max(MIN_ENTRIES, size.entries)
    const indexSize = 1 << Math.ceil(Math.log2(slots * 2))
    this.#arena = new Uint8Array(Math.max(MIN_ARENA_OCTETS, size.octets))
    this.#seed = size.seed | 0
    this.#slots = slots
    this.#mask = indexSize - 1
    this.#index = new Int32Array(indexSize)
    this.#hash = new Int32Array(slots)
    this.#kind = new Int32Array(slots)
    this.#offset = new Int32Array(slots)
    this.#octets = new Int32Array(slots)
    this.#stored = new Float64Array(slots)
    this.#expires = new Float64Array(slots)
    this.#hold = new Float64Array(slots)
    this.#used = new Uint8Array(slots)
  }

  /** The octets that `packedAt` points into; the same array for the cache's whole life. */
  get arena(): Uint8Array {
    return this.#arena
  }

  /** The slot of an answer to give now (`now` in seconds), or -1. Valid until the next `put`. */
  find(query: Uint8Array, question: Question, now: number): number {
    const slot = this.#locate(query, question)
    if (slot < 0) return -1
    if (now >= (this.#expires[slot] ?? 0) && now >= (this.#hold[slot] ?? 0)) return -1
    this.#used[slot] = 1
    return slot
  }

  /** Where the slot's packed answer begins in `arena`. */
  packedAt(slot: number): number {
    const offset = this.#offset[slot] ?? 0
    return offset + wireNameLength(this.#arena, offset)
  }

  /** Whole seconds since it came; never negative, even if the clock was set back. */
  ageOf(slot: number, now: number): number {
    return Math.max(0, Math.floor(now - (this.#stored[slot] ?? 0)))
  }

  isStale(slot: number, now: number): boolean {
    return now >= (this.#expires[slot] ?? 0)
  }

  /** Keeps an answer for its life; one without life, or too big to be worth its room, is not kept. */
  put(query: Uint8Array, question: Question, packed: PackedAnswer, now: number): void {
    const life = packedLife(packed, 0)
    const nameOctets = question.nameEnd - HEADER_OCTETS
    if (life === 0 || nameOctets + packed.length > MAX_ENTRY_OCTETS) return
    const slot = this.#locate(query, question)
    if (slot >= 0) this.#forget(slot)
    const entry = this.#claim(nameOctets + packed.length, MAX_SECOND_CHANCES)
    const offset = this.#offset[entry] ?? 0
    for (let i = 0; i < nameOctets; i += 1) {
      this.#arena[offset + i] = LOWER[query[HEADER_OCTETS + i] ?? 0] ?? 0
    }
    this.#arena.set(packed, offset + nameOctets)
    this.#hash[entry] = this.#hashOf(query, question)
    this.#kind[entry] = kindOf(question)
    this.#stored[entry] = now
    this.#expires[entry] = now + life
    this.#hold[entry] = 0
    this.#used[entry] = 0
    this.#enter(entry)
  }

  /** An answer with records is past its life by less than a day: better than none (RFC 8767). */
  hasStale(query: Uint8Array, question: Question, now: number): boolean {
    return this.#locateStale(query, question, now) >= 0
  }

  /**
   * A copy of the stale answer, if there is one; and `find` gives it out too for `STALE_SECONDS`, so that
   * not every query waits for dead upstreams. From now on it tells its askers that it is stale.
   */
  holdStale(query: Uint8Array, question: Question, now: number): PackedAnswer | undefined {
    const slot = this.#locateStale(query, question, now)
    if (slot < 0) return undefined
    const at = this.packedAt(slot)
    this.#hold[slot] = now + STALE_SECONDS
    this.#arena[at + 1] = EDE_STALE_ANSWER
    return this.#arena.slice(at, (this.#offset[slot] ?? 0) + (this.#octets[slot] ?? 0))
  }

  #locateStale(query: Uint8Array, question: Question, now: number): number {
    const slot = this.#locate(query, question)
    if (slot < 0 || now - (this.#expires[slot] ?? 0) > MAX_STALE_SECONDS) return -1
    const at = this.packedAt(slot)
    // Failures and absences are not worth keeping alive; only answers with records are.
    const hasRecords = ((this.#arena[at + 2] ?? 0) | (this.#arena[at + 3] ?? 0)) !== 0
    return this.#arena[at] === RCODE_NOERROR && hasRecords ? slot : -1
  }

  #locate(query: Uint8Array, question: Question): number {
    const hash = this.#hashOf(query, question)
    const kind = kindOf(question)
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const slot = (this.#index[i] ?? 0) - 1
      if (slot < 0) return -1
      if (this.#hash[slot] !== hash || this.#kind[slot] !== kind) continue
      // The hash only finds the place; the octets decide, or a collision would be a wrong answer.
      if (this.#holdsName(slot, query, question.nameEnd)) return slot
    }
  }

  #holdsName(slot: number, query: Uint8Array, nameEnd: number): boolean {
    const shift = (this.#offset[slot] ?? 0) - HEADER_OCTETS
    for (let i = HEADER_OCTETS; i < nameEnd; i += 1) {
      if (this.#arena[shift + i] !== LOWER[query[i] ?? 0]) return false
    }
    return true
  }

  /** Seeded, so that nobody outside can choose names that share a place in the index. */
  #hashOf(query: Uint8Array, question: Question): number {
    let hash = Math.imul(this.#seed ^ kindOf(question), 0x9e3779b1)
    for (let i = HEADER_OCTETS; i < question.nameEnd; i += 1) {
      hash = Math.imul(hash ^ (LOWER[query[i] ?? 0] ?? 0), 0x01000193)
      hash = (hash << 13) | (hash >>> 19)
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }

  /** A slot at the young end with `octets` of arena, evicting from the old end until there is room. */
  #claim(octets: number, chances: number): number {
    let offset = this.#room(octets)
    for (let left = chances; offset < 0; left -= 1) {
      this.#evict(left)
      offset = this.#room(octets)
    }
    const slot = (this.#tailSlot + this.#slotCount) % this.#slots
    this.#slotCount += 1
    this.#head = offset + octets
    this.#offset[slot] = offset
    this.#octets[slot] = octets
    return slot
  }

  /** Where `octets` fit in one piece without evicting, or -1. */
  #room(octets: number): number {
    if (this.#slotCount === 0) {
      this.#head = 0
      this.#tail = 0
    }
    if (this.#slotCount === this.#slots) return -1
    const wrapped = this.#slotCount > 0 && this.#head <= this.#tail
    if (wrapped) return this.#head + octets <= this.#tail ? this.#head : -1
    if (this.#head + octets <= this.#arena.length) return this.#head
    return octets <= this.#tail ? 0 : -1
  }

  #evict(chances: number): void {
    const slot = this.#tailSlot
    const live = this.#kind[slot] !== DEAD
    const again = live && chances > 0 && this.#used[slot] === 1
    const from = this.#offset[slot] ?? 0
    const copy = again ? this.#arena.slice(from, from + (this.#octets[slot] ?? 0)) : undefined
    if (live) this.#leave(slot)
    this.#tailSlot = (slot + 1) % this.#slots
    this.#slotCount -= 1
    if (this.#slotCount > 0) this.#tail = this.#offset[this.#tailSlot] ?? 0
    if (copy === undefined) this.#evictions.n += live ? 1 : 0
    else this.#moveToHead(slot, copy)
  }

  /** The slot's numbers go along; they are read before the young end could take the slot over. */
  #moveToHead(slot: number, copy: Uint8Array): void {
    const [hash, kind] = [this.#hash[slot] ?? 0, this.#kind[slot] ?? 0]
    const [stored, expires, hold] = [
      this.#stored[slot] ?? 0,
      this.#expires[slot] ?? 0,
      this.#hold[slot] ?? 0,
    ]
    const entry = this.#claim(copy.length, 0)
    this.#arena.set(copy, this.#offset[entry] ?? 0)
    this.#hash[entry] = hash
    this.#kind[entry] = kind
    this.#stored[entry] = stored
    this.#expires[entry] = expires
    this.#hold[entry] = hold
    this.#used[entry] = 0
    this.#enter(entry)
  }

  #enter(slot: number): void {
    let i = (this.#hash[slot] ?? 0) & this.#mask
    while (this.#index[i] !== 0) i = (i + 1) & this.#mask
    this.#index[i] = slot + 1
    this.#entries.n += 1
  }

  #forget(slot: number): void {
    this.#leave(slot)
    this.#kind[slot] = DEAD
  }

  /** Deletes from the index by shifting back what was pushed on past its place (Knuth 6.4, algorithm R). */
  #leave(slot: number): void {
    let hole = (this.#hash[slot] ?? 0) & this.#mask
    while (this.#index[hole] !== slot + 1) hole = (hole + 1) & this.#mask
    for (let i = (hole + 1) & this.#mask; ; i = (i + 1) & this.#mask) {
      const other = (this.#index[i] ?? 0) - 1
      if (other < 0) break
      const home = (this.#hash[other] ?? 0) & this.#mask
      if (((i - home) & this.#mask) < ((i - hole) & this.#mask)) continue
      this.#index[hole] = other + 1
      hole = i
    }
    this.#index[hole] = 0
    this.#entries.n -= 1
  }
}

/** A slot whose key a newer entry took over; it waits for the tail to pass. */
const DEAD = -1
const MIN_ENTRIES = 16
/** Room for several of the largest entries, whatever was configured. */
const MIN_ARENA_OCTETS = 1 << 18
/** A bigger answer costs as much room as fifty ordinary ones and is asked for once. */
const MAX_ENTRY_OCTETS = 16_384 + PACKED_HEADER_OCTETS
/** How many old but used entries one new entry may push to the young end: bounds the work of a `put`. */
const MAX_SECOND_CHANCES = 4
/** RFC 8767 section 4: TTL of a stale answer, and as long until the upstreams are asked for it again. */
export const STALE_SECONDS = 30
/** Design.md section 7: serve stale for 24 h where cached. */
const MAX_STALE_SECONDS = 86_400

/** Class is always IN here: others are refused before anybody looks (resolver.ts). */
function kindOf(question: Question): number {
  return (
    question.type | (question.dnssecOk ? 0x1_0000 : 0) | (question.checkingDisabled ? 0x2_0000 : 0)
  )
}

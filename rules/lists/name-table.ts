/**
 * The open-addressing table that an image is made of: 64-bit hash -> number, linear probing. A slot's
 * place is the high half scaled to the capacity (a multiplication, so any capacity will do, not only
 * powers of two); the table is therefore nearly in the order of the hashes, and growing it reads and
 * writes memory from front to back.
 */

/** Three slots in five: a miss looks at 3.6 neighbouring slots on average (Knuth 6.4), mostly in one cache line. */
const MAX_LOAD = 0.6
const LEAST_CAPACITY = 64

/** Slots for so many names; always more than `names`, for an empty slot ends each search. */
export function capacityFor(names: number): number {
  return Math.max(LEAST_CAPACITY, Math.ceil(names / MAX_LOAD))
}

/** Where the search for a hash begins. */
export function firstSlot(high: number, capacity: number): number {
  // Below `capacity` for any hash: rounding is by far less than the 2^-32 that is left to 1.
  return Math.floor((high >>> 0) * (capacity / 4_294_967_296))
}

/** The slot that holds the hash, or the empty one where it would go. */
export function slotOf(keys: Int32Array, capacity: number, high: number, low: number): number {
  let slot = firstSlot(high, capacity)
  for (;;) {
    const found = keys[2 * slot + 1] ?? 0
    if (found === 0 || (found === low && keys[2 * slot] === high)) return slot
    slot += 1
    if (slot === capacity) slot = 0
  }
}

/** A table that grows as names are added; values are positive. */
export class NameTable {
  #capacity = LEAST_CAPACITY
  #keys = new Int32Array(2 * LEAST_CAPACITY)
  #values = new Int32Array(LEAST_CAPACITY)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The slot for a hash, valid until the next call; `valueAt` is 0 when the name is new. */
  slotFor(high: number, low: number): number {
    if (this.#size + 1 > this.#capacity * MAX_LOAD) this.#grow()
    return slotOf(this.#keys, this.#capacity, high, low)
  }

  valueAt(slot: number): number {
    return this.#values[slot] ?? 0
  }

  put(slot: number, high: number, low: number, value: number): void {
    if (this.#keys[2 * slot + 1] === 0) this.#size += 1
    this.#keys[2 * slot] = high
    this.#keys[2 * slot + 1] = low
    this.#values[slot] = value
  }

  /** Every name and its value, in the order of the table. */
  forEach(visit: (high: number, low: number, value: number) => void): void {
    for (let slot = 0; slot < this.#capacity; slot += 1) {
      const low = this.#keys[2 * slot + 1] ?? 0
      if (low !== 0) visit(this.#keys[2 * slot] ?? 0, low, this.#values[slot] ?? 0)
    }
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    const keys = new Int32Array(2 * capacity)
    const values = new Int32Array(capacity)
    this.forEach((high, low, value) => {
      const slot = slotOf(keys, capacity, high, low)
      keys[2 * slot] = high
      keys[2 * slot + 1] = low
      values[slot] = value
    })
    this.#capacity = capacity
    this.#keys = keys
    this.#values = values
  }
}

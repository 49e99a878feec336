/** Places of a bucket: so many keys that meet in one are kept, and of more the one whose time is past longest goes. */
const WAYS = 8
const BUCKETS = 2_048
const OCTETS_PER_PLACE = 16

/** How many keys a table has room for. */
export const SHARED_TIMES = WAYS * BUCKETS

/**
 * Times by 64-bit keys in memory that all data threads see, so that what one of them notes holds on the
 * next, and when a thread has been replaced. Keys are halves of keyed hashes: nobody can make two meet.
 * Two threads that note the same new key at once may take two places; the one lost is a time lost.
 */
export class SharedTimes {
  readonly #cells: BigInt64Array

  /** A table that is empty. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(SHARED_TIMES * OCTETS_PER_PLACE)
  }

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(memory)
  }

  /** 0 for a key that is not there. */
  get(key: bigint): bigint {
    const place = this.#find(key)
    return place < 0 ? 0n : Atomics.load(this.#cells, place + 1)
  }

  set(key: bigint, time: bigint): void {
    Atomics.store(this.#cells, this.#findOrClaim(key) + 1, time)
  }

  /** The time set forward by `by` from where it was, or from `floor` where that is later. */
  advance(key: bigint, floor: bigint, by: bigint): bigint {
    const at = this.#findOrClaim(key) + 1
    for (;;) {
      const was = Atomics.load(this.#cells, at)
      const next = (was > floor ? was : floor) + by
      if (Atomics.compareExchange(this.#cells, at, was, next) === was) return next
    }
  }

  #find(key: bigint): number {
    const first = bucketOf(key)
    for (let place = first; place < first + WAYS * 2; place += 2)
      if (Atomics.load(this.#cells, place) === key) return place
    return -1
  }

  #findOrClaim(key: bigint): number {
    const known = this.#find(key)
    if (known >= 0) return known
    const first = bucketOf(key)
    let oldest = first
    for (let place = first + 2; place < first + WAYS * 2; place += 2)
      if (Atomics.load(this.#cells, place + 1) < Atomics.load(this.#cells, oldest + 1))
        oldest = place
    // In this order: whoever reads between the two sees the new key with no time, never with another's.
    Atomics.store(this.#cells, oldest + 1, 0n)
    Atomics.store(this.#cells, oldest, key)
    return oldest
  }
}

function bucketOf(key: bigint): number {
  return Number(key & BigInt(BUCKETS - 1)) * WAYS * 2
}

/** A growing table from pairs of positive numbers to a number; finding allocates nothing. */
export class PairTable {
  // Triples (left, right, value); `left` is 0 in an empty slot, for 0 is never looked up.
  #pairs = new Int32Array(3 * 64)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** -1 where the pair has no value yet. */
  find(left: number, right: number): number {
    const at = slotAt(this.#pairs, left, right)
    return this.#pairs[at] === 0 ? -1 : (this.#pairs[at + 2] ?? 0)
  }

  add(left: number, right: number, value: number): void {
    if (3 * (this.#size + 1) * 2 > this.#pairs.length) this.#grow()
    this.#pairs.set([left, right, value], slotAt(this.#pairs, left, right))
    this.#size += 1
  }

  #grow(): void {
    const grown = new Int32Array(this.#pairs.length * 2)
    for (let at = 0; at < this.#pairs.length; at += 3) {
      const left = this.#pairs[at] ?? 0
      if (left === 0) continue
      const right = this.#pairs[at + 1] ?? 0
      grown.set(this.#pairs.subarray(at, at + 3), slotAt(grown, left, right))
    }
    this.#pairs = grown
  }
}

/** The slot that holds the pair, or the empty one where it would go; half of the slots are empty. */
function slotAt(pairs: Int32Array, left: number, right: number): number {
  const capacity = pairs.length / 3
  let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0
  slot = (slot ^ (slot >>> 15)) & (capacity - 1)
  for (;;) {
    const at = 3 * slot
    if (pairs[at] === 0 || (pairs[at] === left && pairs[at + 1] === right)) return at
    slot = (slot + 1) & (capacity - 1)
  }
}

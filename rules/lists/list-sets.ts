/**
 * Sets of list indices as small numbers, interned for the life of one opened image; 0 is the empty
 * set. A union that has been asked for once is one probe of a table of pairs and allocates nothing.
 */
export class ListSets {
  readonly #members: (readonly number[])[] = [[]]
  readonly #byText = new Map<string, number>([['', 0]])
  readonly #everything: number
  // Triples (left, right, union); `left` is 0 in an empty slot, for 0 is never looked up.
  #pairs = new Int32Array(3 * 64)
  #pairCount = 0
  /** Unions that found no room and were answered with the set of all lists. */
  unionsRefused = 0

  readonly #maxUnions: number

  /** `lists` is how many there are; indices beyond are never interned. */
  constructor(lists: number, maxUnions = MAX_UNIONS) {
    this.#maxUnions = maxUnions
    this.#everything = this.intern(Array.from({ length: lists }, (_, list) => list))
  }

  /** Numbers handed out so far; each is below this. */
  get count(): number {
    return this.#members.length
  }

  /** The same array each time; ascending. */
  membersOf(set: number): readonly number[] {
    return this.#members[set] ?? []
  }

  /** `lists` must be ascending and without repetition. */
  intern(lists: readonly number[]): number {
    const text = lists.join()
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const set = this.#members.push(lists) - 1
    this.#byText.set(text, set)
    return set
  }

  union(left: number, right: number): number {
    if (left === right || right === 0) return left
    if (left === 0) return right
    const at = this.#pairAt(this.#pairs, left, right)
    if (this.#pairs[at] !== 0) return this.#pairs[at + 2] ?? 0
    return this.#learn(left, right)
  }

  #learn(left: number, right: number): number {
    // Too strict rather than too loose, and counted: a list that must block is never forgotten.
    if (this.#pairCount >= this.#maxUnions) {
      this.unionsRefused += 1
      return this.#everything
    }
    const both = new Set([...this.membersOf(left), ...this.membersOf(right)])
    const set = this.intern([...both].sort((a, b) => a - b))
    if (3 * (this.#pairCount + 1) * 2 > this.#pairs.length) this.#grow()
    this.#pairs.set([left, right, set], this.#pairAt(this.#pairs, left, right))
    this.#pairCount += 1
    return set
  }

  #pairAt(pairs: Int32Array, left: number, right: number): number {
    const capacity = pairs.length / 3
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & (capacity - 1)
    for (;;) {
      const at = 3 * slot
      if (pairs[at] === 0 || (pairs[at] === left && pairs[at + 1] === right)) return at
      slot = (slot + 1) & (capacity - 1)
    }
  }

  #grow(): void {
    const grown = new Int32Array(this.#pairs.length * 2)
    for (let at = 0; at < this.#pairs.length; at += 3) {
      const left = this.#pairs[at] ?? 0
      if (left === 0) continue
      const right = this.#pairs[at + 1] ?? 0
      grown.set(this.#pairs.subarray(at, at + 3), this.#pairAt(grown, left, right))
    }
    this.#pairs = grown
  }
}

/**
 * Far beyond real lists (all of 1.29 M names in 35 lists make under 200), and 24 MB at the worst: an
 * image made to overlap without end must not fill the memory of a data thread.
 */
const MAX_UNIONS = 1 << 20

import { PairTable } from './pair-table.ts'

/**
 * Sets of list indices as small numbers, interned for the life of one opened image; 0 is the empty
 * set. A union or difference that has been asked for once is one probe of a table of pairs and allocates
 * nothing.
 */
export class ListSets {
  readonly #members: (readonly number[])[] = [[]]
  readonly #byText = new Map<string, number>([['', 0]])
  readonly #everything: number
  readonly #unions = new PairTable()
  readonly #differences = new PairTable()
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
    const known = this.#unions.find(left, right)
    return known >= 0 ? known : this.#learnUnion(left, right)
  }

  /** `left` without the lists of `right`. */
  minus(left: number, right: number): number {
    if (left === 0 || right === 0) return left
    const known = this.#differences.find(left, right)
    return known >= 0 ? known : this.#learnDifference(left, right)
  }

  #learnUnion(left: number, right: number): number {
    // Too strict rather than too loose, and counted: a list that must block is never forgotten.
    if (this.#unions.size >= this.#maxUnions) {
      this.unionsRefused += 1
      return this.#everything
    }
    const both = new Set([...this.membersOf(left), ...this.membersOf(right)])
    const set = this.intern([...both].sort((a, b) => a - b))
    this.#unions.add(left, right, set)
    return set
  }

  #learnDifference(left: number, right: number): number {
    // As above: without room for the answer nothing is taken away.
    if (this.#differences.size >= this.#maxUnions) {
      this.unionsRefused += 1
      return left
    }
    const without = new Set(this.membersOf(right))
    const set = this.intern(this.membersOf(left).filter((list) => !without.has(list)))
    this.#differences.add(left, right, set)
    return set
  }
}

/**
 * Far beyond real lists (all of 1.29 M names in 35 lists make under 200), and 24 MB at the worst: an
 * image made to overlap without end must not fill the memory of a data thread.
 */
const MAX_UNIONS = 1 << 20

import type { ImageParts } from './image-format.ts'
import type { ListSets } from './list-sets.ts'
import { listOfTag, scopeOfTag, type Scope } from './tag-sets.ts'

const UNKNOWN = -1

/**
 * For each set of tags in an image the interned set of those lists whose scope counts. Worked out when a
 * set is met first and kept: a policy of 10,000 rules has as many sets, of which a day meets a few, and a
 * thread that takes the image over must not stop for the others.
 */
export class ScopedSets {
  readonly #parts: ImageParts
  readonly #sets: ListSets
  readonly #counts: (scope: Scope) => boolean
  readonly #known: Int32Array

  constructor(parts: ImageParts, sets: ListSets, counts: (scope: Scope) => boolean) {
    this.#parts = parts
    this.#sets = sets
    this.#counts = counts
    this.#known = new Int32Array(parts.setStarts.length - 1).fill(UNKNOWN)
    this.#known[0] = 0
  }

  /** Allocates nothing once the set is known. */
  of(set: number): number {
    const known = this.#known[set] ?? 0
    return known === UNKNOWN ? this.#learn(set) : known
  }

  #learn(set: number): number {
    const tags = tagsOfSet(this.#parts, set).filter((tag) => this.#counts(scopeOfTag(tag)))
    const lists = this.#sets.intern([...new Set(tags.map(listOfTag))])
    this.#known[set] = lists
    return lists
  }
}

/** The tags of a set of the image, ascending. */
export function tagsOfSet({ setStarts, tags }: ImageParts, set: number): readonly number[] {
  return [...tags.subarray(setStarts[set], setStarts[set + 1])]
}

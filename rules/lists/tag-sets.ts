/** Whether an entry names one host, a host and all below it, or a URL prefix. */
export const SCOPES = ['host', 'subtree', 'url'] as const
export type Scope = (typeof SCOPES)[number]

const SCOPE_BITS: Readonly<Record<Scope, number>> = { host: 0, subtree: 1, url: 2 }

/** One list's claim on a name, as a number: list index times 4, plus the scope. */
export function tagOf(list: number, scope: Scope): number {
  return list * 4 + SCOPE_BITS[scope]
}

export function listOfTag(tag: number): number {
  return tag >>> 2
}

export function scopeOfTag(tag: number): Scope {
  return SCOPES[tag & 3] ?? 'host'
}

/** Keys of the two maps below stay exact integers: 2^34 sets of 18-bit tags. */
const TAG_RANGE = 2 ** 18

/**
 * Interns the sets of tags that names have, while an image is built: equal sets are one number, so a
 * slot stores 16 bits whatever the lists overlap. 0 is the empty set. Adding a tag to a set is one
 * `Map` read once that step has been seen.
 */
export class TagSets {
  readonly #sets: (readonly number[])[] = [[]]
  readonly #byText = new Map<string, number>([['', 0]])
  readonly #steps = new Map<number, number>()

  tagsOf(set: number): readonly number[] {
    return this.#sets[set] ?? []
  }

  /** The set with `tag` in it; the same number when that changes nothing. */
  with(set: number, tag: number): number {
    const step = set * TAG_RANGE + tag
    const known = this.#steps.get(step)
    if (known !== undefined) return known
    const next = this.#intern(joined(this.tagsOf(set), tag))
    this.#steps.set(step, next)
    return next
  }

  #intern(tags: readonly number[]): number {
    const text = tags.join()
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const set = this.#sets.push(tags) - 1
    this.#byText.set(text, set)
    return set
  }
}

/** A subtree entry says all that a host entry of the same list says, so only one of the two is kept. */
function joined(tags: readonly number[], tag: number): readonly number[] {
  const list = listOfTag(tag)
  const scope = scopeOfTag(tag)
  if (tags.includes(tag)) return tags
  if (scope === 'host' && tags.includes(tagOf(list, 'subtree'))) return tags
  const others = scope === 'subtree' ? tags.filter((t) => t !== tagOf(list, 'host')) : tags
  return [...others, tag].toSorted((a, b) => a - b)
}

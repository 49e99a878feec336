/**
 * What an entry of a list covers: one host, a host and all below it, what is below alone, or a URL
 * prefix. The last three are exceptions, which take away what the same list says: of one host, of what
 * is below (a longer name of the list wins again, as in a response policy zone), or of a host and all
 * below whatever else the list says (as `@@||` in browser lists).
 */
export const SCOPES = [
  ...(['host', 'subtree', 'url', 'below'] as const),
  ...(['except_host', 'except_below', 'except_all'] as const),
] as const
export type Scope = (typeof SCOPES)[number]

/** Scopes of a name that is listed. */
export type NameScope = 'host' | 'subtree' | 'below'
export type ExceptScope = 'except_host' | 'except_below' | 'except_all'

const SCOPE_NUMBERS: Readonly<Record<Scope, number>> = {
  host: 0,
  subtree: 1,
  url: 2,
  below: 3,
  except_host: 4,
  except_below: 5,
  except_all: 6,
}

/** One list's claim on a name, as a number: list index times 8, plus the scope. */
export function tagOf(list: number, scope: Scope): number {
  return list * 8 + SCOPE_NUMBERS[scope]
}

export function listOfTag(tag: number): number {
  return tag >>> 3
}

export function scopeOfTag(tag: number): Scope {
  return SCOPES[tag & 7] ?? 'host'
}

/** Whether the scope takes away instead of naming. */
export function isException(scope: Scope): scope is ExceptScope {
  return scope === 'except_host' || scope === 'except_below' || scope === 'except_all'
}

/** Keys of the two maps below stay exact integers: 2^33 sets of 19-bit tags. */
const TAG_RANGE = 2 ** 19

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

  /** The set without any tag of the list. */
  withoutList(set: number, list: number): number {
    return this.#intern(this.tagsOf(set).filter((tag) => listOfTag(tag) !== list))
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

/** A subtree entry says all that a host or below entry of the same list says, so it alone is kept. */
function joined(tags: readonly number[], tag: number): readonly number[] {
  const list = listOfTag(tag)
  const scope = scopeOfTag(tag)
  if (tags.includes(tag)) return tags
  const parts = [tagOf(list, 'host'), tagOf(list, 'below')]
  if (parts.includes(tag) && tags.includes(tagOf(list, 'subtree'))) return tags
  const others = scope === 'subtree' ? tags.filter((t) => !parts.includes(t)) : tags
  return [...others, tag].toSorted((a, b) => a - b)
}

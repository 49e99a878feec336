import { openParts, type ImageParts, type ImageProblem } from './image-format.ts'
import { readMetadata, type ImageMetadata, type ListInfo } from './image-metadata.ts'
import { ListSets } from './list-sets.ts'
import type { HashSeed } from './name-hash.ts'
import { slotOf } from './name-table.ts'
import { SuffixHashes } from './suffix-hashes.ts'
import { listOfTag, scopeOfTag, type Scope } from './tag-sets.ts'
import { normaliseUrlPath } from './url-path.ts'

/** An entry of a list that covers a name, for people who ask why. */
export interface Holder {
  readonly list: ListInfo
  /** The name or the URL prefix that is listed. */
  readonly entry: string
  readonly scope: Scope
}

/**
 * The names of all lists, in memory that all threads share. `find` answers which lists hold a name, as
 * one number: the union over the name's parent domains, of which a parent gives only what its lists
 * say of the whole subtree.
 *
 *     lists       games: example.org and below      press: www.example.org itself
 *     find        a.example.org -> {games}          www.example.org -> {games, press}
 *
 * Such a number is a *tag set*: 0 is none, equal sets are the same number, and it means the same for
 * as long as this object lives. New ones appear while names are looked up, but never again for a union
 * already seen. One object per thread: the buffer is shared, the numbers are not.
 */
export class ListImage {
  readonly seed: HashSeed
  readonly builtAt: string
  /** Index = list index. */
  readonly lists: readonly ListInfo[]
  /** Names and URL prefixes. */
  readonly names: number
  readonly octets: number

  readonly #parts: ImageParts
  readonly #sets: ListSets
  // By set of tags in the image: what it says of the name itself, of names below, and of URLs.
  readonly #itself: Int32Array
  readonly #below: Int32Array
  readonly #url: Int32Array

  /** The image in the buffer, or why there is none in it; afterwards nothing in it can be wrong. */
  static open(buffer: SharedArrayBuffer): ListImage | ImageProblem {
    const parts = openParts(buffer)
    if ('problem' in parts) return parts
    const metadata = readMetadata(parts.metadata)
    if (metadata === null) return { problem: 'the list image has broken metadata' }
    const isKnown = (tag: number) => tag >= 0 && listOfTag(tag) < metadata.lists.length
    if (!parts.tags.every(isKnown)) return { problem: 'the list image names a list it lacks' }
    return new ListImage(parts, metadata, buffer.byteLength)
  }

  private constructor(parts: ImageParts, metadata: ImageMetadata, octets: number) {
    this.seed = parts.seed
    this.builtAt = metadata.builtAt
    this.lists = metadata.lists
    this.octets = octets
    this.#parts = parts
    this.#sets = new ListSets(metadata.lists.length)
    this.#itself = this.#project((scope) => scope !== 'url')
    this.#below = this.#project((scope) => scope === 'subtree')
    this.#url = this.#project((scope) => scope === 'url')
    this.names = takenSlots(parts)
  }

  /** The tag set of the name read into `hashes`, which must have this image's seed. */
  find(hashes: SuffixHashes): number {
    const whole = hashes.count - 1
    if (whole < 0) return 0
    let found = 0
    for (let suffix = 0; suffix < whole; suffix += 1) {
      const tags = this.#tagsAt(hashes.high[suffix] ?? 0, hashes.low[suffix] ?? 0)
      if (tags !== 0) found = this.#sets.union(found, this.#below[tags] ?? 0)
    }
    const tags = this.#tagsAt(hashes.high[whole] ?? 0, hashes.low[whole] ?? 0)
    return tags === 0 ? found : this.#sets.union(found, this.#itself[tags] ?? 0)
  }

  /** As `find`, with the URL entries that cover `path`, which begins with `/` and may carry a query. */
  findUrl(hashes: SuffixHashes, path: string): number {
    let found = this.find(hashes)
    if (hashes.count === 0) return found
    hashes.readPath(normaliseUrlPath(path))
    for (let prefix = 0; prefix < hashes.urlCount; prefix += 1) {
      const tags = this.#tagsAt(hashes.urlHigh[prefix] ?? 0, hashes.urlLow[prefix] ?? 0)
      if (tags !== 0) found = this.#sets.union(found, this.#url[tags] ?? 0)
    }
    return found
  }

  /** The indices of the lists in a tag set, ascending; the same array each time. */
  listsOf(tagSet: number): readonly number[] {
    return this.#sets.membersOf(tagSet)
  }

  /** Tag sets so far; each is below this number. */
  get tagSetCount(): number {
    return this.#sets.count
  }

  /** Look-ups that were answered with all lists because the table of unions was full; 0 in real life. */
  get unionsRefused(): number {
    return this.#sets.unionsRefused
  }

  /** Each entry that covers the host, or the host with a path; for `lists lookup`, not for requests. */
  holders(host: string, path?: string): readonly Holder[] {
    const hashes = new SuffixHashes(this.seed)
    if (!hashes.readHost(host)) return []
    const holders: Holder[] = []
    const name = host.replace(/^\[|\]$|\.$/g, '').toLowerCase()
    const labels = name.split('.')
    for (let suffix = 0; suffix < hashes.count; suffix += 1) {
      const tags = this.#tagsAt(hashes.high[suffix] ?? 0, hashes.low[suffix] ?? 0)
      const isWhole = suffix === hashes.count - 1
      const entry = labels.slice(labels.length - 1 - suffix).join('.')
      holders.push(
        ...this.#holdersIn(tags, entry, (s) => s === 'subtree' || (isWhole && s === 'host')),
      )
    }
    if (path !== undefined) holders.push(...this.#urlHolders(hashes, name, normaliseUrlPath(path)))
    return holders
  }

  #urlHolders(hashes: SuffixHashes, name: string, path: string): readonly Holder[] {
    hashes.readPath(path)
    const ends = [...path.matchAll(/[/;?&]/g)].map((match) => match.index)
    const holders: Holder[] = []
    for (let prefix = 0; prefix < hashes.urlCount; prefix += 1) {
      const tags = this.#tagsAt(hashes.urlHigh[prefix] ?? 0, hashes.urlLow[prefix] ?? 0)
      const entry = name + path.slice(0, ends[prefix] ?? path.length)
      holders.push(...this.#holdersIn(tags, entry, (scope) => scope === 'url'))
    }
    return holders
  }

  #holdersIn(set: number, entry: string, counts: (scope: Scope) => boolean): readonly Holder[] {
    return this.#tagsIn(set).flatMap((tag) => {
      const list = this.lists[listOfTag(tag)]
      const scope = scopeOfTag(tag)
      return list !== undefined && counts(scope) ? [{ list, entry, scope }] : []
    })
  }

  /** The set of tags of a hash as the image numbers them; 0 when it is not listed. */
  #tagsAt(high: number, low: number): number {
    const { keys, capacity, slotSets } = this.#parts
    // An empty slot has set 0, so that no second comparison is needed.
    return slotSets[slotOf(keys, capacity, high, low)] ?? 0
  }

  #tagsIn(set: number): readonly number[] {
    const { setStarts, tags } = this.#parts
    return [...tags.subarray(setStarts[set], setStarts[set + 1])]
  }

  /** For each set of the image the interned set of those lists whose scope counts. */
  #project(counts: (scope: Scope) => boolean): Int32Array {
    const sets = this.#parts.setStarts.length - 1
    return Int32Array.from({ length: sets }, (_, set) => {
      const tags = this.#tagsIn(set).filter((tag) => counts(scopeOfTag(tag)))
      return this.#sets.intern([...new Set(tags.map(listOfTag))])
    })
  }
}

function takenSlots({ keys, capacity }: ImageParts): number {
  let taken = 0
  for (let slot = 0; slot < capacity; slot += 1) if (keys[2 * slot + 1] !== 0) taken += 1
  return taken
}

import { readAddress, readAddressOctets, seeThroughNat64 } from '../addresses/read-address.ts'
import { openParts, trustParts, type ImageParts, type ImageProblem } from './image-format.ts'
import {
  readMetadata,
  type ImageMetadata,
  type ListInfo,
  type PatternInfo,
} from './image-metadata.ts'
import { ListSets } from './list-sets.ts'
import { ScopedSets, tagsOfSet } from './scoped-sets.ts'
import type { HashSeed } from './name-hash.ts'
import { slotOf } from './name-table.ts'
import { parsePattern } from './patterns/parse-pattern.ts'
import { stateAfter, tableOf } from './patterns/pattern-table.ts'
import { matches } from './patterns/pattern-tables.ts'
import { SuffixHashes } from './suffix-hashes.ts'
import { isException, listOfTag, scopeOfTag, SCOPES, type Scope } from './tag-sets.ts'
import { normaliseUrlPath } from './url-path.ts'

/** An entry of a list that covers a name, for people who ask why. */
export interface Holder {
  readonly list: ListInfo
  /** The name, the URL prefix, the address or the pattern that is listed. */
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
  readonly #itself: ScopedSets
  readonly #below: ScopedSets
  readonly #url: ScopedSets
  // What a list takes away: of the name itself, of names below, of both whatever it says elsewhere.
  readonly #exceptItself: ScopedSets
  readonly #exceptBelow: ScopedSets
  readonly #exceptAll: ScopedSets
  readonly #hasExceptions: boolean
  readonly #patterns: readonly PatternInfo[]
  readonly #address = new Int32Array(4)
  /** Of the name that is being looked up: lists whose word counts nothing for it. */
  #exempt = 0

  /** The image in the buffer, or why there is none in it; afterwards nothing in it can be wrong. */
  static open(buffer: SharedArrayBuffer): ListImage | ImageProblem {
    const parts = openParts(buffer)
    if ('problem' in parts) return parts
    const metadata = readMetadata(parts.metadata)
    if (metadata === null) return { problem: 'the list image has broken metadata' }
    const isKnown = (tag: number) =>
      tag >= 0 && listOfTag(tag) < metadata.lists.length && (tag & 7) < SCOPES.length
    if (!parts.tags.every(isKnown)) return { problem: 'the list image names a list it lacks' }
    return new ListImage(parts, metadata, buffer.byteLength)
  }

  /**
   * The image in a buffer that `open` accepted before, in whatever thread, or that a builder has just made:
   * nothing is checked again, so that a data thread which takes it over does not pause (`open` reads every
   * slot, some 15 ms for a million names). Never for what comes from a disk: of that only the header would
   * be looked at.
   */
  static trust(buffer: SharedArrayBuffer): ListImage | ImageProblem {
    const parts = trustParts(buffer)
    if ('problem' in parts) return parts
    const metadata = readMetadata(parts.metadata)
    if (metadata === null) return { problem: 'the list image has broken metadata' }
    return new ListImage(parts, metadata, buffer.byteLength)
  }

  private constructor(parts: ImageParts, metadata: ImageMetadata, octets: number) {
    this.seed = parts.seed
    this.builtAt = metadata.builtAt
    this.lists = metadata.lists
    this.octets = octets
    this.#parts = parts
    this.#sets = new ListSets(metadata.lists.length)
    const scoped = (counts: (scope: Scope) => boolean) => new ScopedSets(parts, this.#sets, counts)
    this.#itself = scoped((scope) => scope === 'host' || scope === 'subtree')
    this.#below = scoped((scope) => scope === 'subtree' || scope === 'below')
    this.#url = scoped((scope) => scope === 'url')
    this.#exceptItself = scoped((scope) => scope === 'except_host')
    this.#exceptBelow = scoped((scope) => scope === 'except_below')
    this.#exceptAll = scoped((scope) => scope === 'except_all')
    this.#hasExceptions = parts.tags.some((tag) => isException(scopeOfTag(tag)))
    this.#patterns = metadata.patterns
    this.names = parts.names
  }

  /** Whether any list names addresses, so that answers must be looked at. */
  get hasRanges(): boolean {
    return this.#parts.rangeSets.length > 0
  }

  /** The tag set of the name or address read into `hashes`, which must have this image's seed. */
  find(hashes: SuffixHashes): number {
    return this.#sets.minus(this.#findAll(hashes), this.#exempt)
  }

  /** As `find`, with the URL entries that cover `path`, which begins with `/` and may carry a query. */
  findUrl(hashes: SuffixHashes, path: string): number {
    let found = this.#findAll(hashes)
    if (hashes.count === 0) return found
    hashes.readPath(normaliseUrlPath(path))
    for (let prefix = 0; prefix < hashes.urlCount; prefix += 1) {
      const tags = this.#tagsAt(hashes.urlHigh[prefix] ?? 0, hashes.urlLow[prefix] ?? 0)
      if (tags !== 0) found = this.#sets.union(found, this.#url.of(tags))
    }
    return this.#sets.minus(found, this.#exempt)
  }

  /** The tag set of an address in a DNS record's data, of 4 or 16 octets; 0 for any other length. */
  findAddress(bytes: Uint8Array, at: number, octets: number): number {
    if (!this.hasRanges || !readAddressOctets(bytes, at, octets, this.#address)) return 0
    seeThroughNat64(this.#address)
    return this.#itself.of(this.#rangeTags())
  }

  #findAll(hashes: SuffixHashes): number {
    this.#exempt = 0
    const whole = hashes.count - 1
    if (whole < 0) return 0
    const found = this.#findName(hashes, whole)
    const { tableEnds } = this.#parts
    const withPatterns = tableEnds.length === 0 ? found : this.#matchPatterns(hashes, found)
    if (hashes.text === '' || !this.hasRanges) return withPatterns
    if (!readAddress(hashes.text, this.#address)) return withPatterns
    seeThroughNat64(this.#address)
    return this.#sets.union(withPatterns, this.#itself.of(this.#rangeTags()))
  }

  #findName(hashes: SuffixHashes, whole: number): number {
    let found = 0
    for (let suffix = 0; suffix < whole; suffix += 1) {
      const tags = this.#tagsAt(hashes.high[suffix] ?? 0, hashes.low[suffix] ?? 0)
      if (tags === 0) continue
      found = this.#sets.union(found, this.#below.of(tags))
      if (this.#hasExceptions) found = this.#except(found, tags, this.#exceptBelow)
    }
    const tags = this.#tagsAt(hashes.high[whole] ?? 0, hashes.low[whole] ?? 0)
    if (tags === 0) return found
    found = this.#sets.union(found, this.#itself.of(tags))
    return this.#hasExceptions ? this.#except(found, tags, this.#exceptItself) : found
  }

  #except(found: number, tags: number, exceptions: ScopedSets): number {
    this.#exempt = this.#sets.union(this.#exempt, this.#exceptAll.of(tags))
    return this.#sets.minus(found, exceptions.of(tags))
  }

  #matchPatterns({ octets, octetCount }: SuffixHashes, found: number): number {
    const { tableEnds, patternSteps, patternSets } = this.#parts
    let base = 0
    let table = 0
    let all = found
    while (table < tableEnds.length) {
      const set = patternSets[base + stateAfter(patternSteps, base, octets, octetCount)] ?? 0
      if (set !== 0) all = this.#sets.union(all, this.#itself.of(set))
      base = tableEnds[table] ?? 0
      table += 1
    }
    return all
  }

  /** What holds at `#address`: the set of the last step that begins at it or before. */
  #rangeTags(): number {
    const { rangeStarts, rangeSets } = this.#parts
    let low = 0
    let high = rangeSets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBefore(rangeStarts, 4 * middle)) high = middle
      else low = middle + 1
    }
    return low === 0 ? 0 : (rangeSets[low - 1] ?? 0)
  }

  /** Whether `#address` is before the start at `at`. */
  #isBefore(starts: Int32Array, at: number): boolean {
    for (let word = 0; word < 4; word += 1) {
      const own = this.#address[word] ?? 0
      const start = starts[at + word] ?? 0
      // Unsigned, and without a number that would be boxed.
      if (own !== start) return (own ^ SIGN) < (start ^ SIGN)
    }
    return false
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

  /**
   * Each entry that covers the host, or the host with a path, and each exception that takes the host out
   * of a list; for `lists lookup`, not for requests. Of a list that an exception silences here nothing else
   * is told.
   */
  holders(host: string, path?: string): readonly Holder[] {
    const hashes = new SuffixHashes(this.seed)
    if (!hashes.readHost(host)) return []
    const effective = new Set(
      this.listsOf(path === undefined ? this.find(hashes) : this.findUrl(hashes, path)).map(
        (list) => this.lists[list],
      ),
    )
    const name = host.replace(/^\[|\]$|\.$/g, '').toLowerCase()
    const holders = [
      ...this.#nameHolders(hashes, name),
      ...(path === undefined ? [] : this.#urlHolders(hashes, name, normaliseUrlPath(path))),
      ...this.#patternHolders(name),
      ...this.#rangeHolders(name),
    ]
    return holders.filter(({ list, scope }) => isException(scope) || effective.has(list))
  }

  #nameHolders(hashes: SuffixHashes, name: string): readonly Holder[] {
    const labels = name.split('.')
    return Array.from({ length: hashes.count }, (_, suffix) => {
      const tags = this.#tagsAt(hashes.high[suffix] ?? 0, hashes.low[suffix] ?? 0)
      const isWhole = suffix === hashes.count - 1
      const entry = labels.slice(labels.length - 1 - suffix).join('.')
      return this.#holdersIn(tags, entry, (scope) => coversHere(scope, isWhole))
    }).flat()
  }

  #patternHolders(name: string): readonly Holder[] {
    return this.#patterns.flatMap(({ list: index, text }) => {
      const list = this.lists[index]
      const node = parsePattern(text)
      const table = 'problem' in node ? null : tableOf([node], { left: Infinity })
      if (list === undefined || table === null || !matches(table, name)) return []
      return [{ list, entry: `/${text}/`, scope: 'host' as const }]
    })
  }

  #rangeHolders(name: string): readonly Holder[] {
    if (!this.hasRanges || !readAddress(name, this.#address)) return []
    seeThroughNat64(this.#address)
    return this.#holdersIn(this.#rangeTags(), name, () => true)
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
    return tagsOfSet(this.#parts, set)
  }
}

const SIGN = 0x8000_0000 | 0

/** Whether an entry of the name itself, or else of one of its parents, says something of the name. */
function coversHere(scope: Scope, isWhole: boolean): boolean {
  if (scope === 'subtree' || scope === 'except_all') return true
  if (scope === 'url') return false
  return isWhole === (scope === 'host' || scope === 'except_host')
}

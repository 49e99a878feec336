import { parseRange, type Range } from '../addresses/ip-address.ts'
import { isCleanName } from './clean-name.ts'
import {
  allocateImage,
  MAX_IMAGE_OCTETS,
  MAX_LISTS,
  MAX_SETS,
  partsOf,
  sealImage,
  type ImageProblem,
} from './image-format.ts'
import { writeMetadata, type ListInfo } from './image-metadata.ts'
import { feedHigh, feedLow, finishHigh, finishLow, SEPARATOR, symbolsOf } from './name-hash.ts'
import type { HashSeed } from './name-hash.ts'
import { capacityFor, NameTable, slotOf } from './name-table.ts'
import { NAME_SYMBOLS } from './patterns/name-alphabet.ts'
import { PatternTables } from './patterns/pattern-tables.ts'
import { RangeDraft, type RangeSteps } from './range-draft.ts'
import { MAX_URL_PATH_OCTETS, MAX_URL_PREFIXES, SuffixHashes } from './suffix-hashes.ts'
import {
  isException,
  listOfTag,
  scopeOfTag,
  tagOf,
  TagSets,
  type ExceptScope,
  type NameScope,
} from './tag-sets.ts'
import { normaliseUrlPath } from './url-path.ts'

/** What is said of a list when it is announced; the version may be told later. */
export type NewList = Omit<ListInfo, 'entries' | 'urls' | 'exceptions'>

/**
 * Gathers the names of many lists and makes one image of them. Serves the downloaded lists and the
 * policy's own names alike: there each rule is a list, so thousands of lists are ordinary.
 */
export class ImageBuilder {
  readonly seed: HashSeed
  readonly #builtAt: string
  readonly #lists: ListDraft[] = []
  readonly #table = new NameTable()
  readonly #sets = new TagSets()
  readonly #ranges = new RangeDraft()
  readonly #patterns = new PatternTables()
  readonly #hashes: SuffixHashes
  readonly #symbols: Int32Array
  readonly #separator: number

  /** `builtAt` is an ISO instant, kept in the metadata. */
  constructor(options: { readonly seed: HashSeed; readonly builtAt: string }) {
    this.seed = [options.seed[0] | 0, options.seed[1] | 0]
    this.#builtAt = options.builtAt
    this.#hashes = new SuffixHashes(this.seed)
    this.#symbols = symbolsOf(this.seed)
    this.#separator = this.#symbols[SEPARATOR] ?? 0
  }

  /** The index of the new list, which the `add` functions and the finished image use. */
  addList(list: NewList): number {
    return this.#lists.push({ ...list, entries: 0, urls: 0, exceptions: 0 }) - 1
  }

  /** For a version that is the hash of the content, known when the content has been read. */
  setVersion(list: number, version: string): void {
    const draft = this.#lists[list]
    if (draft !== undefined) draft.version = version
  }

  /** Entries so far: names and URL prefixes, each counted once. */
  entriesOf(list: number): Pick<ListInfo, 'entries' | 'urls' | 'exceptions'> {
    return this.#lists[list] ?? { entries: 0, urls: 0, exceptions: 0 }
  }

  /**
   * The fast path of a list reader: takes `bytes[start..end)` if it is a plain host name of two labels
   * or more in any case (clean-name.ts), and makes no string of it. False means: parse it the slow way.
   */
  addBytes(list: number, scope: 'host' | 'subtree', bytes: Uint8Array, range: ByteRange): boolean {
    const { start, end } = range
    if (!isCleanName(bytes, start, end)) return false
    const symbols = this.#symbols
    let high = this.seed[0]
    let low = this.seed[1]
    for (let at = end - 1; at >= start; at -= 1) {
      const octet = bytes[at] ?? 0
      const symbol = octet === 0x2e ? this.#separator : (symbols[octet] ?? 0)
      high = feedHigh(high, symbol)
      low = feedLow(low, symbol)
    }
    high = feedHigh(high, this.#separator)
    low = feedLow(low, this.#separator)
    this.#add(finishHigh(high, low), finishLow(high, low), tagOf(list, scope))
    return true
  }

  /** Adds a host name or address; false when it is neither. */
  addHost(list: number, scope: NameScope, host: string): boolean {
    const address = parseRange(host.replace(/^\[|\]$/g, ''))
    if (address !== undefined) return this.addRange(list, address)
    return this.#addName(list, scope, host)
  }

  /** Takes a name, an address or what is below a name out of what the list says; false when it is none. */
  addException(list: number, scope: ExceptScope, host: string): boolean {
    const address = parseRange(host.replace(/^\[|\]$/g, ''))
    if (address !== undefined) return this.addRange(list, address, true)
    return this.#addName(list, scope, host)
  }

  /** Adds a range of addresses, or takes one out; false when there are too many. */
  addRange(list: number, range: Range, isTakenOut = false): boolean {
    const added = this.#ranges.add(list, range, isTakenOut)
    const draft = this.#lists[list]
    if (added === 'new' && draft !== undefined) {
      if (isTakenOut) draft.exceptions += 1
      else draft.entries += 1
    }
    return added !== 'full'
  }

  /** Adds a regular expression over host names; null, or why it can't be taken (patterns/). */
  addPattern(list: number, text: string): string | null {
    const before = this.#patterns.patterns.length
    const problem = this.#patterns.add(list, text)
    const draft = this.#lists[list]
    if (draft !== undefined) draft.entries += this.#patterns.patterns.length - before
    return problem
  }

  #addName(list: number, scope: NameScope | ExceptScope, host: string): boolean {
    const hashes = this.#hashes
    if (!hashes.readHost(host) || hashes.count === 0) return false
    const whole = hashes.count - 1
    this.#add(hashes.high[whole] ?? 0, hashes.low[whole] ?? 0, tagOf(list, scope))
    return true
  }

  /** Adds a path of one host and all below it; false for a bad host or a path too long to match. */
  addUrl(list: number, host: string, pathPrefix: string): boolean {
    const hashes = this.#hashes
    if (!hashes.readHost(host) || hashes.count === 0) return false
    const path = normaliseUrlPath(pathPrefix)
    if (path.length > MAX_URL_PATH_OCTETS) return false
    hashes.readPath(path)
    if (hashes.urlCount === MAX_URL_PREFIXES) return false
    const whole = hashes.urlCount - 1
    this.#add(hashes.urlHigh[whole] ?? 0, hashes.urlLow[whole] ?? 0, tagOf(list, 'url'))
    return true
  }

  /** The image, or why these lists do not fit into one. The builder may go on afterwards. */
  finish(): SharedArrayBuffer | ImageProblem {
    if (this.#lists.length > MAX_LISTS) {
      return { problem: `${this.#lists.length} lists, an image holds ${MAX_LISTS}` }
    }
    const ranges = this.#ranges.flatten(this.#sets)
    const accepts = this.#patternSets()
    const used = this.#usedSets([...ranges.sets, ...accepts])
    if (used.size > MAX_SETS) {
      return {
        problem: `the lists overlap in ${used.size} different ways, an image holds ${MAX_SETS}`,
      }
    }
    const { patterns } = this.#patterns
    const metadata = writeMetadata({ builtAt: this.#builtAt, lists: this.#lists, patterns })
    const tags = [...used.keys()].reduce((sum, set) => sum + this.#sets.tagsOf(set).length, 0)
    const capacity = capacityFor(this.#table.size)
    // Well over what the other parts add; checked before the memory is asked for.
    if (10 * capacity + 4 * tags + metadata.length > MAX_IMAGE_OCTETS / 2) {
      return { problem: `${this.#table.size} names are too many for one image` }
    }
    const buffer = allocateImage(this.seed, {
      ...{ capacity, sets: used.size, tags, metadataOctets: metadata.length },
      ...{ names: this.#table.size, ranges: ranges.sets.length },
      ...{ patternTables: this.#patterns.tables.length, patternStates: accepts.length },
    })
    this.#fill(buffer, used, metadata)
    this.#fillRanges(buffer, used, ranges)
    this.#fillPatterns(buffer, used, accepts)
    sealImage(buffer)
    return buffer
  }

  #add(high: number, low: number, tag: number): void {
    const slot = this.#table.slotFor(high, low)
    const before = this.#table.valueAt(slot)
    const after = this.#sets.with(before, tag)
    if (after === before) return
    this.#count(before, tag)
    this.#table.put(slot, high, low, after)
  }

  #count(before: number, tag: number): void {
    const list = listOfTag(tag)
    const draft = this.#lists[list]
    if (draft === undefined) return
    const scope = scopeOfTag(tag)
    if (scope === 'url') draft.urls += 1
    else if (isException(scope)) draft.exceptions += 1
    // A subtree entry that replaces a host entry of the same list is the same name.
    else if (before === 0 || !this.#sets.tagsOf(before).includes(tagOf(list, 'host'))) {
      draft.entries += 1
    }
  }

  /** The sets that names have in the end, numbered from 1: those passed on the way there are dropped. */
  #usedSets(more: readonly number[]): ReadonlyMap<number, number> {
    const used = new Map<number, number>()
    const use = (set: number): void => {
      if (set !== 0 && !used.has(set)) used.set(set, used.size + 1)
    }
    this.#table.forEach((_high, _low, set) => {
      use(set)
    })
    more.forEach(use)
    return used
  }

  /** The set that each state of each table of patterns accepts. */
  #patternSets(): readonly number[] {
    const { patterns, tables } = this.#patterns
    const setOf = (indices: readonly number[]): number =>
      indices.reduce(
        (set, index) => this.#sets.with(set, tagOf(patterns[index]?.list ?? 0, 'host')),
        0,
      )
    return tables.flatMap(({ first, table }) =>
      table.accepts.map((accepted) => setOf(accepted.map((index) => first + index))),
    )
  }

  #fillRanges(
    buffer: SharedArrayBuffer,
    used: ReadonlyMap<number, number>,
    ranges: RangeSteps,
  ): void {
    const { rangeStarts, rangeSets } = partsOf(buffer)
    rangeStarts.set(ranges.starts)
    ranges.sets.forEach((set, step) => {
      rangeSets[step] = used.get(set) ?? 0
    })
  }

  #fillPatterns(
    buffer: SharedArrayBuffer,
    used: ReadonlyMap<number, number>,
    accepts: readonly number[],
  ): void {
    const { tableEnds, patternSteps, patternSets } = partsOf(buffer)
    let states = 0
    this.#patterns.tables.forEach(({ table }, index) => {
      patternSteps.set(table.steps, states * NAME_SYMBOLS)
      states += table.accepts.length
      tableEnds[index] = states
    })
    accepts.forEach((set, state) => {
      patternSets[state] = used.get(set) ?? 0
    })
  }

  #fill(buffer: SharedArrayBuffer, used: ReadonlyMap<number, number>, metadata: Uint8Array): void {
    const { capacity, keys, setStarts, tags, slotSets, metadata: metadataPart } = partsOf(buffer)
    let tagsWritten = 0
    for (const [set, number] of used) {
      setStarts[number] = tagsWritten
      tags.set(this.#sets.tagsOf(set), tagsWritten)
      tagsWritten += this.#sets.tagsOf(set).length
    }
    setStarts[used.size + 1] = tagsWritten
    this.#table.forEach((high, low, set) => {
      const slot = slotOf(keys, capacity, high, low)
      keys[2 * slot] = high
      keys[2 * slot + 1] = low
      slotSets[slot] = used.get(set) ?? 0
    })
    metadataPart.set(metadata)
  }
}

/** Half-open, in octets. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

type ListDraft = { -readonly [Key in keyof ListInfo]: ListInfo[Key] }

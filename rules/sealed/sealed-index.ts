import { SuffixHashes } from '../lists/suffix-hashes.ts'
import { normaliseUrlPath } from '../lists/url-path.ts'
import { sealedName, sealedUrl, seedOfMarks, type Mac } from './seal-entries.ts'
import type { SealedScope } from './sealed-feed.ts'
import {
  feedOfRow,
  firstRow,
  isDigestOf,
  scopeOfRow,
  shiftOf,
  type SealedTable,
} from './sealed-table.ts'

/** What people may know of a feed in force. */
export interface SealedFeedInfo {
  readonly id: string
  readonly category: string
  /** `serial 17`. */
  readonly version: string
}

/** A name is in no feed. */
export const NOT_SEALED = -1

/**
 * Whether a name or URL is sealed, by keyed hashes alone: nothing here can say what is listed. A name
 * is hashed to marks (32 bits, as quick as the lists' own hashes) for itself and its parents; nearly
 * always their bits are clear and that is all. Where one is set, the name's HMAC decides, so that no
 * chance and nobody's skill seals a name that is not listed.
 *
 * One object per thread; the table is shared. A miss allocates nothing.
 */
export class SealedIndex {
  readonly feeds: readonly SealedFeedInfo[]
  /** Ids of feeds that are configured and of which there is no valid copy. */
  readonly missing: readonly string[]
  readonly #table: SealedTable
  readonly #mac: Mac
  readonly #hashes: SuffixHashes
  readonly #shift: number

  constructor(parts: {
    readonly feeds: readonly SealedFeedInfo[]
    readonly missing: readonly string[]
    readonly table: SealedTable
    readonly mac: Mac
  }) {
    this.feeds = parts.feeds
    this.missing = parts.missing
    this.#table = parts.table
    this.#mac = parts.mac
    this.#hashes = new SuffixHashes(seedOfMarks(parts.mac))
    this.#shift = shiftOf(parts.table)
  }

  /** Index of the feed that holds the name, or `NOT_SEALED`. As `Decider.decideWire`. */
  findWire(bytes: Uint8Array, offset: number): number {
    if (!this.#hashes.readWire(bytes, offset) || !this.#mayHoldName()) return NOT_SEALED
    const name = textOfWire(bytes, offset)
    return name === null ? NOT_SEALED : this.#findName(name)
  }

  /** As `findWire`, for a host name or an address as text. */
  findHost(host: string): number {
    if (!this.#hashes.readHost(host) || !this.#mayHoldName()) return NOT_SEALED
    return this.#findName(plainHost(host))
  }

  /** As `findHost`, with URL entries too; `path` begins with `/` and may carry a query. */
  findUrl(host: string, path: string): number {
    let first = this.findHost(host)
    // `findHost` has read the host, unless it is none.
    if (this.#hashes.count === 0) return NOT_SEALED
    const prefix = normaliseUrlPath(path)
    this.#hashes.readPath(prefix)
    const { urlCount, urlHigh } = this.#hashes
    for (let at = 0; at < urlCount; at += 1) {
      const mark = (urlHigh[at] ?? 0) >>> 0
      if (!this.#mayHold(mark)) continue
      const url = sealedUrl(plainHost(host), prefixOf(prefix, at))
      first = earlier(first, this.#confirm(mark, url, isUrl))
    }
    return first
  }

  #mayHoldName(): boolean {
    const { count, high } = this.#hashes
    for (let suffix = 0; suffix < count; suffix += 1)
      if (this.#mayHold((high[suffix] ?? 0) >>> 0)) return true
    return false
  }

  #mayHold(mark: number): boolean {
    const bit = mark >>> this.#shift
    return ((this.#table.perhaps[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }

  /** `name` is what the hashes were read from, in its one spelling. */
  #findName(name: string): number {
    const { count, high } = this.#hashes
    const labels = name.split('.')
    let first = NOT_SEALED
    for (let suffix = 0; suffix < count; suffix += 1) {
      const mark = (high[suffix] ?? 0) >>> 0
      if (!this.#mayHold(mark)) continue
      const text = sealedName(labels.slice(labels.length - 1 - suffix).join('.'))
      const counts = suffix === count - 1 ? isName : isSubtree
      first = earlier(first, this.#confirm(mark, text, counts))
    }
    return first
  }

  /** The feed with an entry of this mark, text and scope. */
  #confirm(mark: number, text: string, counts: (scope: SealedScope) => boolean): number {
    const table = this.#table
    let digest: Uint8Array | null = null
    for (let row = firstRow(table, mark); table.marks[row] === mark; row += 1) {
      digest ??= this.#mac(text)
      if (isDigestOf(table, row, digest) && counts(scopeOfRow(table, row)))
        return feedOfRow(table, row)
    }
    return NOT_SEALED
  }
}

/** Of two feeds that hold a name the first is named, whichever part of the name each of them lists. */
function earlier(one: number, other: number): number {
  if (one === NOT_SEALED) return other
  return other === NOT_SEALED ? one : Math.min(one, other)
}

const isUrl = (scope: SealedScope): boolean => scope === 'url'
const isName = (scope: SealedScope): boolean => scope !== 'url'
const isSubtree = (scope: SealedScope): boolean => scope === 'subtree'

function plainHost(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, '').toLowerCase()
}

/** The path up to the boundary at which prefix number `at` ends (`SuffixHashes.readPath`). */
function prefixOf(path: string, at: number): string {
  let seen = 0
  for (const { index } of path.matchAll(/[/;?&]/g)) {
    if (seen === at) return path.slice(0, index)
    seen += 1
  }
  return path
}

/** A wire name as text; null where a label holds what no host name does, for no list can name that. */
function textOfWire(bytes: Uint8Array, offset: number): string | null {
  const labels: string[] = []
  for (let at = offset; (bytes[at] ?? 0) !== 0; at += 1 + (bytes[at] ?? 0)) {
    const label = String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)))
    if (!/^[\x21-\x2d\x2f-\x7e]+$/.test(label)) return null
    labels.push(label.toLowerCase())
  }
  return labels.join('.')
}

import { DIGEST_OCTETS } from './seal-entries.ts'
import { SEALED_SCOPES, type SealedFeed, type SealedScope } from './sealed-feed.ts'

/**
 * The entries of all feeds in memory that all threads share, in the order of their marks:
 *
 *     perhaps   a bit for each beginning of a mark: a miss, which nearly every name is, ends here
 *     marks     32 bits an entry
 *     digests   16 octets an entry
 *     tags      feed index times 4, and the scope
 */
export interface SealedTable {
  readonly perhaps: Uint32Array<SharedArrayBuffer>
  readonly marks: Uint32Array<SharedArrayBuffer>
  readonly digests: Uint8Array<SharedArrayBuffer>
  readonly tags: Uint16Array<SharedArrayBuffer>
}

/** One name in a thousand gets past the bits by chance; the digest then costs it some microseconds. */
const BITS_AN_ENTRY = 1024
const LEAST_BITS = 1 << 17
/** 2 MB: more would miss the processor's cache more often than it saves a digest. */
const MOST_BITS = 1 << 24

/** `feeds` in the order in which they are to be named where two hold the same. */
export function makeSealedTable(feeds: readonly SealedFeed[]): SealedTable {
  const rows = feeds
    .flatMap(({ entries }, feed) =>
      entries.map(({ mark, digest, scope }) => ({
        mark,
        digest,
        tag: feed * 4 + SEALED_SCOPES.indexOf(scope),
      })),
    )
    .sort((a, b) => a.mark - b.mark || a.tag - b.tag)
  const bits = bitsFor(rows.length)
  const table: SealedTable = {
    perhaps: new Uint32Array(new SharedArrayBuffer(bits / 8)),
    marks: new Uint32Array(new SharedArrayBuffer(4 * rows.length)),
    digests: new Uint8Array(new SharedArrayBuffer(DIGEST_OCTETS * rows.length)),
    tags: new Uint16Array(new SharedArrayBuffer(2 * rows.length)),
  }
  const shift = 32 - Math.log2(bits)
  for (const [row, { mark, digest, tag }] of rows.entries()) {
    const bit = mark >>> shift
    table.perhaps[bit >>> 5] = (table.perhaps[bit >>> 5] ?? 0) | (1 << (bit & 31))
    table.marks[row] = mark
    table.tags[row] = tag
    for (let at = 0; at < DIGEST_OCTETS; at += 1)
      table.digests[DIGEST_OCTETS * row + at] = Number.parseInt(
        digest.slice(2 * at, 2 * at + 2),
        16,
      )
  }
  return table
}

function bitsFor(entries: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, entries * BITS_AN_ENTRY)))
  return Math.min(MOST_BITS, Math.max(LEAST_BITS, wanted))
}

/** How far a mark is shifted to be a place among the bits. */
export function shiftOf({ perhaps }: SealedTable): number {
  return 32 - Math.log2(perhaps.length * 32)
}

/** The first row whose mark is not below `mark`. */
export function firstRow({ marks }: SealedTable, mark: number): number {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((marks[middle] ?? 0) < mark) low = middle + 1
    else high = middle
  }
  return low
}

export function isDigestOf({ digests }: SealedTable, row: number, digest: Uint8Array): boolean {
  for (let at = 0; at < DIGEST_OCTETS; at += 1)
    if (digests[DIGEST_OCTETS * row + at] !== digest[at]) return false
  return true
}

export function feedOfRow({ tags }: SealedTable, row: number): number {
  return (tags[row] ?? 0) >>> 2
}

export function scopeOfRow({ tags }: SealedTable, row: number): SealedScope {
  return SEALED_SCOPES[(tags[row] ?? 0) & 3] ?? 'host'
}

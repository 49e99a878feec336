import type { ListLine } from '../lists/list-line.ts'
import type { HashSeed } from '../lists/name-hash.ts'
import { MAX_URL_PATH_OCTETS, MAX_URL_PREFIXES, SuffixHashes } from '../lists/suffix-hashes.ts'
import type { SealedEntry } from './sealed-feed.ts'

/** HMAC-SHA-256 under the key of the feeds; handed in, because a key is read from a file. 32 octets. */
export type Mac = (text: string) => Uint8Array

/** Octets of a MAC that an entry keeps: 128 bits are beyond any search. */
export const DIGEST_OCTETS = 16

/** What is hashed of a name or address: as written in lower case, without root dot and brackets. */
export function sealedName(host: string): string {
  return `name ${host}`
}

/** What is hashed of a URL prefix: `host/path`, the path as `normaliseUrlPath` spells it. */
export function sealedUrl(host: string, path: string): string {
  return `url ${host}${path}`
}

/** The seed of the marks: it, too, comes from the key, so that marks can't be made without it. */
export function seedOfMarks(mac: Mac): HashSeed {
  const octets = mac('marks')
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  return [view.getInt32(0), view.getInt32(4)]
}

/** Tells keys apart in the head of a feed; from it nobody gets the key. */
export function idOfKey(mac: Mac): string {
  return hexOf(mac('key id'), 8)
}

/** Makes entries of what a list says in the clear; the other side of `SealedIndex`. */
export class EntrySealer {
  readonly #mac: Mac
  readonly #hashes: SuffixHashes
  readonly #entries = new Map<string, SealedEntry>()

  constructor(mac: Mac) {
    this.#mac = mac
    this.#hashes = new SuffixHashes(seedOfMarks(mac))
  }

  get entries(): readonly SealedEntry[] {
    return [...this.#entries.values()]
  }

  /** False when the line can't be matched: no host, or a path that no request reaches. */
  add(line: Extract<ListLine, { kind: 'hosts' | 'url' }>): boolean {
    if (line.kind === 'url') return this.#addUrl(line.host, line.path)
    const { scope, hosts } = line
    // Only zones say `below`, and no sealed feed is one.
    return scope !== 'below' && hosts.every((host) => this.#addHost(scope, host))
  }

  #addHost(scope: 'host' | 'subtree', host: string): boolean {
    const hashes = this.#hashes
    if (!hashes.readHost(host) || hashes.count === 0) return false
    this.#keep(scope, hashes.high[hashes.count - 1] ?? 0, sealedName(host))
    return true
  }

  #addUrl(host: string, path: string): boolean {
    const hashes = this.#hashes
    if (!hashes.readHost(host) || hashes.count === 0) return false
    if (path.length > MAX_URL_PATH_OCTETS) return false
    hashes.readPath(path)
    if (hashes.urlCount === MAX_URL_PREFIXES) return false
    this.#keep('url', hashes.urlHigh[hashes.urlCount - 1] ?? 0, sealedUrl(host, path))
    return true
  }

  #keep(scope: SealedEntry['scope'], mark: number, text: string): void {
    const digest = hexOf(this.#mac(text), DIGEST_OCTETS)
    const before = this.#entries.get(digest)
    // A subtree says all that its host alone says.
    if (before?.scope === 'subtree') return
    this.#entries.set(digest, { scope, mark: mark >>> 0, digest })
  }
}

function hexOf(octets: Uint8Array, count: number): string {
  return [...octets.subarray(0, count)].map((octet) => octet.toString(16).padStart(2, '0')).join('')
}

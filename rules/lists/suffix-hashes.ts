import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from '../names/hostname.ts'
import {
  feedHigh,
  feedLow,
  finishHigh,
  finishLow,
  SEPARATOR,
  symbolsOf,
  URL_END,
  type HashSeed,
} from './name-hash.ts'

/** RFC 1035 section 2.3.4: 255 octets with the length octets and the root, so at most 127 labels. */
const MAX_WIRE_OCTETS = 255
const MAX_LABELS = 127
/** A path with more segments is matched by its first ones; no list entry is longer (`ImageBuilder`). */
export const MAX_URL_PREFIXES = 128
/** As long as the request targets that servers accept; what lies beyond is below what was matched. */
export const MAX_URL_PATH_OCTETS = 8192

const DOT = 0x2e
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * Scratch for one name at a time: the hashes of the name and of all its parent domains. Made once per
 * thread and filled again for each request; filling and reading it allocates nothing.
 *
 * Index 0 is the top-level domain and `count - 1` the whole name; the root has a `count` of 0.
 */
export class SuffixHashes {
  readonly seed: HashSeed
  count = 0
  readonly high = new Int32Array(MAX_LABELS)
  readonly low = new Int32Array(MAX_LABELS)
  /** The name's octets from the last to the first, with dots between labels: what patterns read. */
  readonly octets = new Uint8Array(MAX_WIRE_OCTETS)
  octetCount = 0
  /** The host as it was given, which may be an address; empty for a wire name, which is none. */
  text = ''
  /** Prefixes of the path last given to `readPath`; index 0 is the host with an empty path. */
  urlCount = 0
  readonly urlHigh = new Int32Array(MAX_URL_PREFIXES)
  readonly urlLow = new Int32Array(MAX_URL_PREFIXES)

  readonly #symbols: Int32Array
  readonly #separator: number
  readonly #urlEnd: number
  readonly #labelStarts = new Uint8Array(MAX_LABELS)
  // The lanes after the whole name, unfinished: where the path of a URL goes on.
  #nameHigh = 0
  #nameLow = 0

  constructor(seed: HashSeed) {
    this.seed = seed
    this.#symbols = symbolsOf(seed)
    this.#separator = this.#symbols[SEPARATOR] ?? 0
    this.#urlEnd = this.#symbols[URL_END] ?? 0
  }

  /**
   * Takes an uncompressed wire name (RFC 1035 section 3.1) in any case. False, with a `count` of 0,
   * when it is compressed, cut off or longer than the RFC allows.
   */
  readWire(bytes: Uint8Array, offset: number): boolean {
    this.count = 0
    this.text = ''
    this.octetCount = 0
    const labels = this.#findLabels(bytes, offset)
    if (labels < 0) return false
    const { octets } = this
    let read = 0
    const symbols = this.#symbols
    const separator = this.#separator
    let high = this.seed[0] | 0
    let low = this.seed[1] | 0
    for (let label = labels - 1; label >= 0; label -= 1) {
      const start = offset + (this.#labelStarts[label] ?? 0)
      if (read > 0) octets[read++] = DOT
      for (let at = start + (bytes[start] ?? 0); at > start; at -= 1) {
        const octet = bytes[at] ?? 0
        octets[read++] = octet
        const symbol = symbols[octet] ?? 0
        high = feedHigh(high, symbol)
        low = feedLow(low, symbol)
      }
      high = feedHigh(high, separator)
      low = feedLow(low, separator)
      this.#keep(high, low)
    }
    this.octetCount = read
    this.#endName(high, low)
    return true
  }

  /**
   * Takes a host name or an address as text: ASCII in any case, with or without the root dot, an IPv6
   * address with or without its brackets. False, with a `count` of 0, when it is no such text.
   */
  readHost(host: string): boolean {
    this.count = 0
    this.text = ''
    this.octetCount = 0
    const start = host.charCodeAt(0) === OPEN_BRACKET ? 1 : 0
    const end = endOfHost(host, start)
    if (end <= start) return host === '.' && this.#endName(this.seed[0] | 0, this.seed[1] | 0)
    if (end - start > MAX_NAME_OCTETS) return false
    if (!this.#readText(host, start, end)) return false
    this.text = start === 1 ? host.slice(start, end) : host
    return true
  }

  /**
   * Takes a normalised path (url-path.ts) of the host read last: the hashes of the host with each
   * prefix of the path that a list entry may name, that is up to a `/`, `;`, `?` or `&`, and last with
   * the whole path.
   */
  readPath(path: string): void {
    this.urlCount = 0
    const symbols = this.#symbols
    const end = Math.min(path.length, MAX_URL_PATH_OCTETS)
    let high = this.#nameHigh
    let low = this.#nameLow
    for (let at = 0; at < end; at += 1) {
      const code = path.charCodeAt(at)
      if (isBoundary(code)) this.#keepUrl(high, low)
      const symbol = symbols[code & 0xff] ?? 0
      high = feedHigh(high, symbol)
      low = feedLow(low, symbol)
    }
    this.#keepUrl(high, low)
  }

  #readText(host: string, start: number, end: number): boolean {
    const symbols = this.#symbols
    const separator = this.#separator
    let high = this.seed[0] | 0
    let low = this.seed[1] | 0
    const kept = this.octets
    let octets = 0
    for (let at = end - 1; at >= start; at -= 1) {
      const code = host.charCodeAt(at)
      kept[end - 1 - at] = code
      if (code === DOT) {
        if (octets === 0) return this.#refuse()
        octets = 0
        high = feedHigh(high, separator)
        low = feedLow(low, separator)
        this.#keep(high, low)
        continue
      }
      octets += 1
      if (code <= 0x20 || code >= 0x7f || octets > MAX_LABEL_OCTETS) return this.#refuse()
      const symbol = symbols[code] ?? 0
      high = feedHigh(high, symbol)
      low = feedLow(low, symbol)
    }
    if (octets === 0) return this.#refuse()
    this.octetCount = end - start
    high = feedHigh(high, separator)
    low = feedLow(low, separator)
    this.#keep(high, low)
    return this.#endName(high, low)
  }

  /** Notes where each label's length octet is, relative to `offset`; -1 when the name is malformed. */
  #findLabels(bytes: Uint8Array, offset: number): number {
    let labels = 0
    let at = 0
    for (;;) {
      // Past the end this reads `undefined`, which is no length.
      const length = bytes[offset + at] ?? MAX_WIRE_OCTETS
      if (length === 0) return labels
      if (length > MAX_LABEL_OCTETS || at + 1 + length >= MAX_WIRE_OCTETS) return -1
      this.#labelStarts[labels] = at
      labels += 1
      at += 1 + length
    }
  }

  #keep(high: number, low: number): void {
    this.high[this.count] = finishHigh(high, low)
    this.low[this.count] = finishLow(high, low)
    this.count += 1
  }

  #keepUrl(high: number, low: number): void {
    if (this.urlCount >= MAX_URL_PREFIXES) return
    const endedHigh = feedHigh(high, this.#urlEnd)
    const endedLow = feedLow(low, this.#urlEnd)
    this.urlHigh[this.urlCount] = finishHigh(endedHigh, endedLow)
    this.urlLow[this.urlCount] = finishLow(endedHigh, endedLow)
    this.urlCount += 1
  }

  #endName(high: number, low: number): true {
    this.#nameHigh = high
    this.#nameLow = low
    return true
  }

  /** A half-read name must not be matched by its parents. */
  #refuse(): false {
    this.count = 0
    return false
  }
}

/** `/`, `;`, `?` and `&`. */
function isBoundary(code: number): boolean {
  return code === 0x2f || code === 0x3b || code === 0x3f || code === 0x26
}

function endOfHost(host: string, start: number): number {
  const last = host.length - 1
  const code = host.charCodeAt(last)
  if (start === 1) return code === CLOSE_BRACKET ? last : 0
  return code === DOT ? last : last + 1
}

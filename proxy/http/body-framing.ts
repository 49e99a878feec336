import { MAX_CHUNK_LINE_OCTETS, MAX_CHUNK_SIZE_DIGITS, MAX_TRAILER_OCTETS } from './limits.ts'

/** How the end of a message body is told (RFC 9112 section 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly octets: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' }

export const NO_BODY: Framing = { kind: 'none' }
export const CHUNKED: Framing = { kind: 'chunked' }
export const UNTIL_CLOSE: Framing = { kind: 'until-close' }

/**
 * Walks a body through the slices in which it comes, without copying it, and says where it ends.
 * Chunks are relayed as they are, so the walk is strict: whatever a lenient reader might see as another
 * boundary (bare LF, signs, spaces, an overflowing size) makes the body `broken` before it is passed on.
 */
export class BodyReader {
  done = false
  broken = false
  readonly #framing: Framing
  /** Octets still to come of the body (`length`) or of the chunk (`chunked`). */
  #left = 0
  #state: ChunkState = SIZE
  #digits = 0
  #line = 0
  #trailers = 0

  constructor(framing: Framing) {
    this.#framing = framing
    if (framing.kind === 'length') this.#left = framing.octets
    this.done = framing.kind === 'none' || (framing.kind === 'length' && framing.octets === 0)
  }

  /**
   * Offset just past the body's part of `bytes[from..]`. Less than the slice when the body ended in it
   * (`done`) or where it went wrong (`broken`). `payload` gets the slices without the chunk framing.
   */
  take(bytes: Uint8Array, from: number, payload?: Uint8Array[]): number {
    if (this.done || this.broken) return from
    if (this.#framing.kind === 'chunked') return this.#takeChunks(bytes, from, payload)
    let end = bytes.length
    if (this.#framing.kind === 'length') {
      end = Math.min(end, from + this.#left)
      this.#left -= end - from
      this.done = this.#left === 0
    }
    if (end > from) payload?.push(bytes.subarray(from, end))
    return end
  }

  #takeChunks(bytes: Uint8Array, from: number, payload?: Uint8Array[]): number {
    let at = from
    while (at < bytes.length) {
      if (this.#state === DATA) {
        const end = Math.min(bytes.length, at + this.#left)
        payload?.push(bytes.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#state = DATA_CR
        continue
      }
      this.#state = this.#step(bytes[at] ?? 0)
      if (this.#state === BROKEN) {
        this.broken = true
        return at
      }
      at += 1
      if (this.#state === END) {
        this.done = true
        return at
      }
    }
    return at
  }

  #step(octet: number): ChunkState {
    switch (this.#state) {
      case SIZE:
        return this.#inSize(octet)
      case EXTENSION:
        return this.#inExtension(octet)
      case SIZE_LF:
        return this.#afterSize(octet)
      case DATA_CR:
        return octet === CR ? DATA_LF : BROKEN
      case DATA_LF:
        return octet === LF ? SIZE : BROKEN
      case END_LF:
        return octet === LF ? END : BROKEN
      default:
        return this.#inTrailer(octet)
    }
  }

  #inSize(octet: number): ChunkState {
    const digit = HEX[octet] ?? NOT_HEX
    if (digit !== NOT_HEX) {
      this.#digits += 1
      this.#left = this.#left * 16 + digit
      return this.#digits > MAX_CHUNK_SIZE_DIGITS ? BROKEN : SIZE
    }
    if (this.#digits === 0) return BROKEN
    if (octet === CR) return SIZE_LF
    // No space before the semicolon: RFC 9112 section 7.1.1 lets readers accept it, some don't.
    return octet === SEMICOLON ? EXTENSION : BROKEN
  }

  #inExtension(octet: number): ChunkState {
    this.#line += 1
    if (this.#line > MAX_CHUNK_LINE_OCTETS) return BROKEN
    if (octet === CR) return SIZE_LF
    return isFieldOctet(octet) ? EXTENSION : BROKEN
  }

  #afterSize(octet: number): ChunkState {
    this.#digits = 0
    this.#line = 0
    if (octet !== LF) return BROKEN
    return this.#left === 0 ? TRAILER_START : DATA
  }

  #inTrailer(octet: number): ChunkState {
    this.#trailers += 1
    if (this.#trailers > MAX_TRAILER_OCTETS) return BROKEN
    if (this.#state === TRAILER_LF) return octet === LF ? TRAILER_START : BROKEN
    if (this.#state === TRAILER_VALUE) {
      if (octet === CR) return TRAILER_LF
      return isFieldOctet(octet) ? TRAILER_VALUE : BROKEN
    }
    if (octet === CR && this.#state === TRAILER_START) return END_LF
    if (octet === COLON && this.#state === TRAILER_NAME) return TRAILER_VALUE
    return isTokenOctet(octet) ? TRAILER_NAME : BROKEN
  }
}

/** What the next octet must be part of. */
const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILER_START = 6
const TRAILER_NAME = 7
const TRAILER_VALUE = 8
const TRAILER_LF = 9
const END_LF = 10
const END = 11
const BROKEN = 12
type ChunkState = number

const CR = 13
const LF = 10
const COLON = 58
const SEMICOLON = 59
const NOT_HEX = 255

const HEX = new Uint8Array(256).fill(NOT_HEX)
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16)
  HEX[digit.charCodeAt(0)] = value
  HEX[digit.toUpperCase().charCodeAt(0)] = value
}

/** VCHAR, obs-text, space and tab (RFC 9110 section 5.5). */
function isFieldOctet(octet: number): boolean {
  return (octet >= 0x20 && octet !== 0x7f) || octet === 9
}

function isTokenOctet(octet: number): boolean {
  return TOKEN_OCTET[octet] === 1
}

const TOKEN_OCTET = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  TOKEN_OCTET[char.charCodeAt(0)] = 1

import { sha256 } from '../../records/ledger/chain.ts'

/**
 * Which device a token stands for, in memory that all data threads read and the control thread alone writes. The
 * memory holds hashes only. Who looks a token up hashes it and compares all of a hash, so how long that takes says
 * nothing about any token; and a token is 128 random bits, so nobody fills one bucket on purpose.
 */
const HASH_WORDS = 8
const STATE = HASH_WORDS
const KEY = HASH_WORDS + 1
const ROW_WORDS = HASH_WORDS + 4

const FREE = 0
const LIVE = 1
/** It stays where it is: a search must go on behind it, and whoever still uses it is told apart in the counters. */
const REVOKED = 2

/** Of rows, revoked ones too: longer searches than some steps are not worth the memory. */
const MAX_LOAD = 0.7

export type TokenState =
  | { readonly kind: 'live'; readonly device: number }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'unknown' }

/** Memory for so many tokens, those that were revoked since the start included. */
export function tokenMemory(tokens: number): SharedArrayBuffer {
  const rows = 2 ** Math.ceil(Math.log2(Math.max(16, tokens) / MAX_LOAD))
  return new SharedArrayBuffer(rows * ROW_WORDS * 4)
}

/** As a data thread sees it. */
export class TokenReader {
  readonly #rows: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#rows = new Int32Array(memory)
  }

  find(token: string): TokenState {
    const place = placeOf(this.#rows, wordsOf(sha256(token)))
    if (place < 0) return UNKNOWN
    const state = Atomics.load(this.#rows, place + STATE)
    if (state === LIVE) return { kind: 'live', device: keyAt(this.#rows, place) }
    return state === REVOKED ? GIVEN_UP : UNKNOWN
  }
}

const UNKNOWN: TokenState = { kind: 'unknown' }
const GIVEN_UP: TokenState = { kind: 'revoked' }

/** As the control thread sees it, which alone writes. */
export class TokenWriter {
  readonly #rows: Int32Array
  readonly #live = new Map<string, number>()
  #used = 0

  constructor(memory: SharedArrayBuffer) {
    this.#rows = new Int32Array(memory)
  }

  /** Tokens in force. */
  get size(): number {
    return this.#live.size
  }

  /**
   * Exactly these are in force from now on, by the hash of each (hex) the device's number (`word-key.ts`); others are
   * revoked. How many there was no room for.
   */
  follow(tokens: ReadonlyMap<string, number>): number {
    for (const [digest, device] of this.#live)
      if (tokens.get(digest) !== device) this.#revoke(digest)
    let homeless = 0
    for (const [digest, device] of tokens)
      if (!this.#live.has(digest) && !this.#add(digest, device)) homeless += 1
    return homeless
  }

  #revoke(digest: string): void {
    const place = placeOf(this.#rows, wordsOf(digest))
    Atomics.store(this.#rows, place + STATE, REVOKED)
    this.#live.delete(digest)
  }

  #add(digest: string, device: number): boolean {
    const rows = this.#rows
    const words = wordsOf(digest)
    const known = placeOf(rows, words)
    // One that was revoked and is in force again has its row still.
    if (known < 0 && this.#used >= (rows.length / ROW_WORDS) * MAX_LOAD) return false
    const place = known < 0 ? freePlace(rows, words) : known
    if (known < 0) this.#used += 1
    words.forEach((word, at) => {
      Atomics.store(rows, place + at, word)
    })
    Atomics.store(rows, place + KEY, device >>> 0)
    Atomics.store(rows, place + KEY + 1, Math.floor(device / 2 ** 32))
    // Last: a reader that sees the row sees all of it.
    Atomics.store(rows, place + STATE, LIVE)
    this.#live.set(digest, device)
    return true
  }
}

function wordsOf(digest: string): Int32Array {
  const octets = Buffer.from(digest, 'hex')
  return Int32Array.from({ length: HASH_WORDS }, (_, at) => octets.readInt32LE(at * 4))
}

/** The number of rows is a power of two. */
function firstPlace(rows: Int32Array, words: Int32Array): number {
  return ((words[0] ?? 0) & (rows.length / ROW_WORDS - 1)) * ROW_WORDS
}

/** -1 where no row has the hash. */
function placeOf(rows: Int32Array, words: Int32Array): number {
  for (let place = firstPlace(rows, words); ; place = (place + ROW_WORDS) % rows.length) {
    if (Atomics.load(rows, place + STATE) === FREE) return -1
    if (isEqual(rows, place, words)) return place
  }
}

function freePlace(rows: Int32Array, words: Int32Array): number {
  let place = firstPlace(rows, words)
  while (Atomics.load(rows, place + STATE) !== FREE) place = (place + ROW_WORDS) % rows.length
  return place
}

/** All words, whichever differs first. */
function isEqual(rows: Int32Array, place: number, words: Int32Array): boolean {
  let different = 0
  for (let at = 0; at < HASH_WORDS; at += 1) different |= (rows[place + at] ?? 0) ^ (words[at] ?? 0)
  return different === 0
}

function keyAt(rows: Int32Array, place: number): number {
  const [low = 0, high = 0] = rows.subarray(place + KEY, place + KEY + 2)
  return high * 2 ** 32 + (low >>> 0)
}

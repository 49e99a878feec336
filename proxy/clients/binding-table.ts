import type { AddressWords } from './address-words.ts'

/**
 * Which device is at which address, in memory that all data threads read and the control thread alone
 * writes. Each address has two buckets of eight places; a changed row is written into a free place before
 * the old one is given up, so a reader never waits for the writer and never sees half a row.
 */
const WAYS = 8
const ROW_WORDS = 16
/** Of places: with two buckets to choose from, eight places each, none is full long before that. */
const MAX_LOAD = 0.6

const HEAD_WORDS = 16
const EPOCH = 0
const SEED_A = 1
const SEED_B = 2
const BUCKETS = 3

/** Words of a row; 2 to 5 are the address. Keys are 53 bits (`word-key.ts`), times epoch seconds. */
const VERSION = 0
const CHECK = 1
const ADDRESS = 2
const DEVICE = 6
const PERSON = 8
const ZONE = 10
const HELD_ZONE = 12
const SETTLES = 14
const EXPIRES = 15

/** In the upper half of the device's key, of which 21 bits are used. */
const PROVEN = 1 << 30
const KEY_HIGH = (1 << 21) - 1

/**
 * Over all words but itself and the end, which changes by itself: a row of which a reader saw some words before and
 * some after a change does not add up. `Atomics` is a call for each word and cost 20 times a whole look-up.
 */
function checkOf(row: Int32Array, from: number): number {
  let check = row[from + VERSION] ?? 0
  for (let at = from + ADDRESS; at < from + EXPIRES; at += 1)
    check = Math.imul(check ^ (row[at] ?? 0), 0x9e3779b1) + (check >>> 15)
  return check | 0
}

/** What a data thread has to know of an address. Keys are 0 for none; times are epoch ms of gate time. */
export interface BoundRow {
  readonly isProven: boolean
  readonly device: number
  readonly person: number
  /** 0: the address's network tells. */
  readonly zone: number
  /** The zone whose stance holds where the new one denies, until `settlesAt`; 0: none. */
  readonly heldZone: number
  readonly settlesAt: number
  readonly expires: number
}

interface Memory {
  readonly head: Int32Array
  readonly tags: Int32Array
  readonly rows: Int32Array
}

/** Memory for `addresses` rows; `seed` keeps strangers from choosing addresses that meet in one bucket. */
export function bindingMemory(
  addresses: number,
  seed: readonly [number, number],
): SharedArrayBuffer {
  const buckets = 2 ** Math.max(1, Math.ceil(Math.log2(addresses / MAX_LOAD / WAYS)))
  const words = HEAD_WORDS + buckets * WAYS * (1 + ROW_WORDS)
  const memory = new SharedArrayBuffer(words * 4)
  new Int32Array(memory, 0, HEAD_WORDS).set([0, ...seed, buckets])
  return memory
}

function layOut(memory: SharedArrayBuffer): Memory {
  const head = new Int32Array(memory, 0, HEAD_WORDS)
  const places = (head[BUCKETS] ?? 0) * WAYS
  return {
    head,
    tags: new Int32Array(memory, HEAD_WORDS * 4, places),
    rows: new Int32Array(memory, (HEAD_WORDS + places) * 4, places * ROW_WORDS),
  }
}

/** Two hashes of an address and its tag, worked out into fields, because the hot path allocates nothing. */
class Places {
  first = 0
  second = 0
  tag = 0
  readonly #mask: number
  readonly #a: number
  readonly #b: number

  constructor(head: Int32Array) {
    this.#mask = (head[BUCKETS] ?? 1) - 1
    this.#a = head[SEED_A] ?? 0
    this.#b = head[SEED_B] ?? 0
  }

  of(words: AddressWords): void {
    let a = this.#a
    let b = this.#b
    for (let at = 0; at < 4; at += 1) {
      const word = words[at] ?? 0
      a = mix(a ^ word)
      b = mix(Math.imul(b, 5) + word)
    }
    this.first = (a & this.#mask) * WAYS
    this.second = (b & this.#mask) * WAYS
    // 0 is a free place.
    this.tag = mix(a ^ Math.imul(b, 0x9e3779b1)) || 1
  }
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** A look-up that meets a change this often gives up: only a writer gone mad is faster. */
const MAX_TRIES = 64

/** The table as a data thread sees it. One object a thread: a look-up leaves its row in it. */
export class BindingReader {
  readonly #memory: Memory
  readonly #places: Places
  /** The row that `find` found last. */
  readonly #row = new Int32Array(ROW_WORDS)

  constructor(memory: SharedArrayBuffer) {
    this.#memory = layOut(memory)
    this.#places = new Places(this.#memory.head)
  }

  /** Changes with every change of any row; read it before `find`. */
  get epoch(): number {
    return this.#memory.head[EPOCH] ?? 0
  }

  /** Whether the address has a row, which `version` and `row` then tell. Allocates nothing. */
  find(words: AddressWords): boolean {
    this.#places.of(words)
    if (this.#lookBoth(words)) return true
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const before = Atomics.load(this.#memory.head, EPOCH)
      if (this.#lookBoth(words)) return true
      // Another epoch: it may have moved from the second bucket to the first between the two looks.
      if (Atomics.load(this.#memory.head, EPOCH) === before) return false
    }
    return false
  }

  #lookBoth(words: AddressWords): boolean {
    return this.#look(this.#places.first, words) || this.#look(this.#places.second, words)
  }

  /** Differs whenever the row says something else; never 0. */
  get version(): number {
    return this.#row[VERSION] ?? 0
  }

  get expires(): number {
    return ((this.#row[EXPIRES] ?? 0) >>> 0) * 1000
  }

  row(): BoundRow {
    const row = this.#row
    return {
      isProven: ((row[DEVICE + 1] ?? 0) & PROVEN) !== 0,
      device: keyAt(row, DEVICE),
      person: keyAt(row, PERSON),
      zone: keyAt(row, ZONE),
      heldZone: keyAt(row, HELD_ZONE),
      settlesAt: ((row[SETTLES] ?? 0) >>> 0) * 1000,
      expires: this.expires,
    }
  }

  #look(bucket: number, words: AddressWords): boolean {
    const { tags } = this.#memory
    const { tag } = this.#places
    for (let place = bucket; place < bucket + WAYS; place += 1)
      if (tags[place] === tag && this.#copy(place, words)) return true
    return false
  }

  /** The place may be given to another row while it is read: then the copy does not add up. */
  #copy(place: number, words: AddressWords): boolean {
    const { rows } = this.#memory
    const row = this.#row
    const from = place * ROW_WORDS
    for (let word = 0; word < ROW_WORDS; word += 1) row[word] = rows[from + word] ?? 0
    for (let word = 0; word < 4; word += 1) if (row[ADDRESS + word] !== words[word]) return false
    return row[VERSION] !== 0 && row[CHECK] === checkOf(row, 0)
  }
}

function keyAt(row: Int32Array, at: number): number {
  return ((row[at + 1] ?? 0) & KEY_HIGH) * 2 ** 32 + ((row[at] ?? 0) >>> 0)
}

/** The table as the control thread sees it, which alone writes. */
export class BindingWriter {
  readonly #memory: Memory
  readonly #places: Places
  #version = 0

  constructor(memory: SharedArrayBuffer) {
    this.#memory = layOut(memory)
    this.#places = new Places(this.#memory.head)
  }

  /** Puts the row in force on all threads; false where there is no room for it. */
  set(words: AddressWords, row: BoundRow): boolean {
    this.#places.of(words)
    const old = this.#find(words)
    const free = this.#free()
    const place = free < 0 ? old : free
    if (place < 0) return false
    // Without a free place the address has no row for a moment, which is the stricter mistake.
    if (free < 0) this.#giveUp(old)
    this.#write(place, words, row)
    Atomics.store(this.#memory.tags, place, this.#places.tag)
    this.#changed()
    if (free >= 0 && old >= 0) this.#giveUp(old)
    return true
  }

  /** The same row for longer or shorter: nobody has to look again for that. */
  expire(words: AddressWords, expires: number): void {
    this.#places.of(words)
    const place = this.#find(words)
    if (place >= 0)
      Atomics.store(this.#memory.rows, place * ROW_WORDS + EXPIRES, secondsOf(expires))
  }

  delete(words: AddressWords): void {
    this.#places.of(words)
    const place = this.#find(words)
    if (place >= 0) this.#giveUp(place)
  }

  #giveUp(place: number): void {
    Atomics.store(this.#memory.tags, place, 0)
    this.#changed()
  }

  #changed(): void {
    Atomics.add(this.#memory.head, EPOCH, 1)
  }

  #write(place: number, words: AddressWords, row: BoundRow): void {
    const { rows } = this.#memory
    const from = place * ROW_WORDS
    Atomics.store(rows, from + VERSION, 0)
    const set = (at: number, value: number): void => {
      Atomics.store(rows, from + at, value)
    }
    const setKey = (at: number, key: number): void => {
      set(at, key >>> 0)
      set(at + 1, Math.floor(key / 2 ** 32))
    }
    for (let word = 0; word < 4; word += 1) set(ADDRESS + word, words[word] ?? 0)
    setKey(DEVICE, row.device)
    if (row.isProven) set(DEVICE + 1, (rows[from + DEVICE + 1] ?? 0) | PROVEN)
    setKey(PERSON, row.person)
    setKey(ZONE, row.zone)
    setKey(HELD_ZONE, row.heldZone)
    set(SETTLES, secondsOf(row.settlesAt))
    set(EXPIRES, secondsOf(row.expires))
    this.#version = (this.#version + 1) | 0 || 1
    set(VERSION, this.#version)
    set(CHECK, checkOf(rows, from))
  }

  #find(words: AddressWords): number {
    const { tags, rows } = this.#memory
    for (const bucket of [this.#places.first, this.#places.second])
      for (let place = bucket; place < bucket + WAYS; place += 1) {
        if (tags[place] !== this.#places.tag) continue
        const from = place * ROW_WORDS + ADDRESS
        if (words.every((word, at) => rows[from + at] === word)) return place
      }
    return -1
  }

  /** In the emptier of the two buckets. */
  #free(): number {
    const [first, second] = [this.#freeIn(this.#places.first), this.#freeIn(this.#places.second)]
    return first.count >= second.count ? first.place : second.place
  }

  #freeIn(bucket: number): { readonly place: number; readonly count: number } {
    let place = -1
    let count = 0
    for (let at = bucket; at < bucket + WAYS; at += 1) {
      if (this.#memory.tags[at] !== 0) continue
      place = at
      count += 1
    }
    return { place, count }
  }
}

/** Rounded up: what is settled or over a moment late is right, a moment early it is not. */
function secondsOf(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms / 1000)), 0xffff_ffff)
}

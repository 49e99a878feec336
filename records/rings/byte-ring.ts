/**
 * A queue of byte records between two threads, in shared memory: one thread writes, one reads, nobody
 * waits and nothing is copied twice.
 *
 *     header (256 octets)               data (a power of two)
 *     head|tail|lost|epoch|wanted       |len|record.....|len|record..|   free   |
 *                                       ^head                        ^tail
 *
 * `head` and `tail` are octets ever read and written, modulo 2^32; each sits on a cache line of its
 * own, because the writer stores one and the reader the other some 10,000 times a second. A record is
 * a 32-bit length and its octets, padded to 4, and never crosses the end: where it would, the length
 * `SKIP` sends the reader to the start. So both sides work on the ring's memory in place.
 *
 * The writer publishes a record by storing `tail` after its octets are there; one that dies half-way
 * has published nothing, and its successor goes on at the same `tail`. The reader frees records by
 * `release`, once they are on disk: one that dies before that leaves them to its successor.
 *
 * Why not `postMessage`: it allocates and clones per message, has no bound, and what is under way
 * dies with the thread. `bench/micro/journal-ring.ts` has the figures.
 */
const HEADER_OCTETS = 256
const HEAD = 0
const TAIL = 16
const LOST = 32
const EPOCH = 48
const WORDS_WANTED = 49

const LENGTH_OCTETS = 4
const SKIP = -1

/** Smaller rings could not take one longest record beside another. */
const MIN_DATA_OCTETS = 16_384
/** Positions are compared as signed 32-bit differences. */
const MAX_DATA_OCTETS = 2 ** 30

/**
 * 8 MiB: at 20,000 refusals/s of 64 octets a data thread can be 6 s without a reader before anything is
 * lost. A records thread that died is back in one; the rest is for one that gets no core, because the
 * data threads and whatever floods them have taken all (measured: 14,000/s drained of 20,000/s at a load
 * of 7 on two cores). Larger ones could not be emptied in the time that a stop has.
 */
const RING_OCTETS = 8 * 1_048_576

/** A ring for one data thread; `octets` is rounded up to a power of two of at least 16 KiB. */
export function makeRing(octets: number = RING_OCTETS): SharedArrayBuffer {
  let size = MIN_DATA_OCTETS
  while (size < octets && size < MAX_DATA_OCTETS) size *= 2
  return new SharedArrayBuffer(HEADER_OCTETS + size)
}

/** Records that did not fit since the ring was made; any thread may ask. */
export function lostIn(ring: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(ring, 0, HEADER_OCTETS / 4), LOST) >>> 0
}

/** The writing end. INVARIANT: at most one thread has one for a ring at any time. */
export class RingWriter {
  /** The ring's memory: write between `reserve` and `commit`, at the index that `reserve` gave. */
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Tells this writer from those before it, so that the reader knows whose words a number means. */
  readonly epoch: number
  readonly #cells: Int32Array
  readonly #words: Int32Array
  readonly #size: number
  #tail: number
  /** The reader's position as last seen: asked again only when the ring looks full. */
  #head: number
  #start = 0

  constructor(ring: SharedArrayBuffer) {
    this.#cells = new Int32Array(ring, 0, HEADER_OCTETS / 4)
    this.bytes = new Uint8Array(ring, HEADER_OCTETS)
    this.view = new DataView(ring, HEADER_OCTETS)
    this.#words = new Int32Array(ring, HEADER_OCTETS)
    this.#size = this.bytes.length
    this.#tail = Atomics.load(this.#cells, TAIL)
    this.#head = Atomics.load(this.#cells, HEAD)
    this.epoch = Atomics.add(this.#cells, EPOCH, 1) + 1
  }

  /** Index for a record of at most `octets`, or -1 when they do not fit now. Allocates nothing. */
  reserve(octets: number): number {
    const need = LENGTH_OCTETS + padded(octets)
    const index = this.#tail & (this.#size - 1)
    const rest = this.#size - index
    const skipped = rest < need ? rest : 0
    if (!this.#fits(skipped + need)) return -1
    if (skipped > 0) {
      this.#words[index >> 2] = SKIP
      this.#start = (this.#tail + skipped) | 0
    } else this.#start = this.#tail
    return (this.#start & (this.#size - 1)) + LENGTH_OCTETS
  }

  /** Publishes the reserved record, of which `octets` were used. */
  commit(octets: number): void {
    this.#words[(this.#start & (this.#size - 1)) >> 2] = octets
    this.#tail = (this.#start + LENGTH_OCTETS + padded(octets)) | 0
    Atomics.store(this.#cells, TAIL, this.#tail)
  }

  /** Counts a record that was not written, for `lostIn`. */
  lose(): void {
    Atomics.add(this.#cells, LOST, 1)
  }

  /** Changes when the reader has asked for all words anew (`wantWords`). */
  get wordsWanted(): number {
    return Atomics.load(this.#cells, WORDS_WANTED)
  }

  /** Less than half of the ring is in use: what can wait may be written too. */
  get roomy(): boolean {
    this.#head = Atomics.load(this.#cells, HEAD)
    return ((this.#tail - this.#head) | 0) < this.#size / 2
  }

  #fits(octets: number): boolean {
    if (this.#size - ((this.#tail - this.#head) | 0) >= octets) return true
    this.#head = Atomics.load(this.#cells, HEAD)
    return this.#size - ((this.#tail - this.#head) | 0) >= octets
  }
}

/** Called with where a record lies in the reader's `bytes`; it must not keep a view of them. */
export type VisitRecord = (index: number, octets: number) => void

/** The reading end. INVARIANT: at most one thread has one for a ring at any time. */
export class RingReader {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly #cells: Int32Array
  readonly #words: Int32Array
  readonly #size: number
  /** Read, but not yet released. */
  #next: number

  constructor(ring: SharedArrayBuffer) {
    this.#cells = new Int32Array(ring, 0, HEADER_OCTETS / 4)
    this.bytes = new Uint8Array(ring, HEADER_OCTETS)
    this.view = new DataView(ring, HEADER_OCTETS)
    this.#words = new Int32Array(ring, HEADER_OCTETS)
    this.#size = this.bytes.length
    this.#next = Atomics.load(this.#cells, HEAD)
  }

  /** Visits at most `limit` records; returns how many. Their room stays taken until `release`. */
  read(visit: VisitRecord, limit: number): number {
    const tail = Atomics.load(this.#cells, TAIL)
    let count = 0
    while (count < limit && this.#next !== tail) {
      const index = this.#next & (this.#size - 1)
      const octets = this.#words[index >> 2] ?? SKIP
      if (octets === SKIP) {
        this.#next = (this.#next + this.#size - index) | 0
        continue
      }
      visit(index + LENGTH_OCTETS, octets)
      this.#next = (this.#next + LENGTH_OCTETS + padded(octets)) | 0
      count += 1
    }
    return count
  }

  /** Asks the writer to send all words again: this reader has met one that it was never told. */
  wantWords(): void {
    Atomics.add(this.#cells, WORDS_WANTED, 1)
  }

  /** Gives the room of everything read so far back to the writer. */
  release(): void {
    Atomics.store(this.#cells, HEAD, this.#next)
  }
}

function padded(octets: number): number {
  return (octets + 3) & ~3
}

/**
 * The journal's counters, in memory that the control thread shares with the records thread, so that
 * they go on when that thread is replaced.
 *
 * - `written`: entries in the journal
 * - `unidentified`: those of them whose person is not known
 * - `spooled`: entries written while Redis was configured but not up: they wait on the disk
 * - `shipped`: entries that the stream took
 * - `lost`: attempts that are in no journal (an unreadable record, or the disk refused for too long);
 *   what did not fit a ring is counted in the ring
 * - `tallyLost`: requests that previews miss, because the disk refused
 */
const COUNTERS = ['written', 'unidentified', 'spooled', 'shipped', 'lost', 'tallyLost'] as const
export type RecordsCounter = (typeof COUNTERS)[number]

export class RecordsCounters {
  readonly buffer: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(buffer = new SharedArrayBuffer(COUNTERS.length * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer
    this.#cells = new BigInt64Array(buffer)
  }

  add(counter: RecordsCounter, count: number): void {
    if (count > 0) Atomics.add(this.#cells, COUNTERS.indexOf(counter), BigInt(count))
  }

  get(counter: RecordsCounter): number {
    return Number(Atomics.load(this.#cells, COUNTERS.indexOf(counter)))
  }
}

import { MAX_LINE_OCTETS } from '../../rules/lists/list-line.ts'

/** Gets `bytes[start..end)`, a line without its end, and its number from 1; valid during the call. */
export type TakeLine = (bytes: Buffer, range: LineRange) => void

export interface LineRange {
  readonly start: number
  readonly end: number
  readonly line: number
  /** The line was longer than `MAX_LINE_OCTETS` and only its beginning is given. */
  readonly isCut: boolean
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** Cuts a stream of chunks into lines without copying them, but for those that span two chunks. */
export class LineSplitter {
  readonly #take: TakeLine
  readonly #carry = Buffer.allocUnsafe(MAX_LINE_OCTETS)
  #carried = 0
  #isCut = false
  #lines = 0

  constructor(take: TakeLine) {
    this.#take = take
  }

  get lines(): number {
    return this.#lines
  }

  push(chunk: Buffer): void {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start)
      if (end === -1) break
      if (this.#carried > 0 || this.#isCut) this.#endCarried(chunk, start, end)
      else this.#emit(chunk, start, end)
      start = end + 1
    }
    this.#keep(chunk, start, chunk.length)
  }

  /** The last line may lack its end. */
  finish(): void {
    if (this.#carried > 0 || this.#isCut) this.#endCarried(this.#carry, 0, 0)
  }

  #endCarried(chunk: Buffer, start: number, end: number): void {
    this.#keep(chunk, start, end)
    const length = this.#carried
    this.#carried = 0
    this.#emit(this.#carry, 0, length)
    this.#isCut = false
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    this.#lines += 1
    const isCut = this.#isCut || end - start > MAX_LINE_OCTETS
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    this.#take(bytes, { start, end: last, line: this.#lines, isCut })
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const room = MAX_LINE_OCTETS - this.#carried
    const kept = Math.min(room, end - start)
    if (kept < end - start) this.#isCut = true
    chunk.copy(this.#carry, this.#carried, start, start + kept)
    this.#carried += kept
  }
}

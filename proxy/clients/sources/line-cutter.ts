const LINE_FEED = 0x0a

/**
 * A stream's lines, without their ends. The last one counts only once its end is there: `10.1.0.1` may be
 * the half of `10.1.0.12` that was written so far.
 */
export class LineCutter {
  readonly #maxOctets: number
  readonly #take: (line: string) => void
  readonly #tooLong: () => void
  #carried: Buffer[] = []
  #octets = 0

  constructor(
    maxOctets: number,
    on: { readonly line: (line: string) => void; readonly tooLong: () => void },
  ) {
    this.#maxOctets = maxOctets
    this.#take = on.line
    this.#tooLong = on.tooLong
  }

  push(piece: Buffer): void {
    let start = 0
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start)
      if (end === -1) break
      this.#keep(piece.subarray(start, end))
      this.#end()
      start = end + 1
    }
    // A copy: the piece is filled again.
    if (start < piece.length) this.#keep(Buffer.from(piece.subarray(start)))
  }

  /** Another stream begins. */
  reset(): void {
    this.#carried = []
    this.#octets = 0
  }

  #keep(part: Buffer): void {
    this.#octets += part.length
    // Of a line without an end no more than this is ever in memory.
    if (this.#octets <= this.#maxOctets) this.#carried.push(part)
    else this.#carried = []
  }

  #end(): void {
    const isWhole = this.#octets <= this.#maxOctets
    const line = isWhole ? Buffer.concat(this.#carried).toString('utf8') : ''
    this.reset()
    if (isWhole) this.#take(line.endsWith('\r') ? line.slice(0, -1) : line)
    else this.#tooLong()
  }
}

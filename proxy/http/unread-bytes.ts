const NOTHING = Buffer.alloc(0)

/** Where a head ends, or why that can't be told yet or ever. */
export type HeadEnd =
  | { readonly kind: 'end'; readonly octets: number }
  | { readonly kind: 'need-more' }
  | { readonly kind: 'bare-line-feed' }

const NEED_MORE: HeadEnd = { kind: 'need-more' }
const BARE_LINE_FEED: HeadEnd = { kind: 'bare-line-feed' }
const LF = 10
const CR = 13

/**
 * Bytes of a connection that nobody has read yet. The usual single chunk is kept as it came; only a
 * head in pieces is copied, into a buffer that doubles, and is searched once from front to back: a
 * client that sends one octet at a time costs time linear in what it sends.
 */
export class UnreadBytes {
  #buffer: Buffer = NOTHING
  #start = 0
  #end = 0
  /** Octets after `#start` already searched for the end of the head. */
  #searched = 0

  get length(): number {
    return this.#end - this.#start
  }

  view(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  append(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (this.length === 0) {
      this.#buffer = chunk
      this.#start = 0
      this.#end = chunk.length
      this.#searched = 0
      return
    }
    const need = this.length + chunk.length
    // Always into memory of our own: the chunk that came first belongs to the socket's pool.
    const grown =
      this.#start === 0 && this.#owned && need <= this.#buffer.length
        ? this.#buffer
        : this.#grow(need)
    chunk.copy(grown, this.#end)
    this.#end += chunk.length
  }

  consume(octets: number): void {
    this.#start += octets
    this.#searched = 0
    if (this.#start >= this.#end) this.#reset()
  }

  /** Everything, and forgets it. */
  takeAll(): Buffer {
    const all = this.view()
    this.#reset()
    return all
  }

  /** Looks for the blank line. `limit` bounds the search, not what may be held. */
  findHeadEnd(): HeadEnd {
    const bytes = this.view()
    const blank = bytes.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3), 'latin1')
    if (blank >= 0) return { kind: 'end', octets: blank + 4 }
    // Without this a head that ends its lines with LF alone would wait for the time-out.
    let at = bytes.indexOf(LF, this.#searched)
    while (at >= 0) {
      if (at === 0 || bytes[at - 1] !== CR) return BARE_LINE_FEED
      at = bytes.indexOf(LF, at + 1)
    }
    this.#searched = bytes.length
    return NEED_MORE
  }

  #owned = false

  #grow(need: number): Buffer {
    const grown = Buffer.allocUnsafeSlow(Math.max(4_096, need * 2))
    this.#buffer.copy(grown, 0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    this.#buffer = grown
    this.#owned = true
    return grown
  }

  #reset(): void {
    this.#buffer = NOTHING
    this.#owned = false
    this.#start = 0
    this.#end = 0
    this.#searched = 0
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Numbers of entries, newest first. */
export interface Postings {
  /** The next lower number, or null at the end. */
  next(): number | null
}

/** Numbers from `above` (not included) down to... `below` is not included either. */
export interface SeqRange {
  readonly above: number
  readonly below: number
}

/** Numbers fetched at once over all terms; each term begins with at least one. */
const FETCHED_AT_ONCE = 4_096
const MAX_CHUNK = 256

/** The entries of any of the terms, newest first; terms of one type share no entry, so none comes twice. */
export class MergedPostings implements Postings {
  readonly #fetch: StatementSync
  readonly #above: number
  readonly #chunk: number
  /** A binary heap, the greatest head first. */
  readonly #heap: Stream[] = []

  constructor(db: DatabaseSync, terms: readonly number[], { above, below }: SeqRange) {
    this.#fetch = db.prepare(POSTINGS_SQL)
    this.#fetch.setReturnArrays(true)
    this.#above = above
    this.#chunk = Math.max(1, Math.min(MAX_CHUNK, Math.floor(FETCHED_AT_ONCE / terms.length)))
    for (const term of terms) {
      const stream = { term, head: below, rest: [] }
      if (this.#advance(stream)) this.#push(stream)
    }
  }

  next(): number | null {
    const top = this.#heap[0]
    if (top === undefined) return null
    const { head } = top
    if (!this.#advance(top)) {
      const last = this.#heap.pop()
      if (last === undefined || last === top) return head
      this.#heap[0] = last
    }
    this.#sink(0)
    return head
  }

  #advance(stream: Stream): boolean {
    if (stream.rest.length === 0) {
      const rows = this.#fetch.all(stream.term, stream.head, this.#above, this.#chunk)
      // Reversed, because `pop` costs nothing.
      stream.rest = (rows as unknown as readonly [number][]).map(([seq]) => seq).reverse()
    }
    const head = stream.rest.pop()
    if (head === undefined) return false
    stream.head = head
    return true
  }

  #push(stream: Stream): void {
    this.#heap.push(stream)
    for (let at = this.#heap.length - 1; at > 0;) {
      const parent = (at - 1) >> 1
      if (this.#headAt(parent) >= this.#headAt(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(from: number): void {
    for (let at = from; ;) {
      const left = 2 * at + 1
      const right = left + 1
      const child = this.#headAt(right) > this.#headAt(left) ? right : left
      if (this.#headAt(child) <= this.#headAt(at)) return
      this.#swap(at, child)
      at = child
    }
  }

  #headAt(index: number): number {
    return this.#heap[index]?.head ?? -1
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}

export const POSTINGS_SQL =
  'SELECT seq FROM journal_postings WHERE term = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?'

interface Stream {
  readonly term: number
  head: number
  rest: number[]
}

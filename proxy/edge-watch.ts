/**
 * How often the clock is looked at between edges. A clock that is set forward, or a machine that wakes,
 * is past an edge without any timer having fired; what is forbidden then must end within 5 s.
 */
const LOOK_MS = 1_000

export interface EdgeWatchParts {
  /** Gate time, epoch ms; may jump. */
  readonly now: () => number
  /** The first edge after a time. */
  readonly nextEdge: (now: number) => number
  /** Called at each edge, once it is past, and when the clock was set back. */
  readonly onEdge: () => void
}

/** Calls at every window edge, whatever becomes of the clock meanwhile (design.md, exact bells). */
export class EdgeWatch {
  readonly #parts: EdgeWatchParts
  #edge = 0
  #seen = 0
  #timer: NodeJS.Timeout | null = null

  constructor(parts: EdgeWatchParts) {
    this.#parts = parts
    this.restart()
  }

  /** Edges may lie elsewhere now: there is another policy. */
  restart(): void {
    this.stop()
    this.#seen = this.#parts.now()
    this.#edge = this.#parts.nextEdge(this.#seen)
    this.#wait(this.#seen)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #wait(now: number): void {
    this.#timer = setTimeout(
      () => {
        this.#look()
      },
      Math.max(1, Math.min(this.#edge - now, LOOK_MS)),
    )
  }

  #look(): void {
    const now = this.#parts.now()
    // Set back, too: what the hours before allow is not what those after did.
    if (now >= this.#edge || now < this.#seen) {
      this.#edge = this.#parts.nextEdge(now)
      this.#parts.onEdge()
    }
    this.#seen = now
    this.#wait(now)
  }
}

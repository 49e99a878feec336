/** Something that is ended when its time is over. */
export interface Expiring {
  /** In the time of `Deadlines.now`; `Infinity` for never. */
  deadline: number
  expire(): void
}

/**
 * All time-outs of a listener in one timer. Moving a deadline is one assignment per event and no timer
 * object; the price is that they are looked at every `sweepMs` only, over all connections (10,000 of
 * them cost a fraction of a millisecond).
 */
export class Deadlines {
  /** Milliseconds of a monotonic clock, as of the last sweep: good enough for bounds of seconds. */
  now = performance.now()
  readonly #all = new Set<Expiring>()
  readonly #timer: NodeJS.Timeout

  constructor(sweepMs: number) {
    this.#timer = setInterval(() => {
      this.#sweep()
    }, sweepMs)
  }

  add(item: Expiring): void {
    this.#all.add(item)
  }

  delete(item: Expiring): void {
    this.#all.delete(item)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #sweep(): void {
    this.now = performance.now()
    for (const item of this.#all) {
      if (item.deadline > this.now) continue
      item.deadline = Infinity
      item.expire()
    }
  }
}

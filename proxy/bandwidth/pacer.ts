/** Ticks a millisecond: at 1 Gbit/s one is 8,000 octets, and 32 bits of them are three days. */
export const TICKS_PER_MS = 16

/** A direction may be this far ahead of its rate: less would cost a timer for every small answer. */
const BURST_TICKS = 100 * TICKS_PER_MS

/** How often those who wait are looked at; their rates are kept by what they paid, not by this. */
const LOOK_MS = 5

/** Monotonic and the same on all threads of the process; wraps. */
export type TickClock = () => number

/** `performance.now()` counts from each thread's own start; `hrtime` from one for all. */
export function sharedTicks(): TickClock {
  const offset = Number(process.hrtime.bigint() / 1_000n) / 1_000 - performance.now()
  return () => Math.floor((performance.now() + offset) * TICKS_PER_MS) | 0
}

/** One direction of one flow that waits until its device may go on. */
export interface Waiter {
  /** Ticks. */
  dueAt: number
  /** Of the list below: what waits is a link itself, so that waiting allocates nothing. */
  nextWaiter: Waiter | null
  isWaiting: boolean
  due(): void
}

/** Those of a thread that wait: one timer for all, and none while nobody waits. */
export class WaitingRoom {
  readonly now: TickClock
  #first: Waiter | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(now: TickClock = sharedTicks()) {
    this.now = now
  }

  /** Not for one that waits already. */
  add(waiter: Waiter): void {
    waiter.isWaiting = true
    waiter.nextWaiter = this.#first
    this.#first = waiter
    this.#timer ??= setInterval(() => {
      this.#look()
    }, LOOK_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#first = null
  }

  #look(): void {
    const now = this.now()
    let waiter = this.#first
    this.#first = null
    while (waiter !== null) {
      const { nextWaiter }: Waiter = waiter
      // Whoever goes on may have to wait again at once: it joins the list that is built anew.
      if (((waiter.dueAt - now) | 0) <= 0) {
        waiter.isWaiting = false
        waiter.nextWaiter = null
        waiter.due()
      } else {
        waiter.nextWaiter = this.#first
        this.#first = waiter
      }
      waiter = nextWaiter
    }
    if (this.#first === null) this.stop()
  }
}

/** When who has paid until `paidUntil` may go on; `now` or earlier for at once. */
export function dueAfter(paidUntil: number): number {
  return (paidUntil - BURST_TICKS) | 0
}

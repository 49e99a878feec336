import type { Account } from './device-table.ts'
import { dueAfter, TICKS_PER_MS, type Waiter, type WaitingRoom } from './pacer.ts'

/** Octets per second; null for no limit. What holds for a flow while nothing else is said. */
export interface FlowLimits {
  readonly down: number | null
  readonly up: number | null
  /** Rate of each direction once the quota is used up, or while the device talks heavily. */
  readonly spent: number | null
  readonly heavy: number | null
  /** Of the class, by its index; -1 where there is none. */
  readonly classIndex: number
}

/** What moves in a flow: whoever moves it asks after each chunk whether to go on. */
export interface FlowMeter {
  readonly down: Direction
  readonly up: Direction
}

export interface Direction {
  /** Charges a chunk that has moved. False: read no more of this direction until told (`whenDue`). */
  take(octets: number): boolean
  /** False where the device has to wait before anything moves at all; as after `take`. */
  mayBegin(): boolean
  readonly isWaiting: boolean
  /** Set by whoever moves the bytes: it may go on now. */
  set whenDue(go: () => void)
}

class FreeDirection implements Direction {
  readonly isWaiting = false

  take(): boolean {
    return true
  }

  mayBegin(): boolean {
    return true
  }

  set whenDue(_go: () => void) {
    // Nobody ever waits here; and one for all flows must hold on to none of them.
  }
}

/** For what is never slowed nor counted. */
export const FREE: FlowMeter = { down: new FreeDirection(), up: new FreeDirection() }

/** A flow of a device under limits, which may become others while it runs. */
export class PacedFlow implements FlowMeter {
  readonly down: PacedDirection
  readonly up: PacedDirection
  readonly account: Account
  limits: FlowLimits
  readonly #onSlowed: () => void
  #isSlowed = false

  /** `onSlowed`: the first time that it goes slower than its class, for the records. */
  constructor(
    account: Account,
    limits: FlowLimits,
    { room, onSlowed }: { readonly room: WaitingRoom; readonly onSlowed: () => void },
  ) {
    this.account = account
    this.limits = limits
    this.#onSlowed = onSlowed
    this.down = new PacedDirection(this, room, false)
    this.up = new PacedDirection(this, room, true)
  }

  /** Octets per second now; 0 for no limit. */
  rate(isUp: boolean): number {
    const { down, up, spent, heavy, classIndex } = this.limits
    let rate = (isUp ? up : down) ?? 0
    if (spent !== null && this.account.isSpent(classIndex)) rate = this.#slower(rate, spent)
    if (heavy !== null && this.account.isHeavy) rate = this.#slower(rate, heavy)
    return rate
  }

  #slower(rate: number, limit: number): number {
    if (rate > 0 && rate <= limit) return rate
    if (!this.#isSlowed) {
      this.#isSlowed = true
      this.#onSlowed()
    }
    return limit
  }
}

/** One direction: a token bucket that the device's other connections share (`Account.pay`). */
class PacedDirection implements Direction, Waiter {
  dueAt = 0
  nextWaiter: Waiter | null = null
  isWaiting = false
  whenDue: () => void = () => undefined
  readonly #flow: PacedFlow
  readonly #room: WaitingRoom
  readonly #isUp: boolean
  /** What is less than a tick, owed to the next chunk. */
  #rest = 0

  constructor(flow: PacedFlow, room: WaitingRoom, isUp: boolean) {
    this.#flow = flow
    this.#room = room
    this.#isUp = isUp
  }

  take(octets: number): boolean {
    const { account } = this.#flow
    account.count(octets)
    const rate = this.#flow.rate(this.#isUp)
    if (rate === 0) return true
    const cost = (octets * 1_000 * TICKS_PER_MS) / rate + this.#rest
    const ticks = Math.floor(cost)
    this.#rest = cost - ticks
    return this.#goesOn(ticks)
  }

  mayBegin(): boolean {
    return this.#flow.rate(this.#isUp) === 0 || this.#goesOn(0)
  }

  due(): void {
    this.whenDue()
  }

  #goesOn(ticks: number): boolean {
    const now = this.#room.now()
    this.dueAt = dueAfter(this.#flow.account.pay(this.#isUp, now, ticks))
    // What was on its way when the flow was stopped is paid for like the rest.
    if (this.isWaiting) return false
    if (((this.dueAt - now) | 0) <= 0) return true
    this.#room.add(this)
    return false
  }
}

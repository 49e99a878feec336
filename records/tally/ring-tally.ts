import { STRICTNESS } from '../../rules/verdict.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { AttemptSubject } from '../attempt.ts'
import type { RingWriter } from '../rings/byte-ring.ts'
import { writeTextHost, writeWireHost } from '../rings/host-octets.ts'
import { hourSalt, sketchBit } from './device-sketch.ts'
import type { TallySalt } from './device-sketch.ts'
import { TallyTable } from './tally-table.ts'
import type { Tally, WireName } from './tally.ts'

/** How often a data thread calls `flush`: previews may be this much behind. */
export const TALLY_FLUSH_MS = 10_000

/** Devices whose bit is remembered; past it they are worked out again, which is only slower. */
const MAX_REMEMBERED_BITS = 65_536

const HOUR_MS = 3_600_000

/** The data thread's tally: counts in a table of its own, and now and then moves it into its ring. */
export class RingTally implements Tally {
  /** Requests that found the table full and the ring too: previews miss them. */
  overflow = 0
  readonly #ring: RingWriter
  readonly #salt: TallySalt
  readonly #table = new TallyTable()
  readonly #bits = new Map<number, number>()
  #hour = 0
  #hourSalt = 0

  constructor(ring: RingWriter, salt: TallySalt) {
    this.#ring = ring
    this.#salt = salt
  }

  countWire(subject: AttemptSubject, ruling: Ruling, name: WireName): void {
    if (isSealed(ruling)) return
    // A whole number of 32 bits from here on: a larger one passed to a function may be boxed.
    this.#enterHour((name.at / HOUR_MS) | 0)
    const { arena, end } = this.#table
    this.#count(subject, ruling, writeWireHost(arena, end, name.bytes, name.offset))
  }

  countHost(subject: AttemptSubject, ruling: Ruling, host: string, at: number): void {
    if (isSealed(ruling)) return
    this.#enterHour((at / HOUR_MS) | 0)
    this.#count(subject, ruling, writeTextHost(this.#table.arena, this.#table.end, host))
  }

  /** Call every `TALLY_FLUSH_MS` and before the thread ends. */
  flush(): void {
    this.#table.flush(this.#ring, this.#hour)
  }

  #count(subject: AttemptSubject, ruling: Ruling, length: number): void {
    if (length < 0) return
    const bit = this.#bitOf(subject)
    const profile = ruling.profile ?? ''
    const action = STRICTNESS[ruling.action]
    const { end } = this.#table
    if (this.#table.count(length, profile, action, bit)) return
    if (!this.#table.flush(this.#ring, this.#hour)) {
      this.overflow += 1
      return
    }
    // The flush emptied the arena, but the host's octets still lie where they were written.
    this.#table.arena.copyWithin(0, end, end + length)
    if (!this.#table.count(length, profile, action, bit)) this.overflow += 1
  }

  #enterHour(hour: number): void {
    if (hour === this.#hour) return
    if (!this.#table.flush(this.#ring, this.#hour)) {
      this.overflow += this.#table.pending()
      this.#table.clear()
    }
    this.#bits.clear()
    this.#hour = hour
    this.#hourSalt = hourSalt(this.#salt, hour)
  }

  #bitOf(subject: AttemptSubject): number {
    const known = this.#bits.get(subject.index)
    if (known !== undefined) return known
    const bit = sketchBit(subject.deviceId ?? subject.address, this.#hourSalt)
    if (this.#bits.size === MAX_REMEMBERED_BITS) this.#bits.clear()
    this.#bits.set(subject.index, bit)
    return bit
  }
}

/** A sealed host's name is kept nowhere in the clear, and no preview can open one. */
function isSealed(ruling: Ruling): boolean {
  return ruling.reasonCode === 'sealed'
}

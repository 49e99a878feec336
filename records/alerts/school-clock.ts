import { DAY_MS } from '../../rules/time/clock-text.ts'
import { LocalDay } from '../../rules/time/local-day.ts'

/** Times of day as seconds since midnight. */
export interface QuietHours {
  readonly from: number
  readonly to: number
}

/** The school's wall clock, for what happens by the hour; days are cached, because ticks are many. */
export class SchoolClock {
  readonly #zone: string
  #day: LocalDay

  /** Throws a `RangeError` for a zone that `isTimeZone` refuses. */
  constructor(zone: string) {
    this.#zone = zone
    this.#day = new LocalDay(0, zone)
  }

  /** The instant of a time of day on the date that `at` is in. */
  todayAt(at: number, seconds: number): number {
    return this.#dayOf(at).instantAt(seconds)
  }

  /** When the quiet hours that `at` is in end; null outside them. They may run across midnight. */
  quietUntil(at: number, { from, to }: QuietHours): number | null {
    const day = this.#dayOf(at)
    const [begin, end] = [day.instantAt(from), day.instantAt(to)]
    if (begin < end) return at >= begin && at < end ? end : null
    if (at < end) return end
    return at >= begin ? new LocalDay(day.number + 1, this.#zone).instantAt(to) : null
  }

  /** `24 Nov 10:00`, for a person's eyes. */
  words(at: number): string {
    const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
    return new Date(at).toLocaleString('en-GB', { ...options, timeZone: this.#zone })
  }

  #dayOf(at: number): LocalDay {
    if (at >= this.#day.start && at < this.#day.end) return this.#day
    // Zones are up to 14 hours ahead of UTC and 12 behind.
    const utc = Math.floor(at / DAY_MS)
    const days = [utc - 1, utc, utc + 1].map((number) => new LocalDay(number, this.#zone))
    this.#day = days.find(({ start, end }) => at >= start && at < end) ?? this.#day
    return this.#day
  }
}

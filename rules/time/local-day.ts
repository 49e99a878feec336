import { Temporal } from 'temporal-polyfill'
import { DAY_MS, DAY_SECONDS, formatDate } from './clock-text.ts'

/**
 * One date on the school's wall, as the instants `[start, end)` between its first moment and the next
 * date's. Days follow each other without a gap, so every instant is in exactly one.
 *
 * On a clock change some times of day do not exist or exist twice. They are what Temporal calls
 * `compatible` (RFC 5545 section 3.3.5 says the same): a time that exists twice is the first of the
 * two, a time that is skipped is as much later as the clock jumped. In London
 *
 *     2026-10-25   01:30 is 00:30Z, not 01:30Z        00:30-01:30 lasts one hour
 *     2027-03-28   01:30 is 01:30Z, shown as 02:30    00:30-01:30 lasts one hour
 *                                                     01:30-02:15 would end before it starts: it is void
 */
export class LocalDay {
  readonly number: number
  readonly start: number
  readonly end: number
  readonly #zone: string

  /** Throws a `RangeError` for a day number that is no date, or a zone that `isTimeZone` refuses. */
  constructor(number: number, zone: string) {
    this.number = number
    this.#zone = zone
    this.start = plainDate(number).toZonedDateTime(zone).epochMilliseconds
    this.end = plainDate(number + 1).toZonedDateTime(zone).epochMilliseconds
  }

  get date(): string {
    return formatDate(this.number)
  }

  /** Epoch ms of a time of day; from 86,400 seconds on it is one of the dates that follow. */
  instantAt(seconds: number): number {
    // A day of 24 hours has no clock change in it: since 1970 no zone of tzdata 2026c has changed its
    // clock twice within a week. Temporal would take 4 us, forty times a day (node v24.21.0).
    if (seconds < DAY_SECONDS && this.end - this.start === DAY_MS)
      return this.start + seconds * 1000
    const time = Temporal.PlainTime.from('00:00').add({ seconds: seconds % DAY_SECONDS })
    return plainDate(this.number + Math.floor(seconds / DAY_SECONDS))
      .toPlainDateTime(time)
      .toZonedDateTime(this.#zone, { disambiguation: 'compatible' }).epochMilliseconds
  }

  /** What the clock on the wall shows at an instant of this date, in seconds since midnight. */
  clockAt(ms: number): number {
    if (this.end - this.start === DAY_MS) return Math.floor((ms - this.start) / 1000)
    const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone)
    return (wall.hour * 60 + wall.minute) * 60 + wall.second
  }
}

function plainDate(number: number): Temporal.PlainDate {
  const date = new Date(number * DAY_MS)
  return new Temporal.PlainDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { DAY_MS, isTimeZone, parseDate } from '../time/clock-text.ts'
import { icsComponent, propertyOf, textOf, type IcsComponent } from './ics-properties.ts'

/** A time on a clock: day number and seconds since that midnight. */
export interface WallTime {
  readonly day: number
  readonly seconds: number
}

/** From a time on the file's clock to the time on the school's at that instant. */
export type ToSchool = (wall: WallTime) => WallTime

/** Outlook's names, of the zones from which a school in Britain or Ireland may get a file. */
const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  'GMT Standard Time': 'Europe/London',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Romance Standard Time': 'Europe/Paris',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'GTB Standard Time': 'Europe/Bucharest',
  UTC: 'UTC',
}

/**
 * The clocks that a file's times are read from. A zone is believed by its name where that is one of
 * tzdata or Outlook's, and by the file's own VTIMEZONE only where it is none: names know every year's
 * changes, definitions those that their writer thought of.
 */
export class IcsZones {
  readonly #school: string
  readonly #named = new Map<string, string>()
  readonly #defined = new Map<string, ICAL.Timezone>()

  constructor(blocks: readonly (readonly string[])[], school: string) {
    this.#school = school
    for (const lines of blocks) this.#define(lines)
  }

  /**
   * `tzid` of a local time, `UTC` for one with a `Z`, undefined for a floating one, which is a time on
   * the school's own wall (RFC 5545 section 3.3.5). Undefined for a zone that nobody knows.
   */
  toSchool(tzid: string | undefined): ToSchool | undefined {
    if (tzid === undefined) return (wall) => wall
    const zone = nameOf(tzid) ?? this.#named.get(tzid)
    if (zone === this.#school) return (wall) => wall
    if (zone !== undefined) return (wall) => this.#fromInstant(instantIn(zone, wall))
    const defined = this.#defined.get(tzid)
    return defined && ((wall) => this.#fromInstant(instantBy(defined, wall)))
  }

  #fromInstant(ms: number): WallTime {
    const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#school)
    const { hour, minute, second } = there
    const day = parseDate(there.toPlainDate().toString()) ?? NaN
    return { day, seconds: (hour * 60 + minute) * 60 + second }
  }

  #define(lines: readonly string[]): void {
    const component = icsComponent(lines)
    if ('problem' in component) return
    const tzid = textOf(component, 'tzid')
    if (tzid === undefined) return
    const location = textOf(component, 'x-lic-location')
    if (location !== undefined && isTimeZone(location)) this.#named.set(tzid, location)
    else if (isTame(component)) {
      const timezone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(lines.join('\r\n')) as []))
      this.#defined.set(tzid, timezone)
    }
  }
}

/** `Europe/London` itself, with a producer's prefix, or Outlook's name for it. */
function nameOf(tzid: string): string | undefined {
  if (isTimeZone(tzid)) return tzid
  const tail = /([A-Z][A-Za-z_]+\/[A-Za-z_]+)$/.exec(tzid.slice(-MAX_NAME))?.[1]
  if (tail !== undefined && isTimeZone(tail)) return tail
  return Object.hasOwn(WINDOWS_ZONES, tzid) ? WINDOWS_ZONES[tzid] : undefined
}

const MAX_NAME = 64

function instantIn(zone: string, { day, seconds }: WallTime): number {
  const date = new Date(day * DAY_MS)
  return new Temporal.PlainDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
    .toPlainDateTime()
    .add({ seconds })
    .toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
}

function instantBy(zone: ICAL.Timezone, { day, seconds }: WallTime): number {
  const date = new Date(day * DAY_MS + seconds * 1000)
  const parts = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    isDate: false,
  }
  const time = new ICAL.Time(parts, zone)
  return date.getTime() - zone.utcOffset(time) * 1000
}

/** Summer and winter time as zones have had them for a century, each way a few times. */
const MAX_OBSERVANCES = 50

/**
 * Whether ical.js would work it out in no time: its iterator looks for the next date for as long as it
 * takes, and 30 February never comes. So only one Sunday of one month a year, and single dates.
 */
function isTame({ components }: IcsComponent): boolean {
  return (
    components.length > 0 &&
    components.length <= MAX_OBSERVANCES &&
    components.every((observance) => {
      const rule = propertyOf(observance, 'rrule')?.values[0]
      const isWhole =
        isOffset(textOf(observance, 'tzoffsetfrom')) &&
        isOffset(textOf(observance, 'tzoffsetto')) &&
        isMoment(textOf(observance, 'dtstart'))
      return isWhole && (rule === undefined || isYearly(rule))
    })
  )
}

function isOffset(text: string | undefined): boolean {
  return text !== undefined && /^[+-](0\d|1[0-4]):[0-5]\d(:[0-5]\d)?$/.test(text)
}

function isMoment(text: string | undefined): boolean {
  const match = /^((?:1[6-9]|20)\d\d-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.exec(text ?? '')
  return parseDate(match?.[1] ?? '') !== undefined
}

const YEARLY_KEYS = new Set(['freq', 'bymonth', 'byday', 'until', 'wkst'])

function isYearly(rule: unknown): boolean {
  if (rule === null || typeof rule !== 'object') return false
  const { freq, bymonth, byday } = rule as Record<string, unknown>
  return (
    freq === 'YEARLY' &&
    Object.keys(rule).every((key) => YEARLY_KEYS.has(key)) &&
    typeof bymonth === 'number' &&
    typeof byday === 'string' &&
    /^([1-4]|-1)(MO|TU|WE|TH|FR|SA|SU)$/.test(byday)
  )
}

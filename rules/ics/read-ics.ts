import { DAY_SECONDS, formatDate, parseClock, parseDate } from '../time/clock-text.ts'
import { icsBlocks, MAX_ICS_CHARACTERS } from './ics-blocks.ts'
import {
  icsComponent,
  propertyOf,
  textOf,
  type IcsComponent,
  type IcsProperty,
} from './ics-properties.ts'
import { IcsZones, type ToSchool, type WallTime } from './ics-zones.ts'
import { MAX_RECURRENCE_DAYS, repeatedDays, type Repeated } from './recurrence.ts'

/** One event on one date, or on a run of whole dates, by the school's clock. */
export interface IcsEvent {
  readonly summary: string
  readonly location: string
  readonly description: string
  /** Day numbers; both are the event's, so one of a day has them equal. */
  readonly first: number
  readonly last: number
  /** Seconds since midnight of `first`; null for an event of whole days. */
  readonly startSeconds: number | null
  readonly endSeconds: number | null
}

export interface IcsReading {
  /** In order of their dates. */
  readonly events: readonly IcsEvent[]
  /** What of the file could not be read, and why, in words. */
  readonly problems: readonly string[]
}

/** Ten years of exams; beyond it a file is no school's calendar. */
const MAX_OCCURRENCES = 5_000
/** Dates that all repeating events together are looked for on: two hundred that never end. */
const MAX_DAYS_SEARCHED = 220_000
/** Nobody reads more. */
const MAX_PROBLEMS = 100

/** What an iCalendar file (RFC 5545) says, event by event. Never throws; `timezone` is the school's. */
export function readIcs(text: string, timezone: string): IcsReading {
  if (text.length > MAX_ICS_CHARACTERS)
    return { events: [], problems: [`the file is larger than ${MAX_ICS_CHARACTERS} characters`] }
  if (!/^\uFEFF?BEGIN:VCALENDAR\s*$/im.test(text))
    return { events: [], problems: ['not an iCalendar file: no line says BEGIN:VCALENDAR'] }
  const blocks = icsBlocks(text)
  const reader = new EventReader(new IcsZones(blocks.zones, timezone))
  for (const lines of blocks.events) reader.take(lines)
  const { events, problems } = reader.finish()
  return { events, problems: [...blocks.problems, ...problems] }
}

interface Occurrence {
  readonly event: IcsEvent
  readonly uid: string
  /** The start as the file writes it: what a changed occurrence names. */
  readonly start: string
}

class EventReader {
  readonly #zones: IcsZones
  readonly #occurrences: Occurrence[] = []
  /** `UID start` of occurrences that other events stand for. */
  readonly #replaced = new Set<string>()
  readonly #problems: string[] = []
  #dropped = 0
  #unsaid = 0
  #daysLeft = MAX_DAYS_SEARCHED

  constructor(zones: IcsZones) {
    this.#zones = zones
  }

  take(lines: readonly string[]): void {
    const component = icsComponent(lines)
    if ('problem' in component) {
      this.#report('an event', component.problem)
      return
    }
    const summary = oneLine(textOf(component, 'summary') ?? '')
    const problem = this.#read(component, summary)
    if (problem !== undefined) this.#report(summary === '' ? 'an event' : `\`${summary}\``, problem)
  }

  finish(): IcsReading {
    const events = this.#occurrences
      .filter(({ uid, start }) => !this.#replaced.has(`${uid} ${start}`))
      .map(({ event }) => event)
      .sort((a, b) => a.first - b.first || (a.startSeconds ?? 0) - (b.startSeconds ?? 0))
    if (this.#dropped > 0)
      this.#problems.push(`${this.#dropped} more dates than the ${MAX_OCCURRENCES} that are read`)
    if (this.#unsaid > 0) this.#problems.push(`${this.#unsaid} more`)
    return { events, problems: this.#problems }
  }

  #report(what: string, problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(`${what}: ${problem}`)
    else this.#unsaid += 1
  }

  /** What is wrong with the event; undefined where it was taken. */
  #read(component: IcsComponent, summary: string): string | undefined {
    const start = propertyOf(component, 'dtstart')
    const first = start && wallOf(start)
    if (start === undefined || first === undefined) return 'its start is no date'
    const span = spanOf(component, start, first)
    if (span === undefined) return 'its end is no date, or before its start'
    const toSchool = this.#zones.toSchool(zoneOf(start))
    if (toSchool === undefined) return `no such time zone as \`${start.parameters['tzid'] ?? ''}\``
    const words = wordsOf(component, summary)
    const { uid, instead } = this.#identify(component)
    if (textOf(component, 'status')?.toUpperCase() === 'CANCELLED') return undefined
    return this.#repeat(component, first, (begins) => {
      const event = { ...words, ...placed(start, begins, { span, toSchool }) }
      const key = instead === undefined ? startText(start, begins) : `instead of ${instead}`
      this.#add({ event, uid, start: key })
    })
  }

  /** An event that stands for one occurrence of another takes it away, also where it is cancelled. */
  #identify(component: IcsComponent): { uid: string; instead: string | undefined } {
    const uid = textOf(component, 'uid') ?? ''
    const instead = textOf(component, 'recurrence-id')?.replace(/Z$/, '')
    if (instead !== undefined) this.#replaced.add(`${uid} ${instead}`)
    return { uid, instead }
  }

  #repeat(
    component: IcsComponent,
    first: WallTime,
    add: (begins: WallTime) => void,
  ): string | undefined {
    const rule = propertyOf(component, 'rrule')?.values[0]
    const repeated = rule === undefined ? NOT_REPEATED : this.#daysOf(rule, first.day)
    if (repeated === undefined) return 'how it repeats is not understood'
    const except = new Set(datesOf(component, 'exdate'))
    const days = repeated === NOT_REPEATED ? [first.day] : repeated.days
    for (const day of days) if (!except.has(startKey({ ...first, day }))) add({ ...first, day })
    for (const extra of extraDates(component)) add(extra)
    return repeated.more ? 'it repeats for longer than is read' : undefined
  }

  #daysOf(rule: unknown, start: number): Repeated | undefined {
    const most = Math.min(MAX_RECURRENCE_DAYS, this.#daysLeft)
    const repeated = repeatedDays(rule, start, most)
    const end = repeated?.more === false ? (repeated.days.at(-1) ?? start) : start + most
    this.#daysLeft -= Math.min(this.#daysLeft, end - start)
    return repeated
  }

  #add(occurrence: Occurrence): void {
    if (this.#occurrences.length < MAX_OCCURRENCES) this.#occurrences.push(occurrence)
    else this.#dropped += 1
  }
}

const NOT_REPEATED = { days: [], more: false }

/** How long an event is: whole days, or seconds. */
type Span = { readonly days: number } | { readonly seconds: number }

const MAX_SPAN_DAYS = 400

function spanOf(component: IcsComponent, start: IcsProperty, first: WallTime): Span | undefined {
  const isDate = start.type === 'date'
  const seconds = lengthOf(component, first, isDate ? DAY_SECONDS : 0)
  if (seconds === undefined || seconds < 0 || seconds > MAX_SPAN_DAYS * DAY_SECONDS)
    return undefined
  // Some write the last day itself and not the one after it; one day is what they mean.
  const days = Math.max(1, Math.round(seconds / DAY_SECONDS))
  // Outlook writes a day as midnight to midnight.
  const isWhole = first.seconds === 0 && seconds > 0 && seconds % DAY_SECONDS === 0
  return isDate || isWhole ? { days } : { seconds }
}

/** In seconds; `otherwise` for an event that says neither its end nor its length. */
function lengthOf(component: IcsComponent, first: WallTime, otherwise: number): number | undefined {
  const end = propertyOf(component, 'dtend')
  if (end !== undefined) {
    const last = wallOf(end)
    return last && (last.day - first.day) * DAY_SECONDS + last.seconds - first.seconds
  }
  const duration = textOf(component, 'duration')
  return duration === undefined ? otherwise : secondsOf(duration)
}

/** RFC 5545 section 3.3.6, without a sign. */
function secondsOf(duration: string): number | undefined {
  const match =
    /^P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/.exec(
      duration,
    )
  if (match === null) return undefined
  const [weeks, days, hours, minutes, seconds] = [1, 2, 3, 4, 5].map((at) => Number(match[at] ?? 0))
  const inDays = ((weeks ?? 0) * 7 + (days ?? 0)) * DAY_SECONDS
  return inDays + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
}

function placed(
  start: IcsProperty,
  begins: WallTime,
  { span, toSchool }: { readonly span: Span; readonly toSchool: ToSchool },
): Pick<IcsEvent, 'first' | 'last' | 'startSeconds' | 'endSeconds'> {
  if (start.type === 'date' || 'days' in span) {
    const days = 'days' in span ? span.days : 1
    return { first: begins.day, last: begins.day + days - 1, startSeconds: null, endSeconds: null }
  }
  const from = toSchool(begins)
  const total = begins.seconds + span.seconds
  const until = toSchool({
    day: begins.day + Math.floor(total / DAY_SECONDS),
    seconds: total % DAY_SECONDS,
  })
  return {
    first: from.day,
    last: until.day,
    startSeconds: from.seconds,
    endSeconds: until.seconds,
  }
}

/** `UTC` for a time that ends in `Z`, whatever else is said. */
function zoneOf({ values, parameters, type }: IcsProperty): string | undefined {
  if (type === 'date') return undefined
  const [value] = values
  return typeof value === 'string' && value.endsWith('Z') ? 'UTC' : parameters['tzid']
}

function wallOf({ values }: IcsProperty): WallTime | undefined {
  const [value] = values
  return typeof value === 'string' ? wallFrom(value) : undefined
}

/** `2026-11-27` or `2026-11-27T09:00:00`, as ical.js writes them, with or without `Z`. */
function wallFrom(text: string): WallTime | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z?)?$/.exec(text)
  const day = parseDate(match?.[1] ?? '')
  const seconds = parseClock(match?.[2] ?? '00:00')
  if (day === undefined || seconds === undefined || seconds === DAY_SECONDS) return undefined
  return day < MIN_DAY || day > MAX_DAY ? undefined : { day, seconds }
}

/** 2000 to 2100: a date beyond is a mistake, and day numbers stay small. */
const MIN_DAY = 10_957
const MAX_DAY = 47_846

function datesOf(component: IcsComponent, name: string): string[] {
  return component.properties
    .filter((property) => property.name === name)
    .flatMap(({ values }) => values)
    .flatMap((value) => (typeof value === 'string' ? (wallFrom(value) ?? []) : []))
    .map(startKey)
}

function extraDates({ properties }: IcsComponent): WallTime[] {
  return properties
    .filter(({ name, type }) => name === 'rdate' && type !== 'period')
    .flatMap(({ values }) => values)
    .flatMap((value) => (typeof value === 'string' ? (wallFrom(value) ?? []) : []))
}

function startKey({ day, seconds }: WallTime): string {
  return `${day} ${seconds}`
}

/** The start of an occurrence as RECURRENCE-ID names it, without the zone's `Z`. */
function startText({ type }: IcsProperty, { day, seconds }: WallTime): string {
  if (type === 'date') return formatDate(day)
  const two = (part: number): string => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return `${formatDate(day)}T${two(hours)}:${two(minutes)}:${two(seconds % 60)}`
}

function wordsOf(
  component: IcsComponent,
  summary: string,
): Pick<IcsEvent, 'summary' | 'location' | 'description'> {
  const [location, description] = ['location', 'description'].map((name) =>
    oneLine(textOf(component, name) ?? ''),
  )
  return { summary, location: location ?? '', description: description ?? '' }
}

const MAX_WORDS = 200

/** Fit for a line of YAML or a terminal: no line ends, no control characters. */
function oneLine(text: string): string {
  return text
    .slice(0, MAX_WORDS * 4)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_WORDS)
}

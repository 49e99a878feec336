import { DAY_SECONDS, formatDate } from '../time/clock-text.ts'
import { weekdayOf } from '../time/school-calendar.ts'
import {
  edgeOfEvent,
  isTermEdge,
  kindOfEvent,
  nameWithoutEdge,
  timeIn,
  yearIn,
  type EventKind,
} from './event-words.ts'
import type { IcsEvent } from './read-ics.ts'

/** What a policy's calendar would gain, in the words of the policy file. */
export interface CalendarDraft {
  readonly terms: readonly Span[]
  readonly closed: readonly Span[]
  readonly inset: readonly string[]
  readonly changes: readonly Change[]
  readonly exams: readonly Exam[]
  /** Events that are in none of these, and why. */
  readonly leftOut: readonly LeftOut[]
}

export interface Span {
  readonly name: string
  readonly from: string
  readonly to: string
}

export interface Change {
  readonly date: string
  readonly name: string
  readonly opens?: string
  readonly closes?: string
}

export interface Exam {
  readonly date: string
  readonly start: string
  readonly end: string
  readonly zone: string
  readonly paper: string
  readonly candidates_year?: number
}

export interface LeftOut {
  readonly date: string
  readonly summary: string
  readonly why: string
}

export interface DraftOptions {
  /** The zone of an exam whose place is none of `examZones`; null: such an exam is left out. */
  readonly examZone: string | null
  /** Ids of the zones that may have exams. */
  readonly examZones: readonly string[]
  readonly timedAreExams: boolean
  /** Dates, `YYYY-MM-DD`, that the policy has as bank holidays already. */
  readonly bankHolidays: ReadonlySet<string>
}

/** What the events of a file mean for a school; told by their words, so a person reads it before it counts. */
export function calendarFromIcs(events: readonly IcsEvent[], options: DraftOptions): CalendarDraft {
  const draft = new Draft(options)
  for (const event of events) draft.take(event)
  return draft.finish()
}

class Draft {
  readonly #options: DraftOptions
  readonly #spans = { term: new Spans(), holiday: new Spans() }
  readonly #inset = new Set<string>()
  readonly #changes = new Map<string, Change>()
  readonly #exams: Exam[] = []
  readonly #leftOut: LeftOut[] = []

  constructor(options: DraftOptions) {
    this.#options = options
  }

  take(event: IcsEvent): void {
    const kind = kindOfEvent(event, this.#options)
    const why = this.#place(event, kind)
    if (why !== undefined) this.#leave(event, why)
    // `Last day of term, school closes at 1pm` is both.
    if ((kind === 'opens' || kind === 'closes') && isTermEdge(event)) this.#spans.term.take(event)
  }

  finish(): CalendarDraft {
    const [terms, closed] = [this.#spans.term.finish(), this.#spans.holiday.finish()]
    for (const { event, why } of [...terms.unpaired, ...closed.unpaired]) this.#leave(event, why)
    return {
      terms: terms.spans,
      closed: closed.spans,
      inset: [...this.#inset].sort(),
      changes: [...this.#changes.values()],
      exams: this.#exams,
      leftOut: this.#leftOut.toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date))),
    }
  }

  /** Why the event is left out; undefined where it has its place. */
  #place(event: IcsEvent, kind: EventKind): string | undefined {
    switch (kind) {
      case 'term':
      case 'holiday':
        return this.#placeSpan(event, kind)
      case 'inset':
        for (let day = event.first; day <= event.last; day += 1) this.#inset.add(formatDate(day))
        return undefined
      case 'opens':
      case 'closes':
        return this.#placeChange(event, kind)
      case 'exam':
        return this.#placeExam(event)
      case 'other':
        return 'nothing that a calendar has here'
    }
  }

  #placeSpan(event: IcsEvent, kind: 'term' | 'holiday'): string | undefined {
    const date = formatDate(event.first)
    if (event.first === event.last && this.#options.bankHolidays.has(date))
      return 'a bank holiday that the policy has already'
    if (kind === 'holiday' && event.first === event.last && weekdayOf(event.first) > 5)
      return 'a weekend'
    this.#spans[kind].take(event)
    return undefined
  }

  #placeChange(event: IcsEvent, kind: 'opens' | 'closes'): string | undefined {
    const seconds = timeIn(event.summary) ?? event.startSeconds
    if (seconds === null) return 'it says no time'
    const date = formatDate(event.first)
    // Late in and early out on one date are one line of a policy.
    const before = this.#changes.get(date) ?? { date, name: event.summary }
    this.#changes.set(date, { ...before, [kind]: clockText(seconds) })
    return undefined
  }

  #placeExam({ summary, description, location, ...times }: IcsEvent): string | undefined {
    const { first, startSeconds, endSeconds } = times
    if (startSeconds === null || endSeconds === null) return 'it says no time'
    if (startSeconds === endSeconds) return 'it ends when it starts'
    const zone = this.#zoneOf(location)
    if (zone === null)
      return `no exam zone of the policy is \`${location}\`; name one with --exam-zone`
    const year = yearIn(`${summary} ${description}`)
    this.#exams.push({
      date: formatDate(first),
      start: clockText(startSeconds),
      end: clockText(endSeconds),
      zone,
      paper: summary === '' ? 'exam' : summary,
      ...(year === undefined ? {} : { candidates_year: year }),
    })
    return undefined
  }

  /** `Exam Hall (main site)` is the zone `exam_hall`. */
  #zoneOf(location: string): string | null {
    const words = location.toLowerCase().replace(/[^a-z0-9]+/g, '_')
    const found = this.#options.examZones.find((zone) => words.includes(zone.replaceAll('-', '_')))
    return found ?? this.#options.examZone
  }

  #leave({ first, summary }: IcsEvent, why: string): void {
    this.#leftOut.push({ date: formatDate(first), summary, why })
  }
}

/** Terms or holidays: events that last, and events that are but a first or a last day. */
class Spans {
  readonly #whole: IcsEvent[] = []
  readonly #edges: { readonly event: IcsEvent; readonly edge: 'first' | 'last' }[] = []

  /** In order of their dates. */
  take(event: IcsEvent): void {
    const edge = event.first === event.last ? edgeOfEvent(event.summary) : null
    if (edge === null) this.#whole.push(event)
    else this.#edges.push({ event, edge })
  }

  finish(): { spans: Span[]; unpaired: { event: IcsEvent; why: string }[] } {
    const spans = this.#whole.map(({ summary, first, last }) => spanOf(summary, first, last))
    const unpaired: { event: IcsEvent; why: string }[] = []
    let open: IcsEvent | null = null
    for (const { event, edge } of this.#edges) {
      if (edge === 'first') {
        if (open !== null) unpaired.push({ event: open, why: 'its last day is in no event' })
        open = event
      } else if (open === null) unpaired.push({ event, why: 'its first day is in no event' })
      else {
        spans.push(spanOf(nameWithoutEdge(open.summary), open.first, event.last))
        open = null
      }
    }
    if (open !== null) unpaired.push({ event: open, why: 'its last day is in no event' })
    return { spans: spans.sort((a, b) => (a.from < b.from ? -1 : 1)), unpaired }
  }
}

function spanOf(name: string, first: number, last: number): Span {
  return { name, from: formatDate(first), to: formatDate(last) }
}

/** `09:00`, with seconds where there are any. */
function clockText(seconds: number): string {
  const part = (value: number): string => String(value).padStart(2, '0')
  const whole = seconds % DAY_SECONDS
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const rest = whole % 60
  return `${part(hours)}:${part(minutes)}${rest === 0 ? '' : `:${part(rest)}`}`
}

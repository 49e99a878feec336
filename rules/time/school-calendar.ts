import { parseDate } from './clock-text.ts'
import {
  type DateSpan,
  type DayChange,
  type DayKind,
  type ExamSession,
  type TimePolicy,
} from './time-policy.ts'

/** The type of a day whose bells are the usual ones. */
export const USUAL_DAY = 'usual'

/** Which dates are school days, and which exams are on them. Dates are day numbers (`clock-text.ts`). */
export class SchoolCalendar {
  readonly #days: ReadonlySet<number>
  readonly #terms: readonly Span[]
  readonly #closed: readonly Span[]
  /** Bank holidays mostly; apart from the spans, which every date is compared with. */
  readonly #closedDays: ReadonlySet<number>
  readonly #weekly: ReadonlyMap<number, string>
  readonly #changes: ReadonlyMap<number, DayChange>
  readonly #inset: ReadonlySet<number>
  readonly #exams: ReadonlyMap<number, readonly ExamSession[]>
  /** The first and the last date that is not closed, has an exam or is changed; empty for an empty calendar. */
  readonly first: number
  readonly last: number

  /** Throws a `RangeError` on a date that is none: the policy's check reports those with their line. */
  constructor(policy: TimePolicy) {
    this.#days = new Set(policy.days)
    this.#terms = policy.terms.map(spanOf)
    const closed = policy.closed.map(spanOf)
    this.#closed = closed.filter(({ first, last }) => first < last)
    this.#closedDays = new Set(closed.flatMap(({ first, last }) => (first === last ? first : [])))
    this.#weekly = new Map(policy.weekly.map(({ weekday, dayType }) => [weekday, dayType]))
    this.#changes = new Map(policy.changes.map((change) => [dayNumber(change.date), change]))
    this.#inset = new Set(policy.inset.map(dayNumber))
    this.#exams = Map.groupBy(policy.exams, ({ date }) => dayNumber(date))
    const single = [...this.#inset, ...this.#exams.keys(), ...this.#changes.keys()]
    this.first = Math.min(...this.#terms.map(({ first }) => first), ...single)
    this.last = Math.max(...this.#terms.map(({ last }) => last), ...single)
  }

  kindOf(day: number): DayKind {
    // First: whoever says what one date is knows of the rest.
    const changed = this.#changes.get(day)?.kind ?? null
    if (changed !== null) return changed
    // Before the holidays: staff train on days outside every term, in a holiday or at a weekend.
    if (this.#inset.has(day)) return 'inset'
    const open =
      this.isSchoolWeekday(weekdayOf(day)) && isIn(this.#terms, day) && !this.#isHoliday(day)
    return open ? 'school' : 'closed'
  }

  /** Which bells ring: a name of the policy's day types, or `USUAL_DAY`. */
  dayTypeOf(day: number): string {
    return this.#changes.get(day)?.dayType ?? this.#weekly.get(weekdayOf(day)) ?? USUAL_DAY
  }

  /** What is different on this very date; undefined where nothing is. */
  changeOn(day: number): DayChange | undefined {
    return this.#changes.get(day)
  }

  isSchoolWeekday(weekday: number): boolean {
    return this.#days.has(weekday)
  }

  /** Whether `weekdays` leaves out no school day: how a window without days of its own arrives. */
  isEveryDay(weekdays: readonly number[]): boolean {
    return this.#days.isSubsetOf(new Set(weekdays))
  }

  #isHoliday(day: number): boolean {
    return this.#closedDays.has(day) || isIn(this.#closed, day)
  }

  /** The sessions that begin on this date, in the policy's order, whatever kind of day it is. */
  examsOn(day: number): readonly ExamSession[] {
    return this.#exams.get(day) ?? NO_EXAMS
  }
}

const NO_EXAMS: readonly ExamSession[] = []

/** The ISO weekday of a day number: Monday 1 ... Sunday 7. */
export function weekdayOf(day: number): number {
  // Day 0 was a Thursday. The second remainder makes days before 1970 positive.
  return ((((day + 3) % 7) + 7) % 7) + 1
}

interface Span {
  readonly first: number
  readonly last: number
}

function spanOf({ from, to }: DateSpan): Span {
  return { first: dayNumber(from), last: dayNumber(to) }
}

function dayNumber(date: string): number {
  const day = parseDate(date)
  if (day === undefined) throw new RangeError(`unchecked date \`${date}\``)
  return day
}

function isIn(spans: readonly Span[], day: number): boolean {
  return spans.some(({ first, last }) => first <= day && day <= last)
}

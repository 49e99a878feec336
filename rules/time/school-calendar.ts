import { parseDate } from './clock-text.ts'
import type { DateSpan, ExamSession, TimePolicy } from './time-policy.ts'

/** What a date is for the school: lessons, staff only, or nobody. */
export type DayKind = 'school' | 'inset' | 'closed'

/** Which dates are school days, and which exams are on them. Dates are day numbers (`clock-text.ts`). */
export class SchoolCalendar {
  readonly #days: ReadonlySet<number>
  readonly #terms: readonly Span[]
  readonly #closed: readonly Span[]
  readonly #inset: ReadonlySet<number>
  readonly #exams: ReadonlyMap<number, readonly ExamSession[]>
  /** The first and the last date that is not closed or has an exam; empty for an empty calendar. */
  readonly first: number
  readonly last: number

  /** Throws a `RangeError` on a date that is none: the policy's check reports those with their line. */
  constructor(policy: TimePolicy) {
    this.#days = new Set(policy.days)
    this.#terms = policy.terms.map(spanOf)
    this.#closed = policy.closed.map(spanOf)
    this.#inset = new Set(policy.inset.map(dayNumber))
    this.#exams = Map.groupBy(policy.exams, ({ date }) => dayNumber(date))
    const single = [...this.#inset, ...this.#exams.keys()]
    this.first = Math.min(...this.#terms.map(({ first }) => first), ...single)
    this.last = Math.max(...this.#terms.map(({ last }) => last), ...single)
  }

  kindOf(day: number): DayKind {
    // First: staff train on days that are outside every term, in a holiday or at a weekend.
    if (this.#inset.has(day)) return 'inset'
    const open =
      this.isSchoolWeekday(weekdayOf(day)) && isIn(this.#terms, day) && !isIn(this.#closed, day)
    return open ? 'school' : 'closed'
  }

  isSchoolWeekday(weekday: number): boolean {
    return this.#days.has(weekday)
  }

  /** Whether `weekdays` leaves out no school day: how a window without days of its own arrives. */
  isEveryDay(weekdays: readonly number[]): boolean {
    return this.#days.isSubsetOf(new Set(weekdays))
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

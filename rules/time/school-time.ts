import { DAY_MS } from './clock-text.ts'
import { InForceCombinations } from './in-force.ts'
import { LocalDay } from './local-day.ts'
import { endAfter, periodsOf, type Period } from './periods.ts'
import { SchoolCalendar } from './school-calendar.ts'
import { SchoolDay, type DaySlot, type Interval, type Moment } from './school-day.ts'
import type { ExamSession, TimePolicy } from './time-policy.ts'

/** A calendar's first and last day where no day is without meaning. */
const ALL_DAYS = { first: -Infinity, last: Infinity }

export type { Moment } from './school-day.ts'

/** Two school years and the holidays around them, so that `explain --batch` may jump about in them. */
const MAX_DAYS_KEPT = 1024

/** A year and the longest holiday: beyond it the policy's terms have ended and nothing will ring. */
const MAX_DAYS_AHEAD = 400

/**
 * How many dates back something may begin that still touches a date: a night reaches one date on, and
 * where its end falls into a clock change at midnight (America/Nuuk), one more.
 */
const REACH_DAYS = 2

/**
 * When: the school's windows, timetable, exams and day kinds at any instant, past or future. Windows
 * are half-open, times are of the school's wall clock (`LocalDay` says what a clock change does), and
 * what crosses midnight belongs to the date it starts on. An exam session carries its own date, so it
 * runs even on a closed day; of the windows only those for closed days do. Nor does an early closing end it.
 */
export class SchoolTime {
  readonly #zone: string
  readonly #calendar: SchoolCalendar
  readonly #periods: readonly Period[]
  /** Something holds on closed days, too. */
  readonly #restless: boolean
  readonly #combinations = new InForceCombinations()
  /** Least recently used first: a `Map` keeps the order of insertion. */
  readonly #days = new Map<number, SchoolDay>()
  #moment: Moment | null = null
  /** The last answer of `nextEdge`, good for all of the moment it was asked in. */
  #edge = { from: Infinity, until: Infinity, at: Infinity }

  /** Throws a `RangeError` on a time zone or a date that the policy's check would have refused. */
  constructor(policy: TimePolicy) {
    this.#zone = policy.timezone
    this.#calendar = new SchoolCalendar(policy)
    this.#periods = periodsOf(policy, this.#calendar)
    const windows = [policy, ...policy.dayTypes].flatMap((days) => days.windows)
    this.#restless = windows.some(({ onClosed }) => onClosed === true)
  }

  /** The moment that `nowMs` is in: the same object until its `until`, without an allocation. */
  at(nowMs: number): Moment {
    const last = this.#moment
    if (last !== null && last.from <= nowMs && nowMs < last.until) return last
    const moment = this.#dayAt(nowMs).momentAt(nowMs)
    this.#moment = moment
    return moment
  }

  /**
   * When the slot that a phase is in ends (epoch ms): the bell, also between two lessons where nothing else
   * changes. Null where the phase's timetable has nothing at `nowMs`.
   */
  bellAfter(nowMs: number, phase: string): number | null {
    const slots = this.#dayAt(nowMs)
      .periodsAt(nowMs)
      .filter(({ what }) => what.phase === phase)
    return slots.length === 0 ? null : Math.min(...slots.map(({ until }) => until))
  }

  /** The slots of a phase on the date of `nowMs`, in order; none on a day without pupils. */
  slotsOn(nowMs: number, phase: string): readonly DaySlot[] {
    return this.#dayAt(nowMs).slotsOf(phase)
  }

  /**
   * The first instant after `nowMs` at which a window, slot or exam session starts or ends or the day's
   * kind changes, in epoch ms; `Infinity` where there is none in the next 400 days.
   */
  nextEdge(nowMs: number): number {
    const known = this.#edge
    if (known.from <= nowMs && nowMs < known.until) return known.at
    const { from, until } = this.at(nowMs)
    const at = this.#searchEdge(nowMs)
    this.#edge = { from, until, at }
    return at
  }

  #searchEdge(nowMs: number): number {
    const today = this.#dayAt(nowMs)
    const cut = today.cutAfter(nowMs)
    if (cut !== undefined) return cut
    // Outside the calendar there is nothing to find, and years of it to search, unless it is what holds on closed days.
    const { first: begin, last: end } = this.#restless ? ALL_DAYS : this.#calendar
    const from = Math.max(today.number + 1, begin)
    const to = Math.min(today.number + MAX_DAYS_AHEAD, end + REACH_DAYS)
    for (let number = from; number <= to; number += 1) {
      const first = this.#isIdle(number) ? undefined : this.#dayOf(number).cutAfter(nowMs)
      if (first !== undefined) return first
    }
    return Infinity
  }

  /** Known without building the date: in the summer holidays that is forty of them. */
  #isIdle(number: number): boolean {
    if (this.#restless) return false
    for (let day = number - REACH_DAYS; day <= number; day += 1) {
      if (this.#calendar.kindOf(day) !== 'closed') return false
      if (this.#calendar.examsOn(day).length > 0) return false
    }
    return true
  }

  #dayAt(nowMs: number): SchoolDay {
    // The date in UTC: at most one off, and the right one for London's school hours.
    let day = this.#dayOf(Math.floor(nowMs / DAY_MS))
    while (nowMs < day.start) day = this.#dayOf(day.number - 1)
    while (nowMs >= day.end) day = this.#dayOf(day.number + 1)
    return day
  }

  #dayOf(number: number): SchoolDay {
    const day = this.#days.get(number) ?? this.#buildDay(number)
    this.#days.delete(number)
    this.#days.set(number, day)
    if (this.#days.size > MAX_DAYS_KEPT) this.#forgetOldest()
    return day
  }

  #forgetOldest(): void {
    for (const oldest of this.#days.keys()) {
      this.#days.delete(oldest)
      return
    }
  }

  #buildDay(number: number): SchoolDay {
    const local = new LocalDay(number, this.#zone)
    const periods: Interval<Period>[] = []
    const exams: Interval<ExamSession>[] = []
    for (let back = REACH_DAYS; back >= 0; back -= 1) {
      const base = back === 0 ? local : new LocalDay(number - back, this.#zone)
      periods.push(...touching(local, this.#begunOn(base)))
      const sat = this.#calendar.examsOn(base.number).map((what) => intervalOf(base, what))
      exams.push(...touching(local, sat))
    }
    const kind = this.#calendar.kindOf(number)
    return new SchoolDay({
      local,
      kind,
      kindChanges: kind !== this.#calendar.kindOf(number - 1),
      periods: periods.sort((a, b) => a.what.index - b.what.index),
      exams,
      combine: (together) => this.#combinations.of(together),
    })
  }

  /** What begins on a date; where pupils come late or leave early, cut to the time that they are in. */
  #begunOn(day: LocalDay): Interval<Period>[] {
    const change = this.#calendar.changeOn(day.number)
    const opens = change?.opensSeconds ?? 0
    const closes = change?.closesSeconds ?? Infinity
    return this.#periods
      .filter(({ holdsOn }) => holdsOn(day.number))
      .map((what) => {
        if (!what.needsPupils) return intervalOf(day, what)
        const startSeconds = Math.max(what.startSeconds, opens)
        const endSeconds = Math.max(startSeconds, Math.min(what.endSeconds, closes))
        return { from: day.instantAt(startSeconds), until: day.instantAt(endSeconds), what }
      })
  }
}

function intervalOf<What extends Period | ExamSession>(day: LocalDay, what: What): Interval<What> {
  return { from: day.instantAt(what.startSeconds), until: day.instantAt(endAfter(what)), what }
}

/** Those that change something on the date. One that a clock change leaves without length is void. */
function touching<What>(
  { start, end }: LocalDay,
  intervals: readonly Interval<What>[],
): Interval<What>[] {
  return intervals.filter(({ from, until }) => from < until && from < end && until >= start)
}

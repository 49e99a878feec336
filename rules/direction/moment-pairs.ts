import { DAY_MS } from '../time/clock-text.ts'
import { LocalDay } from '../time/local-day.ts'
import { SchoolCalendar, weekdayOf } from '../time/school-calendar.ts'
import { SchoolTime, type Moment } from '../time/school-time.ts'
import type { TimePolicy } from '../time/time-policy.ts'

/** The same instant by two policies' clocks. */
export interface MomentPair {
  readonly before: Moment
  readonly after: Moment
}

export interface MomentPairs {
  /** One for each combination of windows and exams that some instant has. */
  readonly pairs: readonly MomentPair[]
  /** False where the calendars are longer than what is searched. */
  readonly complete: boolean
}

/** Five school years: longer than anybody plans, short enough to search while a person waits. */
export const MAX_SEARCHED_DAYS = 2000

/**
 * What is in force on a date follows from it and the dates around it: nights reach two dates on
 * (`SchoolTime`), and where two time zones differ, one policy's date is the other's next.
 */
const DATES_BACK = 3
const DATES_ON = 1

/** A Monday, for a calendar without any date: on it as on all others nothing is in force. */
const SOME_DAY = 20_420

/** Every moment that the two policies' calendars can tell apart, each once. */
export function momentPairs(before: TimePolicy, after: TimePolicy): MomentPairs {
  const then = new Clock(before)
  const now = JSON.stringify(before) === JSON.stringify(after) ? then : new Clock(after)
  const first = Math.min(then.first, now.first)
  const last = Math.min(Math.max(then.last, now.last), first + MAX_SEARCHED_DAYS)
  const found = new Map<string, MomentPair>()
  for (const day of distinctDays(then, now, { first, last })) {
    const { start, end } = now.localDay(day)
    let at = start
    while (at < end) {
      const pair = { before: then.time.at(at), after: now.time.at(at) }
      const key = `${then.keyOf(pair.before)}|${now.keyOf(pair.after)}`
      if (!found.has(key)) found.set(key, pair)
      at = Math.min(pair.before.until, pair.after.until)
    }
  }
  return { pairs: [...found.values()], complete: Math.max(then.last, now.last) <= last }
}

/** Those of `pairs` that a device of the phase can tell apart. */
export function pairsForPhase(
  pairs: readonly MomentPair[],
  phase: string | null,
): readonly MomentPair[] {
  const found = new Map<string, MomentPair>()
  for (const pair of pairs) {
    const sides = [pair.before, pair.after].map((moment) => [
      moment.windowsOf(phase),
      examsOf(moment),
    ])
    const key = JSON.stringify(sides)
    if (!found.has(key)) found.set(key, pair)
  }
  return [...found.values()]
}

/** The first date of each kind: a year has some 330 and about 40 kinds. */
function distinctDays(
  then: Clock,
  now: Clock,
  { first, last }: { first: number; last: number },
): readonly number[] {
  const kinds = new Map<string, number>()
  for (let day = first; day <= last; day += 1) {
    const kind = then === now ? then.kindOf(day) : `${then.kindOf(day)}|${now.kindOf(day)}`
    if (!kinds.has(kind)) kinds.set(kind, day)
  }
  return [...kinds.values()]
}

class Clock {
  readonly time: SchoolTime
  /** The first and the last date on which this clock can say anything new. */
  readonly first: number
  readonly last: number
  readonly #zone: string
  readonly #calendar: SchoolCalendar
  readonly #phases: readonly (string | null)[]
  readonly #localDays = new Map<number, LocalDay>()
  readonly #dates = new Map<number, string>()

  constructor(policy: TimePolicy) {
    this.time = new SchoolTime(policy)
    this.#zone = policy.timezone
    this.#calendar = new SchoolCalendar(policy)
    const timetables = [policy, ...policy.dayTypes].flatMap(({ timetable }) => timetable)
    this.#phases = [null, ...new Set(timetables.map(({ phase }) => phase))]
    const { first, last } = this.#calendar
    // Around the calendar lie days on which nothing holds; a week and more of them has every kind.
    this.first = Number.isFinite(first) ? first - 2 * DATES_BACK : SOME_DAY
    this.last = Number.isFinite(last) ? last + 2 * DATES_BACK : SOME_DAY
  }

  localDay(day: number): LocalDay {
    let local = this.#localDays.get(day)
    if (local === undefined) {
      local = new LocalDay(day, this.#zone)
      this.#localDays.set(day, local)
    }
    return local
  }

  /** Equal for dates that have the same windows and exams at the same times of day. */
  kindOf(day: number): string {
    const parts = [String(weekdayOf(day))]
    for (let near = day - DATES_BACK; near <= day + DATES_ON; near += 1)
      parts.push(this.#dateOf(near))
    return parts.join('/')
  }

  keyOf(moment: Moment): string {
    return JSON.stringify([this.#phases.map((phase) => moment.windowsOf(phase)), examsOf(moment)])
  }

  #dateOf(day: number): string {
    let text = this.#dates.get(day)
    if (text === undefined) {
      const { start, end } = this.localDay(day)
      const exams = this.#calendar
        .examsOn(day)
        .map((exam) => [exam.startSeconds, exam.endSeconds, exam.zone, exam.candidatesYear])
      const offset = start - day * DAY_MS
      const change = this.#calendar.changeOn(day)
      const bells = [
        this.#calendar.dayTypeOf(day),
        change?.opensSeconds ?? null,
        change?.closesSeconds ?? null,
      ]
      text = `${this.#calendar.kindOf(day)} ${end - start} ${offset} ${JSON.stringify([bells, exams])}`
      this.#dates.set(day, text)
    }
    return text
  }
}

/** All that the access stage may ask of a running exam. */
function examsOf({ exams }: Moment): unknown {
  return exams.map(({ zone, candidatesYear }) => [zone, candidatesYear])
}

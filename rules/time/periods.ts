import { DAY_SECONDS } from './clock-text.ts'
import { weekdayOf, type SchoolCalendar } from './school-calendar.ts'
import type { TimePolicy, WindowPolicy } from './time-policy.ts'

/** A named stretch of the wall clock that recurs: a window, or a timetable slot of one phase. */
export interface Period {
  /** Place in `periodsOf`'s answer: what is in force is known by these. */
  readonly index: number
  readonly name: string
  /** Null for a window, which is everybody's. */
  readonly phase: string | null
  readonly startSeconds: number
  /** Greater than `startSeconds`: from 86,400 on it is a time of the next date. */
  readonly endSeconds: number
  /** Whether it begins on this date (a day number). */
  readonly holdsOn: (day: number) => boolean
}

/** The policy's windows, then its slots, with the calendar's rules compiled into `holdsOn`. */
export function periodsOf(policy: TimePolicy, calendar: SchoolCalendar): readonly Period[] {
  const windows = policy.windows.map((window) => ({
    ...wallOf(window),
    phase: null,
    holdsOn: (day: number) => windowHolds(window, day, calendar),
  }))
  const slots = policy.timetable.flatMap(({ phase, slots }) =>
    slots.map((slot) => ({
      ...wallOf(slot),
      phase,
      holdsOn: (day: number) => calendar.kindOf(day) === 'school',
    })),
  )
  return [...windows, ...slots].map((period, index) => ({ index, ...period }))
}

/** `end <= start` is the next day's `end`: the policy writes a night as 22:00-06:00. */
export function endAfter({ startSeconds, endSeconds }: Clocks): number {
  return endSeconds <= startSeconds ? endSeconds + DAY_SECONDS : endSeconds
}

interface Clocks {
  readonly startSeconds: number
  readonly endSeconds: number
}

function wallOf(clocks: Clocks & { readonly name: string }) {
  const { name, startSeconds } = clocks
  return { name, startSeconds, endSeconds: endAfter(clocks) }
}

function windowHolds(window: WindowPolicy, day: number, calendar: SchoolCalendar): boolean {
  const kind = calendar.kindOf(day)
  if (kind === 'closed' || (kind === 'inset' && !window.onInset)) return false
  if (!holdsOnWeekday(window, weekdayOf(day), calendar)) return false
  return !window.examDatesOnly || calendar.examsOn(day).some((exam) => sameClocks(exam, window))
}

/** An INSET Saturday counts for windows of every school day: staff are in, whatever the weekday. */
function holdsOnWeekday(window: WindowPolicy, weekday: number, calendar: SchoolCalendar): boolean {
  if (window.days.includes(weekday)) return true
  return !calendar.isSchoolWeekday(weekday) && calendar.isEveryDay(window.days)
}

function sameClocks(a: Clocks, b: Clocks): boolean {
  return a.startSeconds === b.startSeconds && a.endSeconds === b.endSeconds
}

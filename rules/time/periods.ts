import { DAY_SECONDS } from './clock-text.ts'
import { weekdayOf, type SchoolCalendar } from './school-calendar.ts'
import type { PhaseTimetable, TimePolicy, WindowPolicy } from './time-policy.ts'

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
  /** Holds only while pupils are in: an early closing ends it, and no INSET day has it. */
  readonly needsPupils: boolean
  /** Whether it begins on this date (a day number). */
  readonly holdsOn: (day: number) => boolean
}

/** The policy's windows, then its slots, then those of other types of day, with the calendar's rules compiled into `holdsOn`. */
export function periodsOf(policy: TimePolicy, calendar: SchoolCalendar): readonly Period[] {
  const { dayTypes } = policy
  // A usual window or slot gives way on the days whose type has something else in its place.
  const without = (isReplaced: (type: TimePolicy['dayTypes'][number]) => boolean): DayTest => {
    const types = new Set(dayTypes.filter(isReplaced).map(({ name }) => name))
    if (types.size === 0) return ANY_DAY
    return (day) => !types.has(calendar.dayTypeOf(day))
  }
  const usual = [
    ...policy.windows.map((window) =>
      windowPeriod(
        window,
        calendar,
        without(({ replaces }) => replaces.includes(window.name)),
      ),
    ),
    ...policy.timetable.flatMap((day) =>
      slotPeriods(
        day,
        calendar,
        without(({ timetable }) => timetable.some(({ phase }) => phase === day.phase)),
      ),
    ),
  ]
  const others = dayTypes.flatMap(({ name, windows, timetable }) => {
    const ofType: DayTest = (day) => calendar.dayTypeOf(day) === name
    return [
      ...windows.map((window) => windowPeriod(window, calendar, ofType)),
      ...timetable.flatMap((day) => slotPeriods(day, calendar, ofType)),
    ]
  })
  return [...usual, ...others].map((period, index) => ({ index, ...period }))
}

type DayTest = (day: number) => boolean

const ANY_DAY: DayTest = () => true

function windowPeriod(
  window: WindowPolicy,
  calendar: SchoolCalendar,
  isDay: DayTest,
): Omit<Period, 'index'> {
  return {
    ...wallOf(window),
    phase: null,
    // Nobody is in on a closed day, and no bell of the school ends it.
    needsPupils: !window.onInset && window.onClosed !== true,
    holdsOn: (day) => isDay(day) && windowHolds(window, day, calendar),
  }
}

function slotPeriods(
  { phase, slots }: PhaseTimetable,
  calendar: SchoolCalendar,
  isDay: DayTest,
): Omit<Period, 'index'>[] {
  return slots.map((slot) => ({
    ...wallOf(slot),
    phase,
    needsPupils: true,
    holdsOn: (day) => isDay(day) && calendar.kindOf(day) === 'school',
  }))
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
  if (window.onClosed === true) {
    const isDay = kind === 'closed' || (kind === 'inset' && window.onInset)
    return isDay && window.days.includes(weekdayOf(day))
  }
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

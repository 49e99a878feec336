import { bankHolidaysOf } from '../time/bank-holidays.ts'
import { parseClock } from '../time/clock-text.ts'
import type {
  DayChange,
  DayType,
  PhaseTimetable,
  TimePolicy,
  WindowPolicy,
} from '../time/time-policy.ts'
import type { PolicyDocument } from './policy-schema.ts'

const ISO_DAYS = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 } as const
type Weekday = keyof typeof ISO_DAYS

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** The policy file's sections about time as `SchoolTime` takes them. INVARIANT: they were checked. */
export function timeOf(document: PolicyDocument): TimePolicy {
  const { calendar } = document
  const holidays =
    calendar.bank_holidays === undefined ? [] : bankHolidaysOf(calendar.bank_holidays)
  return {
    timezone: document.school.timezone,
    days: isoDays(calendar.days),
    terms: calendar.terms,
    closed: [...calendar.closed, ...holidays],
    inset: calendar.inset,
    windows: Object.entries(document.windows).flatMap(([name, window]) =>
      windowsOf(name, window, document),
    ),
    timetable: timetableOf(document.timetable),
    dayTypes: Object.entries(document.day_types).map(([name, type]) =>
      dayTypeOf(name, type, document),
    ),
    weekly: Object.entries(calendar.weekly).map(([weekday, dayType]) => ({
      weekday: ISO_DAYS[weekday as Weekday],
      dayType,
    })),
    changes: calendar.changes.map(changeOf),
    exams: document.exams.map((exam) => ({
      date: exam.date,
      startSeconds: seconds(exam.start),
      endSeconds: seconds(exam.end),
      zone: exam.zone,
      paper: exam.paper,
      candidatesYear: exam.candidates_year ?? null,
    })),
  }
}

type WindowDocument = PolicyDocument['windows'][string]

/** As many as the window has slots. */
function windowsOf(
  name: string,
  window: WindowDocument,
  { calendar }: PolicyDocument,
): WindowPolicy[] {
  const onClosed = window.dates === 'closed'
  const usualDays = window.days ?? (onClosed ? WEEK : calendar.days)
  return slotsOf(window).map(({ start, end, days }) => ({
    name,
    startSeconds: seconds(start),
    endSeconds: seconds(end),
    days: isoDays(days ?? usualDays),
    onInset: window.inset,
    examDatesOnly: window.dates === 'exams',
    ...(onClosed && { onClosed }),
  }))
}

/** A slot of a window, from either way of writing them. */
export interface WindowSlot {
  readonly start: string
  readonly end: string
  readonly days?: readonly Weekday[] | undefined
}

export function slotsOf(
  written: Pick<WindowDocument, 'start' | 'end' | 'slots'>,
): readonly WindowSlot[] {
  if (written.slots !== undefined) return written.slots
  const { start, end } = written
  return start === undefined || end === undefined ? [] : [{ start, end }]
}

function dayTypeOf(
  name: string,
  type: PolicyDocument['day_types'][string],
  document: PolicyDocument,
): DayType {
  const windows = Object.entries(type.windows).flatMap(([id, times]) => {
    const usual = document.windows[id]
    if (usual === undefined) return []
    // Everything but the times is the usual window's: whether it holds on INSET days, for one.
    return windowsOf(
      id,
      { ...usual, start: times.start, end: times.end, slots: times.slots },
      document,
    )
  })
  return {
    name,
    timetable: timetableOf(type.timetable),
    replaces: Object.keys(type.windows),
    windows,
  }
}

function timetableOf(timetable: PolicyDocument['timetable']): PhaseTimetable[] {
  return Object.entries(timetable).map(([phase, slots]) => ({
    phase,
    slots: slots.map(([name, start, end]) => ({
      name,
      startSeconds: seconds(start),
      endSeconds: seconds(end),
    })),
  }))
}

function changeOf(change: PolicyDocument['calendar']['changes'][number]): DayChange {
  const clock = (text: string | undefined): number | null =>
    text === undefined ? null : seconds(text)
  return {
    date: change.date,
    name: change.name,
    kind: change.day ?? null,
    opensSeconds: clock(change.opens),
    closesSeconds: clock(change.closes),
    dayType: change.day_type ?? null,
  }
}

function isoDays(days: readonly Weekday[]): number[] {
  return days.map((day) => ISO_DAYS[day])
}

function seconds(text: string): number {
  const parsed = parseClock(text)
  if (parsed === undefined) throw new Error(`unchecked time of day \`${text}\``)
  return parsed
}

/** The part of the policy that says when: dates as `YYYY-MM-DD`, times of day as seconds since local midnight. */
export interface TimePolicy {
  /** IANA name, for example `Europe/London`. */
  readonly timezone: string
  /** School days of the week, ISO numbers (Monday 1 ... Sunday 7). */
  readonly days: readonly number[]
  readonly terms: readonly DateSpan[]
  /** Holidays inside a term and bank holidays: on a closed day only windows `onClosed` are in force. */
  readonly closed: readonly DateSpan[]
  /** Staff are in, pupils are not; stays INSET even outside every term. */
  readonly inset: readonly string[]
  readonly windows: readonly WindowPolicy[]
  /** Slots of the day per phase; a slot's name (`lesson`, `break`) is a window for that phase. */
  readonly timetable: readonly PhaseTimetable[]
  /** Kinds of day with other bells than the usual ones; see `weekly` and `changes`. */
  readonly dayTypes: readonly DayType[]
  /** On which weekdays another type of day is the rule. */
  readonly weekly: readonly { readonly weekday: number; readonly dayType: string }[]
  /** What is different on single dates; no date twice. It beats terms, holidays, INSET and `weekly`. */
  readonly changes: readonly DayChange[]
  readonly exams: readonly ExamSession[]
}

/** Both ends included. */
export interface DateSpan {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** What a date is for the school: lessons, staff only, or nobody. */
export type DayKind = 'school' | 'inset' | 'closed'

/** A day with other bells: what it does not mention rings as usual. */
export interface DayType {
  readonly name: string
  /** In place of the usual slots, for the phases that are named. */
  readonly timetable: readonly PhaseTimetable[]
  /** Names of the usual windows that do not hold; `windows` are in their place. */
  readonly replaces: readonly string[]
  readonly windows: readonly WindowPolicy[]
}

/** One dated exception: an early closing, a moved INSET day, snow, other bells. Null: as it would be. */
export interface DayChange {
  readonly date: string
  readonly name: string
  readonly kind: DayKind | null
  /** Pupils are in from here; before it the day is as an INSET day. */
  readonly opensSeconds: number | null
  /** Pupils are in until here; from it on the day is as an INSET day. */
  readonly closesSeconds: number | null
  /** A name of `dayTypes`, or `usual` where `weekly` says another. */
  readonly dayType: string | null
}

/**
 * Half-open `[start, end)`; `end <= start` crosses midnight and belongs to the day it starts on. A
 * window with several slots a day is several of these with one name.
 */
export interface WindowPolicy {
  readonly name: string
  readonly startSeconds: number
  readonly endSeconds: number
  /** ISO weekdays; the school's days where the policy names none. */
  readonly days: readonly number[]
  /** Holds on INSET days too. */
  readonly onInset: boolean
  /** In force only on dates of exam sessions whose times equal this window's. */
  readonly examDatesOnly: boolean
  /** In force on closed days (weekends, holidays) in place of school days; absent: it is not. */
  readonly onClosed?: boolean
}

export interface PhaseTimetable {
  readonly phase: string
  readonly slots: readonly Slot[]
}

export interface Slot {
  readonly name: string
  readonly startSeconds: number
  readonly endSeconds: number
}

export interface ExamSession {
  readonly date: string
  readonly startSeconds: number
  readonly endSeconds: number
  readonly zone: string
  readonly paper: string
  /** Null: every device marked as a candidate's sits it. */
  readonly candidatesYear: number | null
}

/** The part of the policy that says when: dates as `YYYY-MM-DD`, times of day as seconds since local midnight. */
export interface TimePolicy {
  /** IANA name, for example `Europe/London`. */
  readonly timezone: string
  /** School days of the week, ISO numbers (Monday 1 ... Sunday 7). */
  readonly days: readonly number[]
  readonly terms: readonly DateSpan[]
  /** Holidays inside a term and bank holidays: on a closed day no window is in force. */
  readonly closed: readonly DateSpan[]
  /** Staff are in, pupils are not; stays INSET even outside every term. */
  readonly inset: readonly string[]
  readonly windows: readonly WindowPolicy[]
  /** Slots of the day per phase; a slot's name (`lesson`, `break`) is a window for that phase. */
  readonly timetable: readonly PhaseTimetable[]
  readonly exams: readonly ExamSession[]
}

/** Both ends included. */
export interface DateSpan {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** Half-open `[start, end)`; `end <= start` crosses midnight and belongs to the day it starts on. */
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

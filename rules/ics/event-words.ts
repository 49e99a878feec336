import { parseClock } from '../time/clock-text.ts'
import type { IcsEvent } from './read-ics.ts'

/** What an event is for a school's calendar, told by its words. */
export type EventKind = 'term' | 'holiday' | 'inset' | 'opens' | 'closes' | 'exam' | 'other'

const INSET =
  /\binset\b|\b(staff|teacher)[ -]?(training|development|only|day)\b|\bnon[ -]?pupil\b|\btraining day\b|\bpd day\b|\bprofessional (development|learning)\b|\bclosed (to|for) (pupils|students|children)\b/i
const EARLY = /\b(clos|finish|end)(e|es|ed|ing|ure)? (at|early)\b|\bearly (clos|finish)/i
const LATE = /\bopen(s|ing)? (at|late)\b|\blate (start|opening)\b/i
const HOLIDAY =
  /\bhalf[ -]?term\b|\bholidays?\b|\bgood friday\b|\beaster monday\b|\bnew year|\bchristmas (day|break)\b|\bboxing day\b|\b(easter|winter|spring|summer|autumn) break\b|\bschool closed\b|\boccasional day\b|\bvacation\b/i
const TERM = /\bterm( \d)?\b/i
const EXAM =
  /\b(exam|exams|examination|examinations|gcse|a-?level|as-?level|btec|igcse|mock|mocks|paper \d|controlled assessment)\b/i

/** `timedAreExams`: whoever imports an exam timetable knows that all that has a time in it is one. */
export function kindOfEvent(
  { summary, description, startSeconds }: IcsEvent,
  { timedAreExams }: { readonly timedAreExams: boolean },
): EventKind {
  if (INSET.test(summary)) return 'inset'
  const isTimed = startSeconds !== null
  const time = isTimed || timeIn(summary) !== undefined
  if (EARLY.test(summary) && time) return 'closes'
  if (LATE.test(summary) && time) return 'opens'
  if (isTimed) return timedAreExams || EXAM.test(`${summary} ${description}`) ? 'exam' : 'other'
  // Before terms: a half-term is none.
  if (HOLIDAY.test(summary)) return 'holiday'
  return TERM.test(summary) ? 'term' : 'other'
}

const BEGINS =
  /\b(begins?|beginning|starts?|start of|first day|opens|open for|back to school|pupils return)\b/i
const ENDS = /\b(ends?|end of|last day|finish(es)?|closes|breaks? up)\b/i

/** Whether the event is but the first or the last day of something. */
export function edgeOfEvent(summary: string): 'first' | 'last' | null {
  if (BEGINS.test(summary)) return 'first'
  return ENDS.test(summary) ? 'last' : null
}

/** Whether the words speak of a term's first or last day. */
export function isTermEdge({ summary, first, last }: IcsEvent): boolean {
  const isTerm = TERM.test(summary) && !HOLIDAY.test(summary)
  return isTerm && first === last && edgeOfEvent(summary) !== null
}

/** `Autumn Term` of `First day of Autumn Term 2026`; the whole where nothing else is left. */
export function nameWithoutEdge(summary: string): string {
  const bare = summary
    .replace(/\b(for|to) (all )?(pupils|students|children|staff|everyone)\b/gi, ' ')
    .replace(new RegExp(`${BEGINS.source}|${ENDS.source}`, 'gi'), ' ')
    .replace(/\b(of|the|at|on)\b/gi, ' ')
    .replace(/[^\p{L}\p{N}]+$|^[^\p{L}\p{N}]+/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
  return bare === '' ? summary : bare
}

/** Seconds since midnight of a time in words: `1pm`, `1.30 pm`, `13:30`, `noon`. */
export function timeIn(text: string): number | undefined {
  const match = /\b(\d{1,2})(?:[:.](\d\d))? ?(am|pm)\b|\b(\d{1,2})[:.](\d\d)\b/i.exec(text)
  if (match === null) return /\b(noon|midday)\b/i.test(text) ? NOON_SECONDS : undefined
  const hour = Number(match[1] ?? match[4])
  const minutes = match[2] ?? match[5] ?? '00'
  const half = match[3]?.toLowerCase()
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined
  const on24 = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0)
  return parseClock(`${on24}:${minutes}`)
}

const NOON_SECONDS = 43_200

/** `Year 11`, `Yr 11` or `Y11`. */
export function yearIn(text: string): number | undefined {
  const match = /\b(?:year|yr|y)\.? ?(1[0-4]|[1-9])\b/i.exec(text)
  return match === null ? undefined : Number(match[1])
}

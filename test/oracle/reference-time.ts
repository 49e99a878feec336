import { Temporal } from 'temporal-polyfill'
import type { DayChange, ExamSession, TimePolicy } from '../../rules/time/time-policy.ts'

/** The facts of an instant, worked out afresh. */
export interface ReferenceMoment {
  readonly date: string
  readonly dayKind: string
  readonly windowsOf: (phase: string | null) => string[]
  readonly papers: readonly string[]
  /** All that runs, each with the date it began on, and the day's kind: changes exactly at an edge. */
  readonly running: readonly string[]
}

/**
 * The school's time by looking at its clock on the wall: no instants are compared, nothing is compiled
 * or cached, and dates are strings. Slow, and as plain as the paragraph in the policy's manual.
 */
export function referenceMoment(policy: TimePolicy, nowMs: number): ReferenceMoment {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(policy.timezone)
  const today = now.toPlainDate()
  const periods = [2, 1, 0].flatMap((back) => {
    const date = today.subtract({ days: back })
    return begunOn(policy, date).filter((period) => isRunning(period, date, now))
  })
  const names = (phase: string | null) =>
    periods
      .filter((period) => period.phase === null || phase === null || period.phase === phase)
      .toSorted((a, b) => a.length - b.length || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name)
  const exams = [2, 1, 0].flatMap((back) => {
    const date = today.subtract({ days: back })
    return policy.exams
      .filter((exam) => exam.date === date.toString() && isRunning(exam, date, now))
      .map(({ paper }) => `${date.toString()} ${paper}`)
  })
  const dayKind = kindOf(policy, today)
  return {
    date: today.toString(),
    dayKind,
    windowsOf: (phase) => [...new Set(names(phase))],
    papers: exams.map((exam) => exam.slice('YYYY-MM-DD '.length)),
    running: [dayKind, ...exams, ...periods.map((period) => period.id)],
  }
}

interface Clocks {
  readonly startSeconds: number
  readonly endSeconds: number
}

interface Begun extends Clocks {
  readonly id: string
  readonly name: string
  readonly phase: string | null
  /** As the policy writes it, whatever an early closing leaves of it. */
  readonly length: number
}

function begunOn(policy: TimePolicy, date: Temporal.PlainDate): Begun[] {
  const kind = kindOf(policy, date)
  const change = changeOn(policy, date)
  const typeName =
    change?.dayType ??
    policy.weekly.find(({ weekday }) => weekday === date.dayOfWeek)?.dayType ??
    'usual'
  const type = policy.dayTypes.find(({ name }) => name === typeName)
  const allWindows = [
    ...policy.windows.filter(({ name }) => type?.replaces.includes(name) !== true),
    ...(type?.windows ?? []),
  ]
  const windows = allWindows.filter((window) => {
    if (window.onClosed === true) {
      if (kind === 'school' || (kind === 'inset' && !window.onInset)) return false
      return window.days.includes(date.dayOfWeek)
    }
    if (kind === 'closed') return false
    if (kind === 'inset' && !window.onInset) return false
    const everyDay = policy.days.every((day) => window.days.includes(day))
    const extraDay = !policy.days.includes(date.dayOfWeek)
    if (!window.days.includes(date.dayOfWeek) && !(everyDay && extraDay)) return false
    return !window.examDatesOnly || policy.exams.some((exam) => isFor(exam, date, window))
  })
  const others = new Set(type?.timetable.map(({ phase }) => phase))
  const timetable = [
    ...policy.timetable.filter(({ phase }) => !others.has(phase)),
    ...(type?.timetable ?? []),
  ]
  const slots = timetable.flatMap(({ phase, slots }) =>
    kind === 'school' ? slots.map((slot) => ({ ...slot, phase, onInset: false })) : [],
  )
  // Nobody is in on a closed day: no pupils come late to it or leave it early.
  const unbelled = windows.map((one) => ({
    ...one,
    phase: null,
    onInset: one.onInset || one.onClosed === true,
  }))
  return [...unbelled, ...slots].flatMap(({ name, phase, onInset, ...clocks }, index) => {
    const times = onInset ? clocks : whilePupilsAreIn(clocks, change)
    if (times === null) return []
    const id = `${date.toString()} ${phase ?? ''}/${name} ${clocks.startSeconds} ${index}`
    return [{ id, name, phase, length: lengthOf(clocks), ...times }]
  })
}

function changeOn(policy: TimePolicy, date: Temporal.PlainDate): DayChange | undefined {
  return policy.changes.find((change) => change.date === date.toString())
}

/** What late opening and early closing leave of a period; null where nothing is left. */
function whilePupilsAreIn(clocks: Clocks, change: DayChange | undefined): Clocks | null {
  const opens = change?.opensSeconds ?? null
  const closes = change?.closesSeconds ?? null
  let { startSeconds, endSeconds } = clocks
  const isNight = endSeconds <= startSeconds
  if (closes !== null && startSeconds >= closes) return null
  if (opens !== null && !isNight && endSeconds <= opens) return null
  if (opens !== null && startSeconds < opens) {
    // One that ran into the next day still does, from later on.
    startSeconds = opens
  }
  if (closes !== null && (isNight || endSeconds > closes)) endSeconds = closes
  return { startSeconds, endSeconds }
}

function isFor(exam: ExamSession, date: Temporal.PlainDate, window: Clocks): boolean {
  return (
    exam.date === date.toString() &&
    exam.startSeconds === window.startSeconds &&
    exam.endSeconds === window.endSeconds
  )
}

function kindOf(policy: TimePolicy, date: Temporal.PlainDate): string {
  const text = date.toString()
  const within = ({ from, to }: { from: string; to: string }) => from <= text && text <= to
  const changed = changeOn(policy, date)?.kind ?? null
  if (changed !== null) return changed
  if (policy.inset.includes(text)) return 'inset'
  if (!policy.days.includes(date.dayOfWeek)) return 'closed'
  return policy.terms.some(within) && !policy.closed.some(within) ? 'school' : 'closed'
}

function lengthOf({ startSeconds, endSeconds }: Clocks): number {
  return endSeconds > startSeconds ? endSeconds - startSeconds : endSeconds + 86_400 - startSeconds
}

function isRunning(
  { startSeconds, endSeconds }: Clocks,
  date: Temporal.PlainDate,
  now: Temporal.ZonedDateTime,
): boolean {
  const ends = endSeconds > startSeconds ? date : date.add({ days: 1 })
  return hasCome(at(date, startSeconds), now) && !hasCome(at(ends, endSeconds), now)
}

function at(date: Temporal.PlainDate, seconds: number): Temporal.PlainDateTime {
  return date.toPlainDateTime('00:00').add({ seconds })
}

/** Whether the clock on the wall has shown `bell` yet. */
function hasCome(bell: Temporal.PlainDateTime, now: Temporal.ZonedDateTime): boolean {
  const wall = now.toPlainDateTime()
  const { timeZoneId } = now
  const first = wall.toZonedDateTime(timeZoneId, { disambiguation: 'earlier' })
  if (!first.equals(now)) {
    // The clock was put back and shows these times again: it has been as far as the change already.
    const furthest = now
      .getTimeZoneTransition('previous')
      ?.subtract({ nanoseconds: 1 })
      .toPlainDateTime()
    if (furthest !== undefined) return Temporal.PlainDateTime.compare(bell, furthest) <= 0
  }
  // A bell that the clock jumps over rings as much later as the clock jumps.
  const rings = bell.toZonedDateTime(timeZoneId, { disambiguation: 'later' }).toPlainDateTime()
  const skipped = Temporal.PlainDateTime.compare(rings, bell) !== 0
  return Temporal.PlainDateTime.compare(skipped ? rings : bell, wall) <= 0
}

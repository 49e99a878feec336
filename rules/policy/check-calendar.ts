import { parseClock, parseDate, isTimeZone } from '../time/clock-text.ts'
import { USUAL_DAY } from '../time/school-calendar.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { slotsOf } from './time-of-document.ts'
import { unknown, type Report } from './unknown-name.ts'
import type { Path } from './yaml-source.ts'

/** What a well-formed policy still gets wrong about time: dates, times of day, days and bells that are not there. */
export function checkCalendar(document: PolicyDocument, report: Report): void {
  const { calendar, school } = document
  if (!isTimeZone(school.timezone))
    report(['school', 'timezone'], `\`${school.timezone}\` is not a time zone`)
  checkSpans(document, report)
  calendar.inset.forEach((date, index) => {
    checkDate(date, ['calendar', 'inset', index], report)
  })
  checkChanges(document, report)
  for (const [day, type] of Object.entries(calendar.weekly))
    checkDayType(type, document, { path: ['calendar', 'weekly', day], report })
  for (const [name, window] of Object.entries(document.windows))
    checkWindow(window, { path: ['windows', name], report })
  checkTimetable(document.timetable, school.phases, { path: ['timetable'], report })
  checkDayTypes(document, report)
  document.exams.forEach((exam, index) => {
    checkExam(exam, document, { path: ['exams', index], report })
  })
}

interface At {
  readonly path: Path
  readonly report: Report
}

function checkSpans({ calendar }: PolicyDocument, report: Report): void {
  for (const kind of ['terms', 'closed'] as const) {
    calendar[kind].forEach(({ from, to }, index) => {
      const at = ['calendar', kind, index]
      const areDates = [
        checkDate(from, [...at, 'from'], report),
        checkDate(to, [...at, 'to'], report),
      ]
      if (!areDates.includes(false) && to < from)
        report([...at, 'to'], `ends on ${to}, before it begins on ${from}`)
    })
  }
}

function checkDate(date: string, path: Path, report: Report): boolean {
  if (parseDate(date) !== undefined) return true
  report(path, `\`${date}\` is not a date`)
  return false
}

type Change = PolicyDocument['calendar']['changes'][number]

function checkChanges(document: PolicyDocument, report: Report): void {
  const seen = new Map<string, string>()
  document.calendar.changes.forEach((change, index) => {
    const path = ['calendar', 'changes', index]
    checkDate(change.date, [...path, 'date'], report)
    const other = seen.get(change.date)
    // Two lines about one date: which of them counts must not depend on their order.
    if (other !== undefined)
      report([...path, 'date'], `${change.date} is changed already, by \`${other}\``)
    seen.set(change.date, change.name)
    checkChange(change, document, { path, report })
  })
}

function checkChange(change: Change, document: PolicyDocument, { path, report }: At): void {
  const { day, opens, closes, day_type: dayType } = change
  const said = [day, opens, closes, dayType].filter((each) => each !== undefined)
  if (said.length === 0) report(path, 'a change says `day`, `opens`, `closes` or `day_type`')
  for (const key of ['opens', 'closes'] as const) checkClock(change[key], [...path, key], report)
  if (isBackwards(change)) report([...path, 'closes'], `closes at ${closes ?? ''}, before it opens`)
  if ((day === 'closed' || day === 'inset') && said.length > 1)
    report([...path, 'day'], `on a day that is \`${day}\` no pupils come or go`)
  if (dayType !== undefined)
    checkDayType(dayType, document, { path: [...path, 'day_type'], report })
}

function isBackwards({ opens = '00:00', closes = '24:00' }: Change): boolean {
  const [from, until] = [parseClock(opens), parseClock(closes)]
  return from !== undefined && until !== undefined && until <= from
}

function checkDayType(type: string, document: PolicyDocument, { path, report }: At): void {
  const known = [USUAL_DAY, ...Object.keys(document.day_types)]
  if (!known.includes(type)) report(path, unknown('type of day', type, known))
}

function checkDayTypes(document: PolicyDocument, report: Report): void {
  const windows = Object.keys(document.windows)
  for (const [name, type] of Object.entries(document.day_types)) {
    const path = ['day_types', name]
    if (name === USUAL_DAY) report(path, `\`${USUAL_DAY}\` is the day without a type`)
    checkTimetable(type.timetable, document.school.phases, {
      path: [...path, 'timetable'],
      report,
    })
    for (const [id, times] of Object.entries(type.windows)) {
      const at = { path: [...path, 'windows', id], report }
      if (windows.includes(id)) checkWindow(times, at)
      else report(at.path, unknown('window', id, windows))
    }
  }
}

function checkTimetable(
  timetable: PolicyDocument['timetable'],
  phases: readonly string[],
  { path, report }: At,
): void {
  for (const [phase, slots] of Object.entries(timetable)) {
    if (!phases.includes(phase)) report([...path, phase], unknown('phase', phase, phases))
    slots.forEach(([, start, end], index) => {
      checkClocks({ start, end }, { path: [...path, phase, index], report })
    })
  }
}

function checkWindow(
  window: Pick<PolicyDocument['windows'][string], 'start' | 'end' | 'slots'>,
  { path, report }: At,
): void {
  const { start, end, slots } = window
  const isWhole = start !== undefined && end !== undefined
  if (slots === undefined ? !isWhole : start !== undefined || end !== undefined)
    report(path, 'a window has either `start` and `end`, or `slots`')
  slotsOf(window).forEach((slot, index) => {
    checkClocks(slot, { path: slots === undefined ? path : [...path, 'slots', index], report })
  })
}

function checkExam(
  exam: PolicyDocument['exams'][number],
  document: PolicyDocument,
  { path, report }: At,
): void {
  checkDate(exam.date, [...path, 'date'], report)
  checkClocks(exam, { path, report })
  const zone = Object.hasOwn(document.zones, exam.zone) ? document.zones[exam.zone] : undefined
  if (zone === undefined)
    report([...path, 'zone'], unknown('zone', exam.zone, Object.keys(document.zones)))
  // The exam closes the zone to personal devices: a slip here would close a classroom for a morning.
  else if (!zone.exam)
    report([...path, 'zone'], `zone \`${exam.zone}\` is not marked \`exam: true\``)
}

function checkClocks(times: { start: string; end: string }, { path, report }: At): void {
  for (const key of ['start', 'end'] as const) checkClock(times[key], [...path, key], report)
  if (parseClock(times.start) === parseClock(times.end))
    report([...path, 'end'], 'starts and ends at the same time')
}

function checkClock(text: string | undefined, path: Path, report: Report): void {
  if (text !== undefined && parseClock(text) === undefined)
    report(path, `\`${text}\` is not a time of day`)
}

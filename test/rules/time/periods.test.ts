import { expect, test } from 'vitest'
import { parseDate } from '../../../rules/time/clock-text.ts'
import { periodsOf } from '../../../rules/time/periods.ts'
import { SchoolCalendar } from '../../../rules/time/school-calendar.ts'
import { EXAMPLE_TIME, window } from './example-time.ts'

function beginOn(date: string): string[] {
  const policy = {
    ...EXAMPLE_TIME,
    timetable: EXAMPLE_TIME.timetable.slice(0, 1),
    windows: [
      window('daily', ['08:00', '09:00']),
      window('daily_inset', ['08:00', '09:00'], { onInset: true }),
      window('thursday_inset', ['08:00', '09:00'], { days: [4], onInset: true }),
      window('saturday', ['08:00', '09:00'], { days: [6] }),
      window('exam_am', ['09:00', '12:00'], { examDatesOnly: true }),
    ],
  }
  const periods = periodsOf(policy, new SchoolCalendar(policy))
  const begun = periods.filter(({ holdsOn }) => holdsOn(parseDate(date) ?? NaN))
  return [...new Set(begun.map(({ name, phase }) => (phase === null ? name : 'slots')))]
}

test.each([
  ['a Tuesday in term', '2026-11-24', ['daily', 'daily_inset', 'slots']],
  ['a Thursday in term', '2026-11-26', ['daily', 'daily_inset', 'thursday_inset', 'slots']],
  ['an exam day', '2027-01-12', ['daily', 'daily_inset', 'exam_am', 'slots']],
  ['an INSET Friday', '2026-11-27', ['daily_inset']],
  ['an INSET Saturday is for windows of every day', '2027-06-12', ['daily_inset']],
  ['a Saturday is closed, even for a window that names it', '2026-11-28', []],
  ['a closed exam day', '2027-06-05', []],
])('%s', (_sentence, date, expected) => {
  expect(beginOn(date)).toEqual(expected)
})

test('a night ends after it starts, on the clock of the next day', () => {
  const policy = { ...EXAMPLE_TIME, windows: [window('night', ['22:00', '06:00'])], timetable: [] }
  const [night] = periodsOf(policy, new SchoolCalendar(policy))
  expect(night).toMatchObject({ startSeconds: 79_200, endSeconds: 108_000 })
})

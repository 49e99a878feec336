import { expect, test } from 'vitest'
import { parseDate } from '../../../rules/time/clock-text.ts'
import { SchoolCalendar, weekdayOf } from '../../../rules/time/school-calendar.ts'
import { EXAMPLE_TIME } from './example-time.ts'

const calendar = new SchoolCalendar({
  ...EXAMPLE_TIME,
  inset: [...EXAMPLE_TIME.inset, '2026-10-28', '2026-12-20'],
})
const dayOf = (date: string) => parseDate(date) ?? NaN

test.each([
  ['INSET inside a term', '2026-11-27', 'inset'],
  ['INSET outside every term', '2027-01-04', 'inset'],
  ['INSET inside a half-term', '2026-10-28', 'inset'],
  ['INSET on a Sunday', '2026-12-20', 'inset'],
  ['both ends of a term are in it', '2027-03-25', 'school'],
  ['the day after is not', '2027-03-26', 'closed'],
  ['a holiday of one day', '2027-05-03', 'closed'],
  ['the day after that holiday', '2027-05-04', 'school'],
  ['a weekend in term', '2026-11-21', 'closed'],
])('%s', (_sentence, date, kind) => {
  expect(calendar.kindOf(dayOf(date))).toBe(kind)
})

test('exams are found by their date, in the order of the policy', () => {
  expect(calendar.examsOn(dayOf('2027-01-12')).map(({ startSeconds }) => startSeconds)).toEqual([
    32_400, 48_600,
  ])
  expect(calendar.examsOn(dayOf('2027-01-13'))).toEqual([])
})

test('days to the left of 1970 have weekdays too', () => {
  expect([dayOf('1969-12-28'), dayOf('1969-12-29'), 0].map(weekdayOf)).toEqual([7, 1, 4])
})

import { expect, test } from 'vitest'
import { parseDate } from '../../../rules/time/clock-text.ts'
import { SchoolCalendar, weekdayOf } from '../../../rules/time/school-calendar.ts'
import type { DayChange } from '../../../rules/time/time-policy.ts'
import { EXAMPLE_TIME } from './example-time.ts'

function changed(date: string, more: Partial<DayChange>): DayChange {
  const same = { kind: null, opensSeconds: null, closesSeconds: null, dayType: null }
  return { date, name: 'changed', ...same, ...more }
}

const calendar = new SchoolCalendar({
  ...EXAMPLE_TIME,
  inset: [...EXAMPLE_TIME.inset, '2026-10-28', '2026-12-20'],
  closed: [...EXAMPLE_TIME.closed, { name: 'Good Friday', from: '2026-11-20', to: '2026-11-20' }],
  weekly: [{ weekday: 5, dayType: 'short_day' }],
  changes: [
    changed('2026-11-25', { kind: 'closed' }),
    changed('2026-11-27', { kind: 'school', dayType: 'usual' }),
    changed('2026-12-04', { kind: 'inset' }),
    changed('2026-12-05', { kind: 'school' }),
    changed('2026-12-11', { closesSeconds: 46_800 }),
    changed('2027-08-26', { kind: 'school', dayType: 'short_day' }),
  ],
})
const dayOf = (date: string) => parseDate(date) ?? NaN

test.each([
  ['INSET outside a term, at a weekend', '2027-06-12', 'inset'],
  ['INSET outside every term', '2027-01-04', 'inset'],
  ['INSET inside a half-term', '2026-10-28', 'inset'],
  ['INSET on a Sunday', '2026-12-20', 'inset'],
  ['both ends of a term are in it', '2027-03-25', 'school'],
  ['the day after is not', '2027-03-26', 'closed'],
  ['a holiday of one day', '2027-05-03', 'closed'],
  ['the day after that holiday', '2027-05-04', 'school'],
  ['a weekend in term', '2026-11-21', 'closed'],
  ['a bank holiday in term', '2026-11-20', 'closed'],
  ['snow', '2026-11-25', 'closed'],
  ['the Friday from which INSET was moved away', '2026-11-27', 'school'],
  ['the Friday to which it was moved', '2026-12-04', 'inset'],
  ['a Saturday school', '2026-12-05', 'school'],
  ['an early closing is a school day', '2026-12-11', 'school'],
  ['results day in the summer holidays', '2027-08-26', 'school'],
])('%s', (_sentence, date, kind) => {
  expect(calendar.kindOf(dayOf(date))).toBe(kind)
})

test.each([
  ['a Friday', '2026-12-11', 'short_day'],
  ['a Thursday', '2026-12-10', 'usual'],
  ['a Friday that rings as usual for once', '2026-11-27', 'usual'],
  ['a Thursday with a type of its own', '2027-08-26', 'short_day'],
])('which bells ring on %s', (_sentence, date, type) => {
  expect(calendar.dayTypeOf(dayOf(date))).toBe(type)
})

test('a changed date after the last term is still part of the calendar', () => {
  expect(calendar.last).toBe(dayOf('2027-08-26'))
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

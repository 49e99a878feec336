import { expect, test } from 'vitest'
import { describeDay } from '../../commands/calendar-days.ts'
import { parseDate } from '../../rules/time/clock-text.ts'
import { SchoolCalendar } from '../../rules/time/school-calendar.ts'
import { policyOfChange } from '../rules/policy/changed-example.ts'

const policy = policyOfChange({
  'calendar.changes': [
    { date: '2026-12-18', name: 'End of term', closes: '13:00' },
    { date: '2026-12-04', name: 'INSET moved', day: 'inset' },
    { date: '2027-02-03', name: 'Snow', day: 'closed' },
    { date: '2026-12-11', name: 'Carol service', opens: '10:15', day_type: 'short_day' },
  ],
  day_types: { short_day: {} },
})
const calendar = new SchoolCalendar(policy.time)

test.each([
  ['2026-11-24', 'school day'],
  ['2026-11-27', 'INSET day'],
  ['2026-10-27', 'closed, October half-term'],
  ['2026-12-25', 'closed, Christmas Day'],
  ['2026-11-28', 'closed'],
  ['2026-12-18', 'school day, End of term, closes at 13:00'],
  ['2026-12-04', 'INSET day, INSET moved'],
  ['2027-02-03', 'closed, Snow'],
  ['2026-12-11', 'school day, Carol service, opens at 10:15, short_day'],
  [
    '2027-01-12',
    'school day, GCSE Mathematics Paper 1 (mock), GCSE English Language Paper 1 (mock)',
  ],
])('%s is: %s', (date, expected) => {
  expect(describeDay(policy, calendar, parseDate(date) ?? NaN)).toBe(expected)
})

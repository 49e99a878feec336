import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { timeWarnings } from '../../../rules/warnings/time-warnings.ts'
import { changedExample } from '../policy/changed-example.ts'

const SHORT = { short_day: { timetable: { sixth: [['lesson', '09:00', '10:00']] } } }

test.each([
  [
    'a window on a weekday that the school is closed',
    { 'windows.clubs': { start: '09:00', end: '10:00', days: ['sat'] } },
    'windows.clubs: window `clubs` is never in force: no day of the calendar has it',
  ],
  [
    'an exam window with the times of no exam',
    { exams: [] },
    'windows.exam_am: window `exam_am` is never in force: no day of the calendar has it',
  ],
  [
    'an early closing in the holidays',
    { 'calendar.changes': [{ date: '2026-12-25', name: 'Christmas', closes: '12:00' }] },
    'calendar.changes.0: `Christmas` changes a day that is `closed`',
  ],
  [
    'a type of day that no day has',
    { day_types: SHORT },
    'day_types.short_day: no day is `short_day`: neither `calendar.weekly` nor `calendar.changes` names it',
  ],
  [
    'a term beyond the bank holidays that are known',
    { 'calendar.terms': [{ name: 'Spring 2029', from: '2029-01-04', to: '2029-03-28' }] },
    'calendar.terms.0: bank holidays are known until 2028-12-31, and `Spring 2029` ends after it',
  ],
])('%s', (_says, changes, warning) => {
  const parsed = parsePolicy(changedExample(changes), 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const said = timeWarnings(parsed.policy, parsed.document)
  expect(said.map(({ path, message }) => `${path.join('.')}: ${message}`)).toContain(warning)
})

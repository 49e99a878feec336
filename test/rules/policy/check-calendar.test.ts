import { expect, test } from 'vitest'
import { problemsOfChange } from './changed-example.ts'

const SHORT = { short_day: { timetable: { sixth: [['lesson', '09:00', '10:00']] } } }
const change = (more: object): Record<string, unknown> => ({
  'calendar.changes': [{ date: '2026-12-18', name: 'End of term', ...more }],
})

const PROBLEMS: readonly [says: string, changes: Record<string, unknown>, problem: string][] = [
  [
    'a change of nothing',
    change({}),
    'calendar.changes.0: a change says `day`, `opens`, `closes` or `day_type`',
  ],
  [
    'a change of a date that does not exist',
    change({ date: '2027-02-29', day: 'closed' }),
    'calendar.changes.0.date: `2027-02-29` is not a date',
  ],
  [
    'two changes of one date',
    {
      'calendar.changes': [
        { date: '2026-12-18', name: 'Snow', day: 'closed' },
        { date: '2026-12-18', name: 'End of term', closes: '13:00' },
      ],
    },
    'calendar.changes.1.date: 2026-12-18 is changed already, by `Snow`',
  ],
  [
    'an early closing at a time that does not exist',
    change({ closes: '25:00' }),
    'calendar.changes.0.closes: `25:00` is not a time of day',
  ],
  [
    'closing before opening',
    change({ opens: '10:00', closes: '9:30' }),
    'calendar.changes.0.closes: closes at 9:30, before it opens',
  ],
  [
    'an early closing of a day that is closed',
    change({ day: 'closed', closes: '13:00' }),
    'calendar.changes.0.day: on a day that is `closed` no pupils come or go',
  ],
  [
    'a misspelt type of day',
    { ...change({ day_type: 'shrt_day' }), day_types: SHORT },
    'calendar.changes.0.day_type: no type of day `shrt_day`; did you mean `short_day`?',
  ],
  [
    'a misspelt type of day of a weekday',
    { 'calendar.weekly': { fri: 'shrt_day' }, day_types: SHORT },
    'calendar.weekly.fri: no type of day `shrt_day`; did you mean `short_day`?',
  ],
  [
    'a misspelt kind of day',
    change({ day: 'insett' }),
    'calendar.changes.0.day: `insett` is not one of school, inset, closed; did you mean `inset`?',
  ],
  [
    'a misspelt part of the United Kingdom',
    { 'calendar.bank_holidays': 'england' },
    'calendar.bank_holidays: `england` is not one of england-and-wales, scotland, northern-ireland',
  ],
  [
    'a misspelt key of a change',
    change({ close: '13:00', day: 'school' }),
    'calendar.changes.0.close: unknown key; did you mean `closes`?',
  ],
  [
    'a type of day named as the usual one',
    { day_types: { usual: {} } },
    'day_types.usual: `usual` is the day without a type',
  ],
  [
    'a type of day for a phase that the school has not',
    { day_types: { short_day: { timetable: { nursery: [] } } } },
    'day_types.short_day.timetable.nursery: no phase `nursery`',
  ],
  [
    'a type of day with a window that the school has not',
    { day_types: { short_day: { windows: { staff_dya: { slots: [] } } } } },
    'day_types.short_day.windows.staff_dya: no window `staff_dya`; did you mean `staff_day`?',
  ],
  [
    'a window with a slot that has no length',
    { 'windows.clubs': { slots: [{ start: '8:00', end: '08:00' }] } },
    'windows.clubs.slots.0.end: starts and ends at the same time',
  ],
  [
    'a window with slots and times of its own',
    { 'windows.clubs': { start: '07:00', slots: [{ start: '07:00', end: '08:00' }] } },
    'windows.clubs: a window has either `start` and `end`, or `slots`',
  ],
  [
    'a window without an end',
    { 'windows.clubs': { start: '07:00' } },
    'windows.clubs: a window has either `start` and `end`, or `slots`',
  ],
  [
    'an exam that ends when it begins',
    {
      exams: [
        { date: '2027-01-12', start: '09:00', end: '9:00', zone: 'exam_hall', paper: 'Latin' },
      ],
    },
    'exams.0.end: starts and ends at the same time',
  ],
]

test.each(PROBLEMS)('%s', (_says, changes, problem) => {
  expect(problemsOfChange(changes)).toContain(problem)
})

test('a slot that only another type of day has may be named by a rule', () => {
  const day_types = { short_day: { timetable: { sixth: [['assembly', '09:00', '10:00']] } } }
  const access = [{ role: 'staff', during: 'assembly', profile: 'staff_work' }]
  expect(problemsOfChange({ day_types, access })).toEqual([])
})

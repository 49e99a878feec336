import fc from 'fast-check'
import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { MAX_RECURRENCE_DAYS, repeatedDays } from '../../../rules/ics/recurrence.ts'
import { formatDate, parseDate } from '../../../rules/time/clock-text.ts'

const START = parseDate('2026-09-07') ?? NaN

function daysOf(rule: string, start = START): string[] | undefined {
  const parsed = ICAL.Recur.fromString(rule)
  return repeatedDays(parsed.toJSON(), start)?.days.map(formatDate)
}

test.each([
  ['FREQ=WEEKLY;COUNT=3', ['2026-09-07', '2026-09-14', '2026-09-21']],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=3', ['2026-09-07', '2026-09-21', '2026-10-05']],
  [
    'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260916',
    ['2026-09-07', '2026-09-09', '2026-09-14', '2026-09-16'],
  ],
  ['FREQ=DAILY;BYDAY=FR;COUNT=2', ['2026-09-07', '2026-09-11']],
  ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=3', ['2026-09-07', '2026-09-25', '2026-10-30']],
  ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3', ['2026-09-07', '2026-10-31', '2026-12-31']],
  ['FREQ=YEARLY;COUNT=2', ['2026-09-07', '2027-09-07']],
])('%s', (rule, days) => {
  expect(daysOf(rule)).toEqual(days)
})

test.each([
  'FREQ=SECONDLY',
  'FREQ=HOURLY;COUNT=3',
  'FREQ=YEARLY;BYWEEKNO=20',
  'FREQ=YEARLY;BYDAY=20MO',
  'FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO',
])('%s is not understood, and that is the answer', (rule) => {
  expect(daysOf(rule)).toBeUndefined()
})

test('a rule without an end ends after three years, and says so', () => {
  const repeated = repeatedDays({ freq: 'DAILY' }, START)
  expect(repeated?.days).toHaveLength(MAX_RECURRENCE_DAYS + 1)
  expect(repeated?.more).toBe(true)
  expect(repeatedDays({ freq: 'DAILY', count: 3 }, START)?.more).toBe(false)
})

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const weekdays = fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 })
const nth = fc.tuple(fc.constantFrom(1, 2, 3, -1, -2), weekday).map(([n, day]) => `${n}${day}`)
const rules = fc.oneof(
  fc.constant('FREQ=DAILY'),
  weekdays.map((days) => `FREQ=WEEKLY;BYDAY=${days.join()}`),
  fc.constant('FREQ=WEEKLY'),
  nth.map((day) => `FREQ=MONTHLY;BYDAY=${day}`),
  fc.constantFrom(1, 15, 28, 31, -1).map((day) => `FREQ=MONTHLY;BYMONTHDAY=${day}`),
  fc
    .tuple(nth, fc.integer({ min: 1, max: 12 }))
    .map(([day, month]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${day}`),
)

test('what schools write repeats on the days on which ical.js has it', () => {
  fc.assert(
    fc.property(
      rules,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.constantFrom('', ';WKST=SU'),
      (rule, interval, offset, weekStart) => {
        const start = START + offset
        const text = `${rule};INTERVAL=${interval}${rule.startsWith('FREQ=WEEKLY') ? weekStart : ''}`
        const iterator = ICAL.Recur.fromString(text).iterator(
          ICAL.Time.fromDateString(formatDate(start)),
        )
        const theirs: string[] = []
        for (let time = iterator.next(); theirs.length < 12; time = iterator.next()) {
          if (time.toString() > formatDate(start + 1000)) break
          theirs.push(time.toString())
        }
        const ours = daysOf(text, start) ?? []
        // The first occurrence is the start itself by RFC 5545; ical.js leaves it to the rule.
        const same = theirs[0] === formatDate(start) ? ours : ours.slice(1)
        expect(same.slice(0, theirs.length)).toEqual(theirs)
      },
    ),
    { numRuns: 300 },
  )
})

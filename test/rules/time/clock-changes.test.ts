import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, parseDate } from '../../../rules/time/clock-text.ts'
import { LocalDay } from '../../../rules/time/local-day.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { EXAMPLE_TIME, window } from './example-time.ts'

/** The dates that GOV.UK publishes (alphagov/frontend @ cb2a016, OGL v3.0): clocks change at 01:00 UTC. */
const SPRING_FORWARD = ['2025-03-30', '2026-03-29', '2027-03-28', '2028-03-26']
const FALL_BACK = ['2025-10-26', '2026-10-25', '2027-10-31', '2028-10-29']
const HOUR_MS = 3_600_000

/** Nights and Sundays too: the changes are on Sundays at night. */
const BOARDING = {
  ...EXAMPLE_TIME,
  days: [1, 2, 3, 4, 5, 6, 7],
  terms: [{ name: 'all', from: '2024-01-01', to: '2029-12-31' }],
  closed: [],
  windows: [
    window('night', ['21:30', '07:00'], { days: [1, 2, 3, 4, 5, 6, 7] }),
    window('day', ['08:30', '15:30'], { days: [1, 2, 3, 4, 5, 6, 7] }),
  ],
  timetable: [],
  exams: [],
}

function dayOf(date: string): LocalDay {
  return new LocalDay(parseDate(date) ?? NaN, 'Europe/London')
}

describe.each([
  ['clocks go forward', SPRING_FORWARD, 23],
  ['clocks go back', FALL_BACK, 25],
] as const)('V10: %s', (_what, dates, hours) => {
  test.each(dates)('%s has the hours that GOV.UK gives it, and its neighbours have 24', (date) => {
    const day = dayOf(date)
    expect((day.end - day.start) / HOUR_MS).toBe(hours)
    for (const beside of [-1, 1]) {
      const other = new LocalDay(day.number + beside, 'Europe/London')
      expect((other.end - other.start) / HOUR_MS).toBe(24)
    }
  })

  test.each(dates)('%s: windows begin and end at their times on the wall', (date) => {
    const offset = (hours === 23 ? 1 : 0) * HOUR_MS
    const midnight = Date.parse(`${date}T00:00:00Z`)
    const time = new SchoolTime(BOARDING)
    // By then the new time is in force: 08:30 on the wall is 07:30 UTC in summer.
    const opens = midnight + 8.5 * HOUR_MS - offset
    expect(time.at(opens - 1).inForce('day', null)).toBe(false)
    expect(time.at(opens).inForce('day', null)).toBe(true)
    expect(time.nextEdge(opens - 1)).toBe(opens)
    expect(time.nextEdge(opens)).toBe(midnight + 15.5 * HOUR_MS - offset)
  })

  test.each(dates)('the night to %s is an hour other than its times say', (date) => {
    const time = new SchoolTime(BOARDING)
    const { start } = dayOf(date)
    const begins = start - 2.5 * HOUR_MS
    expect(time.nextEdge(begins - 1)).toBe(begins)
    const wallHours = 9.5
    expect((time.nextEdge(begins) - begins) / HOUR_MS).toBe(wallHours + hours - 24)
  })

  test('in the 48 hours around it every instant has exactly one moment, in order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...dates),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (date, share) => {
          const time = new SchoolTime(BOARDING)
          const at = Math.floor(dayOf(date).start - 12 * HOUR_MS + share * 48 * HOUR_MS)
          const { from, until } = time.at(at)
          expect(from <= at && at < until).toBe(true)
          expect(time.at(until).from).toBe(until)
          expect(time.nextEdge(at)).toBeGreaterThan(at)
          expect(time.nextEdge(at)).toBeLessThanOrEqual(at + DAY_MS)
        },
      ),
    )
  })
})

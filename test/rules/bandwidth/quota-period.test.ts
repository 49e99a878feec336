import { expect, test } from 'vitest'
import { quotaPeriod } from '../../../rules/bandwidth/quota-period.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const TIME = new SchoolTime(examplePolicy().time)
const periodAt = (per: string, iso: string, phase: string | null = 'secondary') =>
  quotaPeriod(per, TIME.at(Date.parse(iso)), phase)

test.each([
  ['day', '2026-11-24T23:59:59Z', '2026-11-24'],
  ['day', '2027-06-01T23:30:00Z', '2027-06-02'],
  ['week', '2026-11-29T12:00:00Z', 'week of 2026-11-23'],
  ['week', '2026-11-30T00:00:00Z', 'week of 2026-11-30'],
  ['lesson', '2026-11-24T10:00:00Z', '2026-11-24 lesson'],
  ['lesson', '2026-11-24T11:00:00Z', null],
])('a quota per %s at %s counts for %s', (per, iso, period) => {
  expect(periodAt(per, iso)).toBe(period)
})

test('a window counts by the timetable of the device’s phase', () => {
  expect(periodAt('lesson', '2026-11-24T12:30:00Z', 'primary')).toBe(null)
  expect(periodAt('lesson', '2026-11-24T12:30:00Z', 'sixth')).toBe('2026-11-24 lesson')
})

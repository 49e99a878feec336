import { expect, test } from 'vitest'
import { formatInstant, parseDate } from '../../../rules/time/clock-text.ts'
import { LocalDay } from '../../../rules/time/local-day.ts'
import { clock } from './example-time.ts'

function dayOf(date: string, zone: string): LocalDay {
  return new LocalDay(parseDate(date) ?? NaN, zone)
}

test.each([
  ['a day in winter has 24 hours', '2026-11-24', 'Europe/London', 24],
  ['so has one in summer', '2026-07-01', 'Europe/London', 24],
  ['the clock goes back', '2026-10-25', 'Europe/London', 25],
  ['the clock goes forward', '2027-03-28', 'Europe/London', 23],
  ['by half an hour only', '2027-04-04', 'Australia/Lord_Howe', 24.5],
  ['midnight does not exist', '2026-04-24', 'Africa/Cairo', 23],
  ['midnight is shown, then 23:00 again', '2026-10-29', 'Africa/Cairo', 25],
  ['Samoa had no 30 December 2011', '2011-12-30', 'Pacific/Apia', 0],
])('%s', (_sentence, date, zone, hours) => {
  const { start, end, date: written } = dayOf(date, zone)
  expect((end - start) / 3_600_000).toBe(hours)
  expect(written).toBe(date)
})

test.each([
  ['an ordinary time', '2026-11-24', '15:30', 0, '2026-11-24T15:30:00Z'],
  ['the midnight that ends the date', '2026-11-24', '24:00', 0, '2026-11-25T00:00:00Z'],
  ['a time of the next date', '2026-11-24', '06:00', 1, '2026-11-25T06:00:00Z'],
  ['a time of the next date, after a change', '2026-10-24', '06:00', 1, '2026-10-25T06:00:00Z'],
  ['a time before the change', '2026-10-25', '00:59', 0, '2026-10-24T23:59:00Z'],
  ['a time that exists twice', '2026-10-25', '01:30', 0, '2026-10-25T00:30:00Z'],
  ['the first time that exists once again', '2026-10-25', '02:00', 0, '2026-10-25T02:00:00Z'],
  ['a time that does not exist', '2027-03-28', '01:30', 0, '2027-03-28T01:30:00Z'],
  ['the first time after those', '2027-03-28', '02:00', 0, '2027-03-28T01:00:00Z'],
])('%s', (...[, date, time, daysOn, expected]) => {
  const day = dayOf(date, 'Europe/London')
  expect(formatInstant(day.instantAt(clock(time) + daysOn * 86_400))).toBe(expected)
})

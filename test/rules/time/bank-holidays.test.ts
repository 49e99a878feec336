import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  BANK_HOLIDAY_DIVISIONS,
  BANK_HOLIDAYS_KNOWN_UNTIL,
  bankHolidaysOf,
} from '../../../rules/time/bank-holidays.ts'
import { weekdayOf } from '../../../rules/time/school-calendar.ts'
import { parseDate } from '../../../rules/time/clock-text.ts'
import { sharedPath, testWithShared } from '../../support/shared-data.ts'

const SOURCE = 'data/calendars/govuk-bank-holidays.json'

testWithShared(SOURCE)('the table is what GOV.UK publishes, part by part', () => {
  const { divisions } = JSON.parse(readFileSync(sharedPath(SOURCE), 'utf8')) as {
    divisions: Record<string, Record<string, string | { date: string }[]>>
  }
  const published = Object.entries(divisions).map(([slug, years]) => [
    slug.replace(/^common\.nations\.(.*)_slug$/, '$1'),
    Object.values(years)
      .flatMap((days) => (Array.isArray(days) ? days : []))
      .map(({ date }) => date.split('/').reverse().join('-'))
      .sort(),
  ])
  const ours = BANK_HOLIDAY_DIVISIONS.map((division) => [
    division,
    bankHolidaysOf(division).map(({ from }) => from),
  ])
  expect(ours).toEqual(published)
})

test.each([
  ['england-and-wales', '2027-03-29', 'Easter Monday'],
  ['england-and-wales', '2022-09-19', 'Bank Holiday for the State Funeral of Queen Elizabeth II'],
  ['scotland', '2026-11-30', 'St Andrew’s Day'],
  ['northern-ireland', '2027-03-17', 'St Patrick’s Day'],
] as const)('%s has %s: %s', (division, date, name) => {
  expect(bankHolidaysOf(division)).toContainEqual({ name, from: date, to: date })
})

test('each is one weekday, in order, none twice, up to the last year that is known', () => {
  for (const division of BANK_HOLIDAY_DIVISIONS) {
    const dates = bankHolidaysOf(division).map(({ from, to }) => {
      expect(from).toBe(to)
      expect(weekdayOf(parseDate(from) ?? NaN)).toBeLessThan(6)
      return from
    })
    expect(dates).toEqual([...new Set(dates)].sort())
    expect(dates.at(-1)?.slice(0, 4)).toBe(BANK_HOLIDAYS_KNOWN_UNTIL.slice(0, 4))
  }
})

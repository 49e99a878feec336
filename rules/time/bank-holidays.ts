import type { DateSpan } from './time-policy.ts'

/**
 * UK bank holidays as GOV.UK publishes them (alphagov/frontend @ cb2a016, lib/data, last updated on
 * 2025-11-24). Contains public sector information licensed under the Open Government Licence v3.0,
 * https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/. Where a day falls on a
 * weekend the date is that of its substitute. A test compares the tables with the source.
 *
 * Here: what all parts of the United Kingdom have in common.
 */
const EVERYWHERE = `
  New Year’s Day: 2019-01-01 2020-01-01 2021-01-01 2022-01-03 2023-01-02
  New Year’s Day: 2024-01-01 2025-01-01 2026-01-01 2027-01-01 2028-01-03
  Good Friday: 2019-04-19 2020-04-10 2021-04-02 2022-04-15 2023-04-07
  Good Friday: 2024-03-29 2025-04-18 2026-04-03 2027-03-26 2028-04-14
  Early May bank holiday: 2019-05-06 2021-05-03 2022-05-02 2023-05-01 2024-05-06
  Early May bank holiday: 2025-05-05 2026-05-04 2027-05-03 2028-05-01
  Spring bank holiday: 2019-05-27 2020-05-25 2021-05-31 2022-06-02 2023-05-29
  Spring bank holiday: 2024-05-27 2025-05-26 2026-05-25 2027-05-31 2028-05-29
  Christmas Day: 2019-12-25 2020-12-25 2021-12-27 2022-12-27 2023-12-25
  Christmas Day: 2024-12-25 2025-12-25 2026-12-25 2027-12-27 2028-12-25
  Boxing Day: 2019-12-26 2020-12-28 2021-12-28 2022-12-26 2023-12-26
  Boxing Day: 2024-12-26 2025-12-26 2026-12-28 2027-12-28 2028-12-26
  Early May bank holiday (VE day): 2020-05-08
  Platinum Jubilee bank holiday: 2022-06-03
  Bank Holiday for the State Funeral of Queen Elizabeth II: 2022-09-19
  Bank holiday for the coronation of King Charles III: 2023-05-08
`

/** What a part has besides. */
const OF_ITS_OWN = {
  'england-and-wales': `
    Easter Monday: 2019-04-22 2020-04-13 2021-04-05 2022-04-18 2023-04-10
    Easter Monday: 2024-04-01 2025-04-21 2026-04-06 2027-03-29 2028-04-17
    Summer bank holiday: 2019-08-26 2020-08-31 2021-08-30 2022-08-29 2023-08-28
    Summer bank holiday: 2024-08-26 2025-08-25 2026-08-31 2027-08-30 2028-08-28
  `,
  scotland: `
    2 January: 2019-01-02 2020-01-02 2021-01-04 2022-01-04 2023-01-03
    2 January: 2024-01-02 2025-01-02 2026-01-02 2027-01-04 2028-01-04
    Summer bank holiday: 2019-08-05 2020-08-03 2021-08-02 2022-08-01 2023-08-07
    Summer bank holiday: 2024-08-05 2025-08-04 2026-08-03 2027-08-02 2028-08-07
    St Andrew’s Day: 2019-12-02 2020-11-30 2021-11-30 2022-11-30 2023-11-30
    St Andrew’s Day: 2024-12-02 2025-12-01 2026-11-30 2027-11-30 2028-11-30
    Bank holiday for the World Cup: 2026-06-15
  `,
  'northern-ireland': `
    St Patrick’s Day: 2019-03-18 2020-03-17 2021-03-17 2022-03-17 2023-03-17
    St Patrick’s Day: 2024-03-18 2025-03-17 2026-03-17 2027-03-17 2028-03-17
    Easter Monday: 2019-04-22 2020-04-13 2021-04-05 2022-04-18 2023-04-10
    Easter Monday: 2024-04-01 2025-04-21 2026-04-06 2027-03-29 2028-04-17
    Battle of the Boyne (Orangemen’s Day): 2019-07-12 2020-07-13 2021-07-12 2022-07-12 2023-07-12
    Battle of the Boyne (Orangemen’s Day): 2024-07-12 2025-07-14 2026-07-13 2027-07-12 2028-07-12
    Summer bank holiday: 2019-08-26 2020-08-31 2021-08-30 2022-08-29 2023-08-28
    Summer bank holiday: 2024-08-26 2025-08-25 2026-08-31 2027-08-30 2028-08-28
  `,
} as const

/** The parts of the United Kingdom that have bank holidays of their own. */
export type BankHolidayDivision = keyof typeof OF_ITS_OWN

export const BANK_HOLIDAY_DIVISIONS = Object.keys(OF_ITS_OWN) as readonly BankHolidayDivision[]

/** The last date that the table speaks of; GOV.UK publishes some two years ahead. */
export const BANK_HOLIDAYS_KNOWN_UNTIL = '2028-12-31'

/** The bank holidays of a part of the United Kingdom, 2019 to 2028, each a span of one day. */
export function bankHolidaysOf(division: BankHolidayDivision): readonly DateSpan[] {
  return [EVERYWHERE, OF_ITS_OWN[division]]
    .flatMap((rows) => rows.trim().split('\n'))
    .flatMap((line) => {
      const [name = '', dates = ''] = line.trim().split(': ')
      return dates.split(' ').map((date) => ({ name, from: date, to: date }))
    })
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

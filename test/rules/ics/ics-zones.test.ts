import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IcsZones } from '../../../rules/ics/ics-zones.ts'
import { formatDate, parseDate } from '../../../rules/time/clock-text.ts'
import { SCHOOL_ZONE } from './ics-text.ts'

const zones = new IcsZones([SCHOOL_ZONE], 'Europe/London')
const NINE = 9 * 3600

function inLondon(tzid: string | undefined, date: string, seconds: number): string | undefined {
  const wall = zones.toSchool(tzid)?.({ day: parseDate(date) ?? NaN, seconds })
  return wall && `${formatDate(wall.day)} ${wall.seconds / 3600}`
}

test.each([
  ['a floating time is on the school’s wall', undefined, '2027-05-12', '2027-05-12 9'],
  ['UTC in summer', 'UTC', '2027-05-12', '2027-05-12 10'],
  ['UTC in winter', 'UTC', '2027-01-12', '2027-01-12 9'],
  ['the school’s own zone', 'Europe/London', '2027-05-12', '2027-05-12 9'],
  [
    'a zone with a producer’s prefix',
    '/citadel.org/20250101_1/Europe/London',
    '2027-05-12',
    '2027-05-12 9',
  ],
  ['Outlook’s name for London', 'GMT Standard Time', '2027-05-12', '2027-05-12 9'],
  ['Outlook’s name for Paris', 'Romance Standard Time', '2027-05-12', '2027-05-12 8'],
  ['a zone on the other side of midnight', 'Pacific/Auckland', '2027-05-12', '2027-05-11 22'],
  ['the file’s own zone in summer', 'School Time', '2027-05-12', '2027-05-12 9'],
  ['the file’s own zone in winter', 'School Time', '2027-01-12', '2027-01-12 9'],
  ['a zone that nobody defines', 'Mars/Olympus', '2027-01-12', undefined],
])('%s', (_says, tzid, date, expected) => {
  expect(inLondon(tzid, date, NINE)).toBe(expected)
})

test('London as a file defines it is London as tzdata has it, but for the hour of the change', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20_454, max: 23_000 }),
      fc.integer({ min: 3, max: 23 }),
      (day, hour) => {
        const wall = { day, seconds: hour * 3600 }
        expect(zones.toSchool('School Time')?.(wall)).toEqual(wall)
      },
    ),
    { numRuns: 300 },
  )
})

test.each([
  ['a change that never comes', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
  ['a change every second', 'RRULE:FREQ=SECONDLY'],
  ['a change on every Sunday', 'RRULE:FREQ=YEARLY;BYDAY=SU'],
  ['an offset that is none', 'TZOFFSETTO:+9900'],
  ['a start that is none', 'DTSTART:99999999T000000'],
])('a zone with %s is not believed', (_says, line) => {
  const name = line.slice(0, line.indexOf(':'))
  const lines = SCHOOL_ZONE.map((each) => (each.startsWith(name) ? line : each))
  expect(new IcsZones([lines], 'Europe/London').toSchool('School Time')).toBeUndefined()
})

test('a zone that says where it lies is that place', () => {
  const lines = ['BEGIN:VTIMEZONE', 'TZID:Home', 'X-LIC-LOCATION:Europe/Paris', 'END:VTIMEZONE']
  const home = new IcsZones([lines], 'Europe/London').toSchool('Home')
  expect(home?.({ day: 20_000, seconds: NINE })).toEqual({ day: 20_000, seconds: NINE - 3600 })
})

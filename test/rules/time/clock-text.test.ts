import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatDate,
  formatInstant,
  isTimeZone,
  parseClock,
  parseDate,
  parseInstant,
} from '../../../rules/time/clock-text.ts'

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) }

describe('parseClock', () => {
  test.each([
    ['00:00', 0],
    ['08:30', 30_600],
    ['8:30', 30_600],
    ['15:29:59', 55_799],
    ['23:59:59', 86_399],
    ['24:00', 86_400],
    ['24:00:00', 86_400],
  ])('%s is %d seconds after midnight', (text, seconds) => {
    expect(parseClock(text)).toBe(seconds)
  })

  test.each(['', '24:01', '25:00', '08:60', '08:30:60', '8', '0830', '008:30', '08:3', '-1:00'])(
    '`%s` is not a time of day',
    (text) => {
      expect(parseClock(text)).toBeUndefined()
    },
  )

  test.each([' 08:30', '08:30 ', '08:30\n', '8.30', '08:30am', '٠٨:٣٠'])(
    '`%s` is not one either',
    (text) => {
      expect(parseClock(text)).toBeUndefined()
    },
  )
})

describe('parseDate', () => {
  test.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2026-11-24', 20_781],
    ['2028-02-29', 21_243],
  ])('%s is day %d', (text, day) => {
    expect(parseDate(text)).toBe(day)
    expect(formatDate(day)).toBe(text)
  })

  test.each(['2027-02-29', '2027-02-30', '2027-04-31', '2027-13-01', '2027-00-10', '2027-01-00'])(
    'the calendar has no %s',
    (text) => {
      expect(parseDate(text)).toBeUndefined()
    },
  )

  test.each([
    '',
    '2027-1-5',
    '27-01-05',
    '05/01/2027',
    '2027-01-05T00:00',
    '2027-01-05 ',
    '+02027-01-05',
  ])('`%s` is not a date as the policy writes it', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })
})

describe('parseInstant', () => {
  test.each([
    ['2026-11-24T15:30:00Z', '2026-11-24T15:30:00Z'],
    ['2026-11-24t15:30:00z', '2026-11-24T15:30:00Z'],
    ['2026-10-25T01:30:00+01:00', '2026-10-25T00:30:00Z'],
    ['2026-12-31T20:00:00-05:30', '2027-01-01T01:30:00Z'],
    ['2026-11-24T15:30:00-00:00', '2026-11-24T15:30:00Z'],
    ['2026-11-24T15:29:59.5Z', '2026-11-24T15:29:59.500Z'],
    ['2026-11-24T15:29:59.999999999Z', '2026-11-24T15:29:59.999Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('%s is %s', (text, expected) => {
    const reading = parseInstant(text)
    expect(reading.ok ? formatInstant(reading.ms) : reading.problem).toBe(expected)
  })

  const AS = 'write it as `2026-11-24T15:30:00Z`'
  test.each([
    ['', `\`\` is not an instant: ${AS}`],
    ['tomorrow', `\`tomorrow\` is not an instant: ${AS}`],
    ['2026-11-24', `\`2026-11-24\` is not an instant: ${AS}`],
    ['2026-11-24 15:30:00Z', `\`2026-11-24 15:30:00Z\` is not an instant: ${AS}`],
    [
      '2026-11-24T15:30:00',
      '`2026-11-24T15:30:00` names no offset from UTC: end it with `Z` or one such as `+01:00`',
    ],
    ['2026-02-30T15:30:00Z', '`2026-02-30` is not a date'],
    ['2026-11-24T24:00:00Z', '`24:00:00` is not a time of day from 00:00:00 to 23:59:59'],
    ['2026-12-31T23:59:60Z', '`23:59:60` is not a time of day from 00:00:00 to 23:59:59'],
    ['2026-11-24T15:30:00+24:00', '`+24:00` is not an offset from -23:59 to +23:59'],
    ['2026-11-24T15:30:00+01:60', '`+01:60` is not an offset from -23:59 to +23:59'],
    [`2026-11-24T15:30:00.${'0'.repeat(100)}Z`, 'the text is too long for an instant'],
  ])('`%s` has a problem that says what to do', (text, problem) => {
    expect(parseInstant(text)).toEqual({ ok: false, problem })
  })
})

test.each([
  ['Europe/London', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['Europe/Lodnon', false],
  ['+00:00', false],
  ['', false],
])('whether `%s` is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})

describe('any text', () => {
  /** Mostly nearly right, which is where a parser goes wrong. */
  const texts = fc.oneof(
    fc.string({ maxLength: 100 }),
    fc.stringMatching(/^[0-9]{0,5}[-:T ]?[0-9]{0,3}[-:.]?[0-9]{0,3}[TZ:+-]?[0-9:]{0,10}[Z+.-]?$/),
    fc.stringMatching(
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,4})?([+-][0-9]{2}:[0-9]{2}|Z)$/,
    ),
  )

  test('is a time of day within the day, or nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const seconds = parseClock(text)
        if (seconds !== undefined) expect(seconds).toSatisfy((n: number) => n >= 0 && n <= 86_400)
      }),
      RUNS,
    )
  })

  test('is a date that is written back the same, or nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const day = parseDate(text)
        if (day !== undefined) expect(formatDate(day)).toBe(text)
      }),
      RUNS,
    )
  })

  test('is the instant that `Date.parse` reads too, or a problem', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const reading = parseInstant(text)
        if (reading.ok) expect(reading.ms).toBe(Date.parse(text))
        else expect(reading.problem).not.toBe('')
      }),
      RUNS,
    )
  })

  test('a zone or not, without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isTimeZone(text)).toBeTypeOf('boolean')
      }),
      RUNS,
    )
  })
})

test('every instant of the calendar is written so that it is read back', () => {
  const last = Date.parse('9999-12-31T23:59:59.999Z')
  fc.assert(
    fc.property(fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: last }), (ms) => {
      expect(parseInstant(formatInstant(ms))).toEqual({ ok: true, ms })
    }),
    RUNS,
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_ICS_CHARACTERS } from '../../../rules/ics/ics-blocks.ts'
import { readIcs, type IcsEvent } from '../../../rules/ics/read-ics.ts'
import { formatDate } from '../../../rules/time/clock-text.ts'
import { icsOf, SCHOOL_ZONE } from './ics-text.ts'

function describeEvent({ summary, first, last, startSeconds, endSeconds }: IcsEvent): string {
  const days = first === last ? formatDate(first) : `${formatDate(first)}/${formatDate(last)}`
  if (startSeconds === null || endSeconds === null) return `${days} ${summary}`
  return `${days} ${startSeconds / 3600}-${endSeconds / 3600} ${summary}`
}

function read(...events: readonly (readonly string[])[]) {
  const { events: found, problems } = readIcs(icsOf(...events), 'Europe/London')
  return { events: found.map(describeEvent), problems }
}

describe('when an event is', () => {
  test.each([
    ['one whole day', ['DTSTART;VALUE=DATE:20261127', 'DTEND;VALUE=DATE:20261128'], '2026-11-27 x'],
    ['one whole day without an end', ['DTSTART;VALUE=DATE:20261127'], '2026-11-27 x'],
    [
      'one whole day that ends when it starts',
      ['DTSTART;VALUE=DATE:20261127', 'DTEND;VALUE=DATE:20261127'],
      '2026-11-27 x',
    ],
    [
      'a run of days',
      ['DTSTART;VALUE=DATE:20261026', 'DTEND;VALUE=DATE:20261031'],
      '2026-10-26/2026-10-30 x',
    ],
    [
      'a run of days by its length',
      ['DTSTART;VALUE=DATE:20261026', 'DURATION:P1W'],
      '2026-10-26/2026-11-01 x',
    ],
    [
      'Outlook’s whole day',
      [
        'DTSTART;TZID=GMT Standard Time:20261127T000000',
        'DTEND;TZID=GMT Standard Time:20261128T000000',
      ],
      '2026-11-27 x',
    ],
    [
      'UTC in summer',
      ['DTSTART:20270512T080000Z', 'DTEND:20270512T093000Z'],
      '2027-05-12 9-10.5 x',
    ],
    ['a length', ['DTSTART:20270512T090000', 'DURATION:PT1H45M'], '2027-05-12 9-10.75 x'],
    ['a night', ['DTSTART:20270512T220000', 'DURATION:PT8H'], '2027-05-12/2027-05-13 22-6 x'],
  ])('%s', (_says, lines, expected) => {
    expect(read(['SUMMARY:x', ...lines])).toEqual({ events: [expected], problems: [] })
  })
})

describe('repetition', () => {
  const weekly = [
    'UID:1',
    'SUMMARY:x',
    'DTSTART:20260907T090000',
    'DTEND:20260907T100000',
    'RRULE:FREQ=WEEKLY;COUNT=3',
  ]

  test('each date is an event, but those that are excepted', () => {
    expect(read([...weekly, 'EXDATE:20260914T090000']).events).toEqual([
      '2026-09-07 9-10 x',
      '2026-09-21 9-10 x',
    ])
  })

  test('an occurrence that was moved is where it was moved to', () => {
    const moved = [
      'UID:1',
      'RECURRENCE-ID:20260914T090000',
      'SUMMARY:y',
      'DTSTART:20260915T110000',
      'DTEND:20260915T120000',
    ]
    expect(read(weekly, moved).events).toEqual([
      '2026-09-07 9-10 x',
      '2026-09-15 11-12 y',
      '2026-09-21 9-10 x',
    ])
  })

  test('an occurrence that was cancelled is gone, and so is an event', () => {
    const gone = [
      'UID:1',
      'RECURRENCE-ID:20260914T090000',
      'STATUS:CANCELLED',
      'DTSTART:20260914T090000',
    ]
    expect(read(weekly, gone).events).toHaveLength(2)
    expect(read([...weekly, 'STATUS:CANCELLED']).events).toEqual([])
  })

  test('extra dates are dates', () => {
    const lines = ['SUMMARY:x', 'DTSTART;VALUE=DATE:20261127', 'RDATE;VALUE=DATE:20270104,20270625']
    expect(read(lines).events).toEqual(['2026-11-27 x', '2027-01-04 x', '2027-06-25 x'])
  })

  test('nine o’clock stays nine o’clock through a clock change', () => {
    const lines = [
      'SUMMARY:x',
      'DTSTART;TZID=School Time:20261023T090000',
      'RRULE:FREQ=WEEKLY;COUNT=2',
      'DURATION:PT1H',
    ]
    const text = icsOf(lines).replace('VERSION:2.0', SCHOOL_ZONE.join('\r\n'))
    expect(readIcs(text, 'Europe/London').events.map(describeEvent)).toEqual([
      '2026-10-23 9-10 x',
      '2026-10-30 9-10 x',
    ])
  })
})

test('a week that begins on Sunday counts its second weeks from there', () => {
  const lines = [
    'SUMMARY:x',
    'DTSTART;VALUE=DATE:20260906',
    'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU;COUNT=2',
  ]
  expect(read(lines).events).toEqual(['2026-09-06 x', '2026-09-07 x'])
})

test.each([
  ['no date', ['DTSTART:garbage'], '`x`: its start is no date'],
  ['30 February', ['DTSTART;VALUE=DATE:20270230'], '`x`: its start is no date'],
  ['a date in the year 9999', ['DTSTART;VALUE=DATE:99990101'], '`x`: its start is no date'],
  [
    'an end before its start',
    ['DTSTART;VALUE=DATE:20261127', 'DTEND;VALUE=DATE:20261120'],
    '`x`: its end is no date, or before its start',
  ],
  [
    'a zone that nobody knows',
    ['DTSTART;TZID=Mars:20261127T090000'],
    '`x`: no such time zone as `Mars`',
  ],
  [
    'a repetition every second',
    ['DTSTART:20261127T090000', 'RRULE:FREQ=SECONDLY'],
    '`x`: how it repeats is not understood',
  ],
])('an event with %s is a problem of its own', (_says, lines, problem) => {
  const good = ['SUMMARY:y', 'DTSTART;VALUE=DATE:20261127']
  const { events, problems } = read(['SUMMARY:x', ...lines], good)
  expect(problems).toEqual([problem])
  expect(events).toContain('2026-11-27 y')
})

test('one that repeats for ever is read for three years, and that is said', () => {
  const { events, problems } = read([
    'SUMMARY:x',
    'DTSTART;VALUE=DATE:20200101',
    'RRULE:FREQ=DAILY',
  ])
  expect(events).toHaveLength(1099)
  expect(problems).toEqual(['`x`: it repeats for longer than is read'])
})

test('what is no calendar says so', () => {
  expect(readIcs('hello', 'Europe/London').problems).toEqual([
    'not an iCalendar file: no line says BEGIN:VCALENDAR',
  ])
  expect(readIcs('x'.repeat(MAX_ICS_CHARACTERS + 1), 'Europe/London').problems).toHaveLength(1)
})

describe('hostile files', () => {
  const SAMPLE = icsOf(
    ['UID:1', 'SUMMARY:Autumn term', 'DTSTART;VALUE=DATE:20260902', 'DTEND;VALUE=DATE:20261219'],
    [
      'UID:2',
      'SUMMARY:x',
      'DTSTART;TZID=Europe/London:20260907T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3',
      'EXDATE:20260914T090000',
      'DURATION:PT1H',
    ],
  ).replace('VERSION:2.0', SCHOOL_ZONE.join('\r\n'))
  const edit = fc.record({
    at: fc.nat({ max: SAMPLE.length }),
    drop: fc.nat({ max: 40 }),
    put: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '\r\n',
        ';',
        ':',
        '"',
        ',',
        '\\',
        'BEGIN:VEVENT\r\n',
        'END:VEVENT\r\n',
        ';TZID=',
        'RRULE:FREQ=',
        '\0',
        '-1',
        '9'.repeat(30),
      ),
    ),
  })

  test('any text, and any damage to a good file, is read to an end without an exception', () => {
    const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) }
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        let text = SAMPLE
        for (const { at, drop, put } of edits)
          text = text.slice(0, at) + put + text.slice(at + drop)
        const { events, problems } = readIcs(text, 'Europe/London')
        for (const event of events) {
          expect(event.first).toBeLessThanOrEqual(event.last)
          expect(event.summary).not.toMatch(/[\r\n\0]/)
        }
        expect(problems.length).toBeLessThanOrEqual(110)
      }),
      runs,
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(
          readIcs(`BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${text}`, 'Europe/London').events,
        ).toBeDefined()
      }),
      runs,
    )
  })

  test.each([
    ['a line of four million characters', ['SUMMARY:' + 'x'.repeat(4_000_000)]],
    ['a million parameters', ['X' + ';A=B'.repeat(900_000) + ':1']],
    ['a million dates that are excepted', ['EXDATE:' + '20260901T000000,'.repeat(250_000)]],
    [
      'ten thousand rules that never come true',
      Array.from(
        { length: 9_000 },
        () =>
          'DTSTART;VALUE=DATE:20260901\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\nBEGIN:VEVENT',
      ),
    ],
  ])('%s costs no more than seconds', (_says, lines) => {
    const began = performance.now()
    readIcs(icsOf(['DTSTART;VALUE=DATE:20260901', ...lines]), 'Europe/London')
    // Without its bounds the second of these took 72 seconds, and the last for ever.
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

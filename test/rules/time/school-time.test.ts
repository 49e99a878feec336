import { describe, expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../../rules/time/clock-text.ts'
import { SchoolTime, type Moment } from '../../../rules/time/school-time.ts'
import type { DayChange, TimePolicy } from '../../../rules/time/time-policy.ts'
import { clock, EXAMPLE_TIME, window } from './example-time.ts'

function ms(text: string): number {
  const reading = parseInstant(text)
  if (!reading.ok) throw new Error(reading.problem)
  return reading.ms
}

function momentAt(policy: TimePolicy, text: string): Moment {
  return new SchoolTime(policy).at(ms(text))
}

/** All edges from one instant until another, as `nextEdge` walks them. */
function edges(policy: TimePolicy, from: string, until: string): string[] {
  const time = new SchoolTime(policy)
  const found: string[] = []
  for (let at = time.nextEdge(ms(from)); at < ms(until); at = time.nextEdge(at))
    found.push(formatInstant(at))
  return found
}

describe('V10: the example school', () => {
  test.each([
    ['before the staff come in, nothing is in force', '2026-11-24T07:29:59Z', []],
    ['the staff day starts on the second', '2026-11-24T07:30:00Z', ['staff_day']],
    ['one second before reception opens', '2026-11-24T08:29:59Z', ['staff_day']],
    ['reception hours start at 08:30:00', '2026-11-24T08:30:00Z', ['reception_hours', 'staff_day']],
    [
      'the last second and millisecond of reception hours',
      '2026-11-24T15:29:59.999Z',
      ['extended_school', 'reception_hours', 'staff_day'],
    ],
    ['15:30:00 is outside', '2026-11-24T15:30:00Z', ['extended_school', 'staff_day']],
    ['extended school ends before the staff day', '2026-11-24T17:30:00Z', ['staff_day']],
    ['in the evening nothing is', '2026-11-24T18:00:00Z', []],
    [
      'in summer time the same bells ring an hour earlier in UTC',
      '2026-09-08T07:30:00Z',
      ['reception_hours', 'staff_day'],
    ],
    ['one second earlier they do not', '2026-09-08T07:29:59Z', ['staff_day']],
    ['on a Saturday nothing is in force', '2026-11-28T10:00:00Z', []],
    ['in October half-term nothing is in force', '2026-10-28T10:00:00Z', []],
    ['the Friday before half-term is a school day', '2026-10-23T17:30:00+01:00', ['staff_day']],
    ['on the bank holiday nothing is in force', '2027-05-03T10:00:00+01:00', []],
    ['in the summer holidays nothing is in force', '2027-08-03T10:00:00+01:00', []],
    ['on an INSET day inside a term only the staff day is', '2026-11-27T10:00:00Z', ['staff_day']],
    ['on an INSET day outside every term too', '2027-01-04T10:00:00Z', ['staff_day']],
    ['on an INSET Saturday too', '2027-06-12T10:00:00+01:00', ['staff_day']],
    ['the day after that INSET day is a Sunday', '2027-06-13T10:00:00+01:00', []],
    ['governors meet on Thursday', '2026-11-26T17:30:00Z', ['governors_meeting', 'staff_day']],
    ['and stay after the staff have gone', '2026-11-26T19:29:59Z', ['governors_meeting']],
    ['but not at 19:30:00', '2026-11-26T19:30:00Z', []],
    ['and not on a Wednesday', '2026-11-25T17:30:00Z', ['staff_day']],
    ['and not on a Thursday in half-term', '2026-10-29T18:00:00Z', []],
  ])('%s', (_sentence, at, expected) => {
    expect(momentAt(EXAMPLE_TIME, at).windowsOf('nobody')).toEqual(expected)
  })

  test.each([
    ['a Tuesday in term is a school day', '2026-11-24T12:00:00Z', 'school'],
    ['the first day of term is one', '2026-09-02T12:00:00+01:00', 'school'],
    ['the last day of term is one', '2026-12-18T12:00:00Z', 'school'],
    ['the day before term is closed', '2026-09-01T12:00:00+01:00', 'closed'],
    ['the first day of half-term is closed', '2026-10-26T00:00:00Z', 'closed'],
    ['the last day of half-term is closed', '2026-10-30T23:59:59Z', 'closed'],
    ['the weekend after it is closed', '2026-10-31T12:00:00Z', 'closed'],
    ['the Monday after it is a school day', '2026-11-02T00:00:00Z', 'school'],
    ['an INSET day is neither', '2026-11-27T12:00:00Z', 'inset'],
  ])('%s', (_sentence, at, expected) => {
    expect(momentAt(EXAMPLE_TIME, at).dayKind).toBe(expected)
  })

  test.each([
    [
      'primary has a lesson while secondary has a break',
      'primary',
      '2026-11-24T11:00:00Z',
      'lesson',
    ],
    [
      'secondary has a break while primary has a lesson',
      'secondary',
      '2026-11-24T11:00:00Z',
      'break',
    ],
    [
      'registration is the shortest window of its moment',
      'sixth',
      '2026-11-24T08:50:00Z',
      'registration',
    ],
    ['lessons end on the bell', 'secondary', '2026-11-24T15:00:00Z', 'tutor'],
    ['after tutor time the clubs begin', 'secondary', '2026-11-24T15:15:00Z', 'extended_school'],
    [
      'a phase without a timetable has windows only',
      'nursery',
      '2026-11-24T11:00:00Z',
      'reception_hours',
    ],
    ['with no phase the shortest slot of any phase counts', null, '2026-11-24T11:00:00Z', 'break'],
    ['there are no slots on an INSET day', 'primary', '2026-11-27T11:00:00Z', 'staff_day'],
    ['there is nothing on a Sunday', 'primary', '2026-11-29T11:00:00Z', null],
  ])('%s', (_sentence, phase, at, expected) => {
    expect(momentAt(EXAMPLE_TIME, at).shortest(phase)).toBe(expected)
  })

  test('inForce tells phases apart, and asks all of them for a person without one', () => {
    const moment = momentAt(EXAMPLE_TIME, '2026-11-24T11:00:00Z')
    expect(moment.inForce('break', 'primary')).toBe(false)
    expect(moment.inForce('break', 'secondary')).toBe(true)
    expect(moment.inForce('break', null)).toBe(true)
    expect(moment.inForce('lesson', null)).toBe(true)
    expect(moment.inForce('reception_hours', 'primary')).toBe(true)
    expect(moment.inForce('exam_am', null)).toBe(false)
  })

  test('a name in force in two phases is listed once, at its shortest', () => {
    const moment = momentAt(EXAMPLE_TIME, '2026-11-24T10:20:00Z')
    expect(moment.windowsOf(null)).toEqual(['lesson', 'reception_hours', 'staff_day'])
  })

  test('a moment is the same object until its end, and equal answers are the same frozen array', () => {
    const time = new SchoolTime(EXAMPLE_TIME)
    const tuesday = time.at(ms('2026-11-24T11:20:00Z'))
    const thursday = time.at(ms('2026-11-26T11:20:00Z'))
    expect(time.at(tuesday.from)).toBe(tuesday)
    expect(time.at(tuesday.until - 1)).toBe(tuesday)
    expect(time.at(tuesday.until)).not.toBe(tuesday)
    expect(thursday).not.toBe(tuesday)
    expect(thursday.windowsOf('primary')).toBe(tuesday.windowsOf('primary'))
    expect(tuesday.windowsOf('primary')).toBe(tuesday.windowsOf('secondary'))
    expect(Object.isFrozen(tuesday.windowsOf(null))).toBe(true)
    expect(Object.isFrozen(tuesday.exams)).toBe(true)
  })
})

describe('exams', () => {
  const papersAt = (at: string) => momentAt(EXAMPLE_TIME, at).exams.map(({ paper }) => paper)

  test.each([
    ['the exam window holds on an exam morning', '2027-01-12T09:00:00Z', 'exam_am', true],
    ['until noon sharp', '2027-01-12T12:00:00Z', 'exam_am', false],
    ['and again in the afternoon', '2027-01-12T13:30:00Z', 'exam_pm', true],
    [
      'a day with a morning exam has no afternoon window',
      '2027-05-12T14:00:00+01:00',
      'exam_pm',
      false,
    ],
    ['other days have no exam window', '2027-01-13T09:30:00Z', 'exam_am', false],
    ['nor has a day whose exam has other times', '2027-05-13T10:30:00+01:00', 'exam_am', false],
    ['nor a closed day with an exam', '2027-06-05T10:00:00+01:00', 'exam_am', false],
  ])('%s', (_sentence, at, name, expected) => {
    expect(momentAt(EXAMPLE_TIME, at).inForce(name, 'secondary')).toBe(expected)
  })

  test('a session runs from its start to before its end', () => {
    expect(papersAt('2027-01-12T08:59:59Z')).toEqual([])
    expect(papersAt('2027-01-12T09:00:00Z')).toEqual(['GCSE Mathematics Paper 1 (mock)'])
    expect(papersAt('2027-01-12T12:00:00Z')).toEqual([])
  })

  test('a session without a window of its times runs all the same', () => {
    expect(papersAt('2027-05-13T10:00:00+01:00')).toHaveLength(1)
  })

  test('a session on a closed day runs: somebody wrote that date down', () => {
    expect(papersAt('2027-06-05T09:00:00+01:00')).toEqual(['Saturday exam in May half-term'])
    expect(edges(EXAMPLE_TIME, '2027-06-05T00:00:00+01:00', '2027-06-06T00:00:00+01:00')).toEqual([
      '2027-06-05T08:00:00Z',
      '2027-06-05T11:00:00Z',
    ])
  })
})

/** A school that never closes, so that a table can be about the clock alone. */
function everyDay(timezone: string, windows: readonly (readonly [string, string])[]): TimePolicy {
  const days = [1, 2, 3, 4, 5, 6, 7]
  return {
    timezone,
    days,
    terms: [{ name: 'all', from: '2020-01-01', to: '2039-12-31' }],
    closed: [],
    inset: [],
    windows: windows.map((times) => window(`${times[0]}-${times[1]}`, times, { days })),
    timetable: [],
    dayTypes: [],
    weekly: [],
    changes: [],

    exams: [],
  }
}

describe('V10: clock changes', () => {
  const LONDON = 'Europe/London'
  test.each<[string, string, readonly [string, string], readonly [string, string], string[]]>([
    [
      'autumn: a window that ends in the repeated hour ends at the first of the two',
      LONDON,
      ['00:30', '01:30'],
      ['2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z'],
      ['2026-10-24T23:30:00Z', '2026-10-25T00:30:00Z'],
    ],
    [
      'autumn: a window that starts in the repeated hour starts at the first, so it is longer',
      LONDON,
      ['01:30', '02:30'],
      ['2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z'],
      ['2026-10-25T00:30:00Z', '2026-10-25T02:30:00Z'],
    ],
    [
      'autumn: a window inside the repeated hour holds once',
      LONDON,
      ['01:15', '01:45'],
      ['2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z'],
      ['2026-10-25T00:15:00Z', '2026-10-25T00:45:00Z'],
    ],
    [
      'autumn: a night over the change is an hour longer',
      LONDON,
      ['23:00', '06:00'],
      ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'],
      ['2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'],
    ],
    [
      'autumn: by the first bell of the day the clock is right again',
      LONDON,
      ['08:30', '15:30'],
      ['2026-10-24T22:00:00Z', '2026-10-26T00:00:00Z'],
      ['2026-10-25T08:30:00Z', '2026-10-25T15:30:00Z'],
    ],
    [
      'spring: a window that ends in the skipped hour ends an hour later on the wall',
      LONDON,
      ['00:30', '01:30'],
      ['2027-03-27T22:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z'],
    ],
    [
      'spring: a window inside the skipped hour holds an hour later on the wall',
      LONDON,
      ['01:15', '01:45'],
      ['2027-03-27T22:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-28T01:15:00Z', '2027-03-28T01:45:00Z'],
    ],
    [
      'spring: a window that would end before it starts does not hold that day',
      LONDON,
      ['01:30', '02:15'],
      ['2027-03-27T22:00:00Z', '2027-03-28T12:00:00Z'],
      [],
    ],
    [
      'spring: a window that starts at the change starts with it',
      LONDON,
      ['01:00', '03:00'],
      ['2027-03-27T22:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-28T01:00:00Z', '2027-03-28T02:00:00Z'],
    ],
    [
      'spring: a night over the change is an hour shorter',
      LONDON,
      ['23:00', '06:00'],
      ['2027-03-27T12:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-27T23:00:00Z', '2027-03-28T05:00:00Z'],
    ],
    [
      'spring: by the first bell of the day the clock is right again',
      LONDON,
      ['08:30', '15:30'],
      ['2027-03-27T22:00:00Z', '2027-03-29T00:00:00Z'],
      ['2027-03-28T07:30:00Z', '2027-03-28T14:30:00Z'],
    ],
    [
      'Lord Howe puts the clock forward by half an hour',
      'Australia/Lord_Howe',
      ['02:15', '03:00'],
      ['2026-10-03T12:00:00Z', '2026-10-04T00:00:00Z'],
      ['2026-10-03T15:45:00Z', '2026-10-03T16:00:00Z'],
    ],
    [
      'in Cairo Friday begins at 01:00, and what should start at midnight starts then',
      'Africa/Cairo',
      ['00:00', '02:00'],
      ['2026-04-23T12:00:00Z', '2026-04-24T12:00:00Z'],
      ['2026-04-23T22:00:00Z', '2026-04-23T23:00:00Z'],
    ],
    [
      'in Nuuk the last hour of Saturday is skipped, so its window is on Sunday',
      'America/Nuuk',
      ['23:15', '23:45'],
      ['2027-03-28T00:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-28T01:15:00Z', '2027-03-28T01:45:00Z'],
    ],
    [
      'and what began there on Friday ends on Sunday too',
      'America/Nuuk',
      ['23:50', '23:15'],
      ['2027-03-28T00:00:00Z', '2027-03-28T12:00:00Z'],
      ['2027-03-28T01:15:00Z', '2027-03-28T01:50:00Z'],
    ],
  ])('%s', (...[, zone, times, [from, until], expected]) => {
    expect(edges(everyDay(zone, [times]), from, until)).toEqual(expected)
  })

  test('the second 01:15 of the autumn night is outside 00:30-01:30', () => {
    const time = new SchoolTime(everyDay(LONDON, [['00:30', '01:30']]))
    expect(time.at(ms('2026-10-25T01:15:00+01:00')).windowsOf(null)).toHaveLength(1)
    expect(time.at(ms('2026-10-25T01:15:00+00:00')).windowsOf(null)).toHaveLength(0)
  })

  test('a date of 25 hours is one date, and one of 23 hours too', () => {
    const time = new SchoolTime(everyDay(LONDON, []))
    expect(time.at(ms('2026-10-25T00:00:00+01:00'))).toMatchObject({
      date: '2026-10-25',
      from: ms('2026-10-24T23:00:00Z'),
      until: ms('2026-10-26T00:00:00Z'),
    })
    expect(time.at(ms('2027-03-28T12:00:00Z'))).toMatchObject({
      date: '2027-03-28',
      from: ms('2027-03-28T00:00:00Z'),
      until: ms('2027-03-28T23:00:00Z'),
    })
  })
})

describe('V10: across midnight', () => {
  const nights: TimePolicy = {
    ...EXAMPLE_TIME,
    windows: [window('night', ['22:00', '06:00']), window('all_day', ['00:00', '24:00'])],
    timetable: [],
  }

  test.each([
    ['a night belongs to the day it starts on', '2026-11-25T05:59:59Z', ['night', 'all_day']],
    ['and ends in the morning after', '2026-11-25T06:00:00Z', ['all_day']],
    ['Friday night reaches into the closed Saturday', '2026-12-05T01:00:00Z', ['night']],
    ['Sunday night does not begin', '2026-11-22T23:00:00Z', []],
    ['so Monday before dawn is day only', '2026-11-23T05:00:00Z', ['all_day']],
    ['the night before half-term reaches into it', '2026-10-24T05:59:59+01:00', ['night']],
  ])('%s', (_sentence, at, expected) => {
    expect(momentAt(nights, at).windowsOf(null)).toEqual(expected)
  })

  test('a window that ends where it starts is 24 hours', () => {
    const policy = everyDay('Europe/London', [['08:00', '08:00']])
    expect(momentAt(policy, '2026-11-24T07:59:59Z').shortest(null)).toBe('08:00-08:00')
    expect(edges(policy, '2026-11-24T00:00:00Z', '2026-11-26T00:00:00Z')).toEqual([
      '2026-11-24T08:00:00Z',
      '2026-11-25T08:00:00Z',
    ])
  })
})

describe('nextEdge', () => {
  test.each([
    [
      'in reception hours it is the end of the lesson',
      '2026-11-24T10:00:00Z',
      '2026-11-24T10:30:00Z',
    ],
    ['on an edge it is the next one', '2026-11-24T15:30:00Z', '2026-11-24T17:30:00Z'],
    ['just before an edge it is that one', '2026-11-24T15:29:59.999Z', '2026-11-24T15:30:00Z'],
    ['midnight between two school days is none', '2026-11-24T18:00:00Z', '2026-11-25T07:30:00Z'],
    ['midnight before a weekend is one', '2026-12-04T18:00:00Z', '2026-12-05T00:00:00Z'],
    ['midnight inside a weekend is none', '2026-11-28T00:00:00Z', '2026-11-30T00:00:00Z'],
    ['a meeting after the staff day is one', '2026-11-26T18:00:00Z', '2026-11-26T19:30:00Z'],
    ['in the summer holidays it is far away', '2027-07-22T00:00:00+01:00', null],
    ['an exam in the holidays is one', '2027-05-31T12:00:00Z', '2027-06-05T08:00:00Z'],
    ['over Christmas it is the INSET day', '2026-12-19T00:00:00Z', '2027-01-04T00:00:00Z'],
    [
      'before the first term it is its first midnight',
      '2026-07-30T00:00:00Z',
      '2026-09-01T23:00:00Z',
    ],
  ])('%s', (_sentence, at, expected) => {
    const edge = new SchoolTime(EXAMPLE_TIME).nextEdge(ms(at))
    expect(Number.isFinite(edge) ? formatInstant(edge) : null).toBe(expected)
  })

  test('the search ends after 400 days', () => {
    const time = new SchoolTime(EXAMPLE_TIME)
    expect(time.nextEdge(ms('2025-07-29T12:00:00+01:00'))).toBe(ms('2026-09-02T00:00:00+01:00'))
    expect(time.nextEdge(ms('2025-07-28T12:00:00+01:00'))).toBe(Infinity)
  })

  test('a whole school day of the secondary school has these edges and no others', () => {
    const secondary = EXAMPLE_TIME.timetable.filter(({ phase }) => phase === 'secondary')
    const policy = { ...EXAMPLE_TIME, timetable: secondary }
    const found = edges(policy, '2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z')
    expect(found.map((text) => text.slice(11, 16)).join(' ')).toBe(
      '07:30 08:30 08:45 08:55 09:55 10:55 11:15 12:15 13:15 14:00 15:00 15:15 15:30 17:30 18:00',
    )
  })
})

test('a policy that nobody checked is an error with the date in it', () => {
  expect(() => new SchoolTime({ ...EXAMPLE_TIME, inset: ['2027-02-30'] })).toThrow(
    'unchecked date `2027-02-30`',
  )
})

test('an instant that is no number is an error and not an endless search', () => {
  expect(() => new SchoolTime(EXAMPLE_TIME).at(NaN)).toThrow(RangeError)
})

test('dates used and forgotten are built again the same, forwards and back', () => {
  const time = new SchoolTime(EXAMPLE_TIME)
  const first = time.at(ms('2026-11-24T10:00:00Z'))
  for (let day = 0; day < 1500; day += 1) time.at(ms('2030-01-01T00:00:00Z') - day * 86_400_000)
  const again = time.at(ms('2026-11-24T10:00:00Z'))
  expect(again).toEqual(first)
  expect(again.windowsOf('primary')).toBe(first.windowsOf('primary'))
})

describe('V10: days with other bells', () => {
  const short = {
    name: 'short_day',
    timetable: [
      {
        phase: 'secondary',
        slots: [{ name: 'lesson', startSeconds: clock('09:00'), endSeconds: clock('10:00') }],
      },
    ],
    replaces: ['reception_hours', 'extended_school'],
    windows: [window('reception_hours', ['08:30', '11:00'])],
  }
  const change = (date: string, more: Partial<DayChange>): DayChange => ({
    ...{
      date,
      name: 'changed',
      kind: null,
      opensSeconds: null,
      closesSeconds: null,
      dayType: null,
    },
    ...more,
  })
  const policy: TimePolicy = {
    ...EXAMPLE_TIME,
    dayTypes: [short],
    weekly: [{ weekday: 5, dayType: 'short_day' }],
    changes: [
      change('2026-11-24', { closesSeconds: clock('13:00') }),
      change('2026-11-25', { opensSeconds: clock('10:10') }),
      change('2026-11-26', { dayType: 'short_day' }),
      change('2026-12-18', { dayType: 'usual' }),
    ],
  }
  const time = new SchoolTime(policy)

  test.each([
    [
      'early closing: the lesson before it',
      '2026-11-24T12:59:59Z',
      'lesson,staff_day,reception_hours',
    ],
    ['early closing: from it on as an INSET day', '2026-11-24T13:00:00Z', 'staff_day'],
    ['early closing: no clubs in the afternoon', '2026-11-24T16:00:00Z', 'staff_day'],
    ['late opening: before it as an INSET day', '2026-11-25T10:09:59Z', 'staff_day'],
    [
      'late opening: in the middle of a lesson',
      '2026-11-25T10:10:00Z',
      'lesson,reception_hours,staff_day',
    ],
    ['another timetable that day', '2026-11-26T09:30:00Z', 'lesson,reception_hours,staff_day'],
    ['another timetable: after its last slot', '2026-11-26T10:30:00Z', 'reception_hours,staff_day'],
    ['another timetable: its window ends earlier', '2026-11-26T11:00:00Z', 'staff_day'],
    ['another timetable: a window that does not hold', '2026-11-26T16:00:00Z', 'staff_day'],
    ['a Friday rings by its weekday', '2026-12-11T10:30:00Z', 'reception_hours,staff_day'],
    [
      'a Friday that rings as usual for once',
      '2026-12-18T10:30:00Z',
      'lesson,reception_hours,staff_day',
    ],
  ])('%s', (_sentence, at, names) => {
    expect(time.at(Date.parse(at)).windowsOf('secondary').toSorted()).toEqual(
      names.split(',').toSorted(),
    )
  })

  test('a phase that the day type does not mention rings as usual', () => {
    expect(time.at(Date.parse('2026-11-26T10:35:00Z')).inForce('break', 'primary')).toBe(true)
  })

  test('the early closing is an edge, and the bells after it are none', () => {
    const closes = Date.parse('2026-11-24T13:00:00Z')
    expect(time.nextEdge(closes - 1)).toBe(closes)
    expect(time.nextEdge(closes)).toBe(Date.parse('2026-11-24T18:00:00Z'))
  })

  test('an exam goes on after an early closing: somebody wrote its time down', () => {
    const exams = [
      { ...exam('2026-11-24'), startSeconds: clock('12:00'), endSeconds: clock('14:00') },
    ]
    const moment = new SchoolTime({ ...policy, exams }).at(Date.parse('2026-11-24T13:30:00Z'))
    expect(moment.exams).toHaveLength(1)
  })
})

describe('the bell', () => {
  const time = new SchoolTime(EXAMPLE_TIME)
  const bell = (at: string, phase = 'secondary'): string | null => {
    const found = time.bellAfter(ms(at), phase)
    return found === null ? null : formatInstant(found)
  }

  test('is the end of the slot, also where the next has the same name and nothing else changes', () => {
    expect(bell('2026-11-24T09:54:59Z')).toBe('2026-11-24T09:55:00Z')
    expect(bell('2026-11-24T09:55:00Z')).toBe('2026-11-24T10:55:00Z')
  })

  test('is each phase’s own', () => {
    expect(bell('2026-11-24T10:00:00Z', 'primary')).toBe('2026-11-24T10:30:00Z')
  })

  test.each([
    ['before school', '2026-11-24T08:00:00Z'],
    ['in the evening', '2026-11-24T20:00:00Z'],
    ['on a Saturday', '2026-11-28T10:00:00Z'],
    ['in the holidays', '2026-10-27T10:00:00Z'],
  ])('does not ring %s', (_says, at) => {
    expect(bell(at)).toBeNull()
  })
})

function exam(date: string) {
  return { date, startSeconds: 0, endSeconds: 1, zone: 'hall', paper: 'Latin', candidatesYear: 11 }
}

import { expect, test } from 'vitest'
import { calendarFromIcs, type DraftOptions } from '../../../rules/ics/calendar-from-ics.ts'
import { readIcs } from '../../../rules/ics/read-ics.ts'
import { icsOf } from './ics-text.ts'

const OPTIONS: DraftOptions = {
  examZone: 'exam_hall',
  examZones: ['exam_hall', 'gym'],
  timedAreExams: false,
  bankHolidays: new Set(['2027-03-26']),
}

function draftOf(events: readonly (readonly string[])[], options: Partial<DraftOptions> = {}) {
  const { events: read } = readIcs(icsOf(...events), 'Europe/London')
  return calendarFromIcs(read, { ...OPTIONS, ...options })
}

const day = (summary: string, date: string, to?: string): string[] => [
  `SUMMARY:${summary}`,
  `DTSTART;VALUE=DATE:${date}`,
  ...(to === undefined ? [] : [`DTEND;VALUE=DATE:${to}`]),
]

test('terms come as spans, or as their first and last days', () => {
  const { terms, leftOut } = draftOf([
    day('Autumn Term', '20260902', '20261219'),
    day('Start of Spring Term', '20270105'),
    day('Spring Term ends', '20270325'),
    day('Summer Term begins', '20270412'),
  ])
  expect(terms).toEqual([
    { name: 'Autumn Term', from: '2026-09-02', to: '2026-12-18' },
    { name: 'Spring Term', from: '2027-01-05', to: '2027-03-25' },
  ])
  expect(leftOut).toEqual([
    { date: '2027-04-12', summary: 'Summer Term begins', why: 'its last day is in no event' },
  ])
})

test('holidays are closed days, but weekends and bank holidays that the policy has', () => {
  const { closed, leftOut } = draftOf([
    day('Half term', '20261026', '20261031'),
    day('Good Friday', '20270326'),
    day('Boxing Day', '20261226'),
  ])
  expect(closed).toEqual([{ name: 'Half term', from: '2026-10-26', to: '2026-10-30' }])
  expect(leftOut.map(({ why }) => why)).toEqual([
    'a weekend',
    'a bank holiday that the policy has already',
  ])
})

test('INSET days are dates, each once, in order', () => {
  const events = [day('INSET', '20270104', '20270106'), day('Inset day', '20270104')]
  expect(draftOf([day('INSET', '20270625'), ...events]).inset).toEqual([
    '2027-01-04',
    '2027-01-05',
    '2027-06-25',
  ])
})

test('late in and early out are one change, and the last day of term is its end as well', () => {
  const { changes, terms } = draftOf([
    day('Spring term starts', '20270105'),
    day('School opens at 10am', '20270325'),
    day('Last day of term, school closes at 1.30pm', '20270325'),
  ])
  expect(changes).toEqual([
    { date: '2027-03-25', name: 'School opens at 10am', opens: '10:00', closes: '13:30' },
  ])
  expect(terms).toEqual([{ name: 'Spring term', from: '2027-01-05', to: '2027-03-25' }])
})

test('an exam is in the zone that its place names, else in the school’s only one', () => {
  const exam = (location: string): string[] => [
    'SUMMARY:GCSE Biology Paper 1 (Year 11)',
    `LOCATION:${location}`,
    'DTSTART:20270512T090000',
    'DTEND:20270512T103000',
  ]
  expect(draftOf([exam('Main Gym')]).exams).toEqual([
    {
      ...{ date: '2027-05-12', start: '09:00', end: '10:30', zone: 'gym' },
      ...{ paper: 'GCSE Biology Paper 1 (Year 11)', candidates_year: 11 },
    },
  ])
  expect(draftOf([exam('Room 12')]).exams[0]?.zone).toBe('exam_hall')
  const { exams, leftOut } = draftOf([exam('Room 12')], { examZone: null })
  expect(exams).toEqual([])
  expect(leftOut[0]?.why).toBe('no exam zone of the policy is `Room 12`; name one with --exam-zone')
})

test('what a calendar has no place for is left out, and said', () => {
  const { leftOut } = draftOf([day('Sports day', '20270625')])
  expect(leftOut).toEqual([
    { date: '2027-06-25', summary: 'Sports day', why: 'nothing that a calendar has here' },
  ])
})

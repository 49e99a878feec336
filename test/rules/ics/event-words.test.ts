import { expect, test } from 'vitest'
import {
  edgeOfEvent,
  isTermEdge,
  kindOfEvent,
  nameWithoutEdge,
  timeIn,
  yearIn,
} from '../../../rules/ics/event-words.ts'
import type { IcsEvent } from '../../../rules/ics/read-ics.ts'

const event = (summary: string, startSeconds: number | null = null): IcsEvent => ({
  ...{ summary, location: '', description: '', first: 1, last: 1 },
  ...{ startSeconds, endSeconds: startSeconds === null ? null : startSeconds + 3600 },
})

test.each([
  ['Autumn Term 2026', 'term'],
  ['Term 3', 'term'],
  ['First day of Spring Term', 'term'],
  ['October half term', 'holiday'],
  ['Half-term holiday', 'holiday'],
  ['Christmas Holidays', 'holiday'],
  ['Good Friday', 'holiday'],
  ['Easter Monday (bank holiday)', 'holiday'],
  ['INSET Day', 'inset'],
  ['Staff Training Day', 'inset'],
  ['Non-pupil day', 'inset'],
  ['Teacher training (school closed to pupils)', 'inset'],
  ['School closes at 1.30pm', 'closes'],
  ['Early closing 12:00', 'closes'],
  ['Early closing', 'other'],
  ['Late start: school opens at 10am', 'opens'],
  ['Sports day', 'other'],
  ['Long-term planning', 'term'],
])('a whole day `%s` is %s', (summary, kind) => {
  expect(kindOfEvent(event(summary), { timedAreExams: false })).toBe(kind)
})

test.each([
  ['GCSE Mathematics Paper 1', false, 'exam'],
  ['A-level Physics', false, 'exam'],
  ['Mock: History', false, 'exam'],
  ['Choir practice', false, 'other'],
  ['8300/1H', false, 'other'],
  ['8300/1H', true, 'exam'],
  ['Early closing', false, 'closes'],
  ['Start of term assembly', false, 'other'],
])('at nine o’clock `%s` (--exams: %s) is %s', (summary, timedAreExams, kind) => {
  expect(kindOfEvent(event(summary, 32_400), { timedAreExams })).toBe(kind)
})

test.each([
  ['Start of Spring Term', 'first', 'Spring Term'],
  ['Spring Term ends', 'last', 'Spring Term'],
  ['First day of Autumn Term 2026 for pupils', 'first', 'Autumn Term 2026'],
  ['Autumn Term', null, 'Autumn Term'],
  ['Start of', 'first', 'Start of'],
])('`%s` is the %s day of `%s`', (summary, edge, name) => {
  expect(edgeOfEvent(summary)).toBe(edge)
  expect(nameWithoutEdge(summary)).toBe(name)
})

test('the last day of a half-term is no edge of a term', () => {
  expect(isTermEdge(event('Last day of term, school closes at 1pm'))).toBe(true)
  expect(isTermEdge(event('Last day of half term'))).toBe(false)
  expect(isTermEdge(event('School closes at 1pm'))).toBe(false)
})

test.each([
  ['closes at 1.30pm', 13.5],
  ['closes at 12 noon', 12],
  ['closes at 13:05', 13 + 5 / 60],
  ['opens at 10 am', 10],
  ['12am', 0],
  ['12pm', 12],
  ['13pm', undefined],
  ['at 25:00', undefined],
  ['Year 11', undefined],
])('the time in `%s`', (text, hours) => {
  expect(timeIn(text)).toBe(hours === undefined ? undefined : Math.round(hours * 3600))
})

test.each([
  ['Maths (Year 11)', 11],
  ['Yr 10 mock', 10],
  ['Y13 Physics', 13],
  ['Paper 2', undefined],
  ['Year 2026', undefined],
])('the year in `%s`', (text, year) => {
  expect(yearIn(text)).toBe(year)
})

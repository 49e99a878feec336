import { expect, test } from 'vitest'
import { SchoolClock } from '../../../records/alerts/school-clock.ts'

const at = (text: string) => Date.parse(text)
const clock = new SchoolClock('Europe/London')
const NIGHT = { from: 22 * 3_600, to: 7 * 3_600 }

test.each<[string, string, string | null]>([
  ['before midnight', '2026-11-24T23:00:00Z', '2026-11-25T07:00:00.000Z'],
  ['after midnight', '2026-11-25T02:00:00Z', '2026-11-25T07:00:00.000Z'],
  ['at the first moment', '2026-11-24T22:00:00Z', '2026-11-25T07:00:00.000Z'],
  ['at the last', '2026-11-25T07:00:00Z', null],
  ['by day', '2026-11-24T12:00:00Z', null],
  ['in summer, by the wall clock', '2026-07-01T05:30:00Z', '2026-07-01T06:00:00.000Z'],
  ['in the night of the clock change', '2026-10-24T23:00:00Z', '2026-10-25T07:00:00.000Z'],
])('quiet %s: %s ends %s', (_says, now, end) => {
  const until = clock.quietUntil(at(now), NIGHT)
  expect(until === null ? null : new Date(until).toISOString()).toBe(end)
})

test('quiet hours within a day end on that day', () => {
  const lunch = { from: 12 * 3_600, to: 13 * 3_600 }
  expect(clock.quietUntil(at('2026-11-24T12:30:00Z'), lunch)).toBe(at('2026-11-24T13:00:00Z'))
  expect(clock.quietUntil(at('2026-11-24T13:00:00Z'), lunch)).toBeNull()
})

test('days go both ways', () => {
  expect(clock.todayAt(at('2026-11-24T12:00:00Z'), 3_600)).toBe(at('2026-11-24T01:00:00Z'))
  expect(clock.todayAt(at('2026-07-01T23:30:00Z'), 3_600)).toBe(at('2026-07-02T00:00:00Z'))
  expect(clock.todayAt(at('2026-11-24T12:00:00Z'), 3_600)).toBe(at('2026-11-24T01:00:00Z'))
  expect(clock.words(at('2026-07-01T10:00:00Z'))).toMatch(/1 Jul.*11:00/)
})

import { expect, test } from 'vitest'
import { createUlidSource } from '../../records/ulid.ts'

const AT = Date.parse('2026-11-24T10:00:00.000Z')

test('an id is 26 letters: ten of time, sixteen of chance', () => {
  const next = createUlidSource((bytes) => bytes.fill(0))
  // The time of the example in the specification.
  expect(next(1469918176385)).toBe('01ARYZ6S410000000000000000')
})

test('ids of one millisecond count on, so that they sort as they were made', () => {
  const next = createUlidSource((bytes) => bytes.fill(0))
  expect([next(AT), next(AT), next(AT)].map((id) => id.slice(-2))).toEqual(['00', '01', '02'])
})

test('a clock that steps back does not bring an id before an earlier one', () => {
  const next = createUlidSource()
  const ids = [AT, AT + 5, AT - 60_000, AT - 60_000, AT + 6].map(next)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('when chance has run out the next millisecond is borrowed', () => {
  const next = createUlidSource((bytes) => bytes.fill(255))
  const [last, after] = [next(AT), next(AT)]
  expect(last.slice(10)).toBe('ZZZZZZZZZZZZZZZZ')
  expect(after > last).toBe(true)
  expect(after.slice(10)).toBe('0000000000000000')
})

import { expect, test } from 'vitest'
import { anyOf, daysSince, minutesOf } from '../../../agent/collectors/collected.ts'

const DAY = 86_400_000

test('ages are whole days; what lies ahead by more than a day, or is no time, is unknown', () => {
  expect(daysSince(0, 2 * DAY - 1)).toBe(1)
  expect(daysSince(DAY / 2, 0)).toBe(0)
  expect(daysSince(2 * DAY, 0)).toBeNull()
  expect(daysSince(-Infinity, 0)).toBeNull()
  expect(daysSince(null, 0)).toBeNull()
})

test('minutes are rounded up: more than ten is eleven', () => {
  expect([600, 601, 0].map(minutesOf)).toEqual([10, 11, 0])
  expect([minutesOf(null), minutesOf(Infinity)]).toEqual([null, null])
})

test('one that is true is enough; one that is unknown might have been', () => {
  expect(anyOf([false, null, true])).toBe(true)
  expect(anyOf([false, null])).toBeNull()
  expect(anyOf([false, false])).toBe(false)
})

import { expect, test } from 'vitest'
import { AttemptWindows } from '../../../proxy/sanctions/attempt-windows.ts'

const WITHIN = 900_000

test('attempts are counted once each, as long as they are within the time', () => {
  const windows = new AttemptWindows()
  expect(windows.note('p', { id: 'a', at: 0 }, WITHIN)).toBe(1)
  expect(windows.note('p', { id: 'a', at: 0 }, WITHIN)).toBe(1)
  expect(windows.note('p', { id: 'b', at: 899_999 }, WITHIN)).toBe(2)
  expect(windows.note('p', { id: 'c', at: 900_000 }, WITHIN)).toBe(2)
  expect(windows.note('q', { id: 'a', at: 900_000 }, WITHIN)).toBe(1)
})

test('what has had its consequence has no other', () => {
  const windows = new AttemptWindows()
  windows.note('p', { id: 'a', at: 1 }, WITHIN)
  windows.settle('p', 10)
  windows.settle('nobody', 10)
  // Told again with what it has grown to.
  expect(windows.note('p', { id: 'a', at: 1 }, WITHIN)).toBe(0)
  expect(windows.note('p', { id: 'b', at: 11 }, WITHIN)).toBe(1)
})

test('a flood of people or of attempts stays within bounds', () => {
  const windows = new AttemptWindows()
  for (let n = 0; n <= 10_000; n += 1) windows.note(`p${n}`, { id: 'a', at: 0 }, WITHIN)
  // The first is forgotten, the second is not.
  expect(windows.note('p0', { id: 'b', at: 0 }, WITHIN)).toBe(1)
  expect(windows.note('p10000', { id: 'b', at: 0 }, WITHIN)).toBe(2)
  for (let n = 0; n < 2_000; n += 1) windows.note('p', { id: `${n}`, at: 0 }, WITHIN)
  expect(windows.note('p', { id: 'more', at: 0 }, WITHIN)).toBe(1_000)
})

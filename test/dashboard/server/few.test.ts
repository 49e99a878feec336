import { expect, test } from 'vitest'
import { atMostFew } from '../../../dashboard/server/few.ts'

test.each([
  [0, 0],
  [1, '<5'],
  [4, '<5'],
  [5, 5],
  [5_000, 5_000],
])('%i is shown as %s (V38)', (count, shown) => {
  expect(atMostFew(count)).toBe(shown)
})

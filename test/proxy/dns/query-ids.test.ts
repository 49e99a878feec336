import { expect, test } from 'vitest'
import { freshId, randomId } from '../../../proxy/dns/query-ids.ts'

test('ids are spread over all sixteen bits', () => {
  const ids = Array.from({ length: 20_000 }, randomId)
  // Drawing 20,000 of 65,536 gives 17,200 distinct ones; half of the range would give 15,000.
  expect(new Set(ids).size).toBeGreaterThan(16_500)
  for (let bit = 0; bit < 16; bit += 1) {
    const set = ids.filter((id) => ((id >>> bit) & 1) === 1).length
    expect(Math.abs(set - 10_000)).toBeLessThan(600)
  }
})

test('an id in use is not drawn again', () => {
  const taken = new Map(Array.from({ length: 65_535 }, (_, id) => [id, true]))
  expect(freshId(taken)).toBe(65_535)
})

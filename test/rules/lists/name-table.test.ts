import fc from 'fast-check'
import { expect, test } from 'vitest'
import { capacityFor, firstSlot, NameTable } from '../../../rules/lists/name-table.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

test('the table answers as a map does, with hashes that crowd together', () => {
  const half = fc.constantFrom(-1, -2, 0, 1, 2, 0x7fffffff, -0x80000000)
  const hash = fc.tuple(half, fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(-1)))
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 400 }), (hashes) => {
      const table = new NameTable()
      const map = new Map<string, number>()
      for (const [at, [high, low]] of hashes.entries()) {
        const slot = table.slotFor(high, low)
        expect(table.valueAt(slot)).toBe(map.get(`${high}:${low}`) ?? 0)
        table.put(slot, high, low, at + 1)
        map.set(`${high}:${low}`, at + 1)
      }
      const seen = new Map<string, number>()
      table.forEach((high, low, value) => seen.set(`${high}:${low}`, value))
      expect(seen).toEqual(map)
      expect(table.size).toBe(map.size)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('every hash has a slot within the table, and there is always an empty one', () => {
  for (const names of [0, 1, 63, 64, 1000, 1_287_495, 50_000_000]) {
    const capacity = capacityFor(names)
    expect(capacity).toBeGreaterThan(names)
    expect(firstSlot(0, capacity)).toBe(0)
    expect(firstSlot(-1, capacity)).toBe(capacity - 1)
  }
})

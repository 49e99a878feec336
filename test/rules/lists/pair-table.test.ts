import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairTable } from '../../../rules/lists/pair-table.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'

test('a pair has the value that it was given, and no other pair has it', () => {
  const number = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(number, number), { selector: String, maxLength: 300 }),
      (pairs) => {
        const table = new PairTable()
        for (const [index, [left, right]] of pairs.entries()) {
          expect(table.find(left, right)).toBe(-1)
          table.add(left, right, index)
        }
        expect(pairs.map(([left, right]) => table.find(left, right))).toEqual([...pairs.keys()])
        expect(table.size).toBe(pairs.length)
      },
    ),
  )
})

test('finding allocates nothing', () => {
  const table = new PairTable()
  table.add(3, 4, 0)
  expectAllocatesAtMost(1, 10_000, () => {
    if (table.find(3, 4) !== 0 || table.find(4, 3) !== -1) throw new Error('not found')
  })
})

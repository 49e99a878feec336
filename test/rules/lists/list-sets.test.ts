import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListSets } from '../../../rules/lists/list-sets.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const members = fc.uniqueArray(fc.nat(20), { maxLength: 8 }).map((m) => m.toSorted((a, b) => a - b))

test('a union has the members of both, and equal sets are one number', () => {
  fc.assert(
    fc.property(fc.array(members, { minLength: 2, maxLength: 40 }), (groups) => {
      const sets = new ListSets(21)
      let joined = 0
      const all = new Set<number>()
      for (const group of groups) {
        joined = sets.union(joined, sets.intern(group))
        for (const member of group) all.add(member)
        const expected = [...all].sort((a, b) => a - b)
        expect(sets.membersOf(joined)).toEqual(expected)
        expect(sets.intern(expected)).toBe(joined)
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('hundreds of unions keep their numbers while the table grows', () => {
  const sets = new ListSets(100)
  const singles = Array.from({ length: 100 }, (_, list) => sets.intern([list]))
  const unions = singles.flatMap((left) => singles.map((right) => sets.union(left, right)))
  const again = singles.flatMap((left) => singles.map((right) => sets.union(left, right)))
  expect(again).toEqual(unions)
  expect(sets.count).toBe(2 + 100 + (100 * 99) / 2)
})

test('a union that finds no room is all lists, and is counted', () => {
  const sets = new ListSets(5, 1)
  const [a, b, c] = [sets.intern([0]), sets.intern([1]), sets.intern([2])]
  expect(sets.membersOf(sets.union(a, b))).toEqual([0, 1])
  expect(sets.membersOf(sets.union(a, c))).toEqual([0, 1, 2, 3, 4])
  expect(sets.membersOf(sets.union(a, b))).toEqual([0, 1])
  expect(sets.unionsRefused).toBe(1)
})

test('a difference leaves what the other set lacks, and is learned once', () => {
  const sets = new ListSets(5)
  const [all, some] = [sets.intern([0, 1, 2]), sets.intern([1, 4])]
  expect(sets.membersOf(sets.minus(all, some))).toEqual([0, 2])
  expect(sets.minus(all, some)).toBe(sets.minus(all, some))
  expect([sets.minus(all, 0), sets.minus(0, all), sets.minus(all, all)]).toEqual([all, 0, 0])
})

test('a full table of differences takes nothing away', () => {
  const sets = new ListSets(5, 1)
  const [all, one, two] = [sets.intern([0, 1, 2]), sets.intern([1]), sets.intern([2])]
  sets.minus(all, one)
  expect(sets.minus(all, two)).toBe(all)
  expect(sets.unionsRefused).toBe(1)
})

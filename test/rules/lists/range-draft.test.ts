import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRange } from '../../../rules/addresses/ip-address.ts'
import { MAX_RANGES, RangeDraft } from '../../../rules/lists/range-draft.ts'
import { listOfTag, TagSets } from '../../../rules/lists/tag-sets.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

interface Drafted {
  readonly list: number
  readonly first: number
  readonly prefix: number
  readonly isException: boolean
}

/** Within 10.0.0.0/27, so that ranges meet. */
const drafted: fc.Arbitrary<Drafted> = fc
  .record({
    list: fc.nat(2),
    octet: fc.nat(31),
    prefix: fc.integer({ min: 27, max: 32 }),
    isException: fc.boolean(),
  })
  .map(({ octet, ...rest }) => ({ ...rest, first: octet & ~(2 ** (32 - rest.prefix) - 1) }))

/** As a person would say it: of a list the narrowest range that holds the octet, an exception first. */
function listsAt(ranges: readonly Drafted[], octet: number): readonly number[] {
  return [0, 1, 2].filter((list) => {
    const holding = ranges.filter(
      (range) =>
        range.list === list &&
        octet >= range.first &&
        octet < range.first + 2 ** (32 - range.prefix),
    )
    const longest = Math.max(...holding.map(({ prefix }) => prefix))
    const narrowest = holding.filter(({ prefix }) => prefix === longest)
    return narrowest.length > 0 && !narrowest.some(({ isException }) => isException)
  })
}

test('the steps say of each address what the ranges around it say', () => {
  fc.assert(
    fc.property(fc.array(drafted, { maxLength: 12 }), (ranges) => {
      const draft = new RangeDraft()
      const sets = new TagSets()
      for (const { list, first, prefix, isException } of ranges) {
        const range = parseRange(`10.0.0.${first}/${prefix}`)
        if (range !== undefined) draft.add(list, range, isException)
      }
      const steps = draft.flatten(sets)
      for (let octet = 0; octet < 34; octet += 1) {
        const address = 0x0a00_0000 + octet
        const at = steps.sets.findLastIndex(
          (_, step) => (steps.starts[4 * step + 3] ?? 0) <= address,
        )
        const found = sets.tagsOf(steps.sets[at] ?? 0).map(listOfTag)
        expect(found).toEqual(listsAt(ranges, octet))
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('the last address of all ends the last range', () => {
  const draft = new RangeDraft()
  const range = parseRange('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120')
  if (range === undefined) throw new Error('no range')
  expect(draft.add(0, range, false)).toBe('new')
  expect(draft.add(0, range, false)).toBe('known')
  expect(draft.flatten(new TagSets()).sets).toHaveLength(1)
})

test('there are only so many', () => {
  const draft = new RangeDraft()
  for (let n = 0; n < MAX_RANGES; n += 1)
    draft.add(0, { network: [0, 0, 0xffff, n], prefix: 128 }, false)
  expect(draft.add(0, { network: [0, 0, 1, 0], prefix: 128 }, false)).toBe('full')
})

import { expect, test } from 'vitest'
import { allocateImage, partsOf } from '../../../rules/lists/image-format.ts'
import { ListSets } from '../../../rules/lists/list-sets.ts'
import { ScopedSets, tagsOfSet } from '../../../rules/lists/scoped-sets.ts'
import { tagOf } from '../../../rules/lists/tag-sets.ts'

const TAGS = [tagOf(0, 'host'), tagOf(2, 'subtree'), tagOf(1, 'url')]

/** An image of two sets: the first two tags, and the third. */
function scene() {
  const sizes = { capacity: 64, sets: 2, tags: 3, names: 0, metadataOctets: 0 }
  const none = { ranges: 0, patternTables: 0, patternStates: 0 }
  const parts = partsOf(allocateImage([1, 2], { ...sizes, ...none }))
  parts.tags.set(TAGS)
  parts.setStarts.set([0, 0, 2, 3])
  return { parts, sets: new ListSets(3) }
}

test('a set of tags has the lists whose scope counts', () => {
  const { parts, sets } = scene()
  const names = new ScopedSets(parts, sets, (scope) => scope !== 'url')
  expect([0, 1, 2].map((set) => sets.membersOf(names.of(set)))).toEqual([[], [0, 2], []])
  const urls = new ScopedSets(parts, sets, (scope) => scope === 'url')
  expect([1, 2].map((set) => sets.membersOf(urls.of(set)))).toEqual([[], [1]])
})

test('it is worked out once, when the set is met, and not before', () => {
  const { parts, sets } = scene()
  let asked = 0
  const scoped = new ScopedSets(parts, sets, () => {
    asked += 1
    return true
  })
  expect(asked).toBe(0)
  expect(scoped.of(1)).toBe(scoped.of(1))
  expect(asked).toBe(2)
})

test('the empty set and one that is not there are empty', () => {
  const { parts, sets } = scene()
  const scoped = new ScopedSets(parts, sets, () => true)
  expect([scoped.of(0), scoped.of(99)]).toEqual([0, 0])
})

test('the tags of a set', () => {
  const { parts } = scene()
  expect([0, 1, 2].map((set) => tagsOfSet(parts, set))).toEqual([
    [],
    TAGS.slice(0, 2),
    TAGS.slice(2),
  ])
})

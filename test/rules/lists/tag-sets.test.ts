import { expect, test } from 'vitest'
import { listOfTag, scopeOfTag, SCOPES, tagOf, TagSets } from '../../../rules/lists/tag-sets.ts'

test('a tag gives back its list and scope', () => {
  for (const list of [0, 1, 65_534]) {
    for (const scope of SCOPES) {
      const tag = tagOf(list, scope)
      expect([listOfTag(tag), scopeOfTag(tag)]).toEqual([list, scope])
    }
  }
})

test('the order in which tags come makes no difference', () => {
  const sets = new TagSets()
  const [a, b] = [tagOf(3, 'host'), tagOf(1, 'subtree')]
  expect(sets.with(sets.with(0, a), b)).toBe(sets.with(sets.with(0, b), a))
})

test('a subtree entry makes a host entry of the same list needless, and only of that list', () => {
  const sets = new TagSets()
  const [host, subtree, other] = [tagOf(1, 'host'), tagOf(1, 'subtree'), tagOf(2, 'host')]
  const both = sets.with(sets.with(sets.with(0, host), other), subtree)
  expect(sets.tagsOf(both)).toEqual([subtree, other])
  expect(sets.with(both, host)).toBe(both)
})

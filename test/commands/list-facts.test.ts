import { expect, test } from 'vitest'
import { holdersIn, listFacts } from '../../commands/list-facts.ts'
import { examplePolicy } from '../support/example-policy.ts'
import { imageOfNames } from '../support/image-of-names.ts'

const { opened: image } = imageOfNames(['games.example'])

test('what holds a host is said by entry, list and category', () => {
  expect(holdersIn(image, 'https://www.games.example/x')).toMatchObject([
    { entry: 'games.example', scope: 'and all below', category: 'media.games' },
  ])
  expect(holdersIn(image, 'other.example')).toEqual([])
  expect(holdersIn(image, 'no host')).toMatch(/no host/)
})

test('a list that the policy does not name has no source', () => {
  expect(listFacts(image, examplePolicy()).every(({ source }) => source === null)).toBe(true)
})

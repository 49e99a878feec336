import { expect, test } from 'vitest'
import {
  AUDIENCES,
  CATEGORIES,
  findCategory,
  getCategory,
  UNCATEGORISED,
} from '../../../rules/taxonomy/taxonomy.ts'

test('a category knows its place, and is found by its id', () => {
  const strays = CATEGORIES.filter(
    (category, place) => category.index !== place || findCategory(category.id) !== category,
  )
  expect(strays).toEqual([])
})

test('the five columns are read in the order of the rows', () => {
  const { defaults } = getCategory('comms.social')
  expect(AUDIENCES.map((audience) => defaults[audience]).join('')).toBe('BBGTT')
  // One where primary pupils and visitors differ from everybody between them.
  expect(getCategory('harm.misinformation').defaults).toEqual({
    primary: 'B',
    secondary: 'W',
    sixth: 'W',
    staff: 'A',
    visitor: 'A',
  })
})

test('an id that nobody knows is found by nobody', () => {
  expect(findCategory('sec.malwear')).toBeUndefined()
  expect(findCategory('constructor')).toBeUndefined()
})

test('an id that the code misspells stops the start', () => {
  expect(() => getCategory('sec.malwear')).toThrow('no category `sec.malwear` in the taxonomy')
})

test('a name in no list has a category of its own, which a policy may set', () => {
  expect(UNCATEGORISED).toMatchObject({ id: 'sec.uncategorised', lock: 'FLOOR' })
})

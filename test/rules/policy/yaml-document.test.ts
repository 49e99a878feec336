import { expect, test } from 'vitest'
import { placesIn, readDocument } from '../../../rules/policy/yaml-document.ts'

test('a document has its value and the offset of each path, or of what is nearest to it', () => {
  const read = readDocument('a:\n  - x: 1\n  - y\n')
  if ('errors' in read) throw new Error('it is YAML')
  expect(read.value).toEqual({ a: [{ x: 1 }, 'y'] })
  const offsets = [['a'], ['a', 0], ['a', 0, 'x'], ['a', 1], ['a', 9], ['b'], []]
  expect(offsets.map((path) => read.offsetOf(path))).toEqual([0, 7, 7, 16, 0, 0, 0])
})

test.each([
  ['a bracket that is not closed', 'a: [1', 5],
  ['an alias without an anchor', 'a: *b', 0],
])('%s is an error at its place', (_what, text, offset) => {
  const read = readDocument(text)
  expect('errors' in read ? read.errors[0]?.offset : null).toBe(offset)
})

test('aliases that multiply without end are an error, not a memory', () => {
  const lines = Array.from({ length: 12 }, (_, n) =>
    n === 0 ? 'l0: &l0 [x]' : `l${n}: &l${n} [${`*l${n - 1}, `.repeat(9)}]`,
  )
  expect(readDocument(lines.join('\n'))).toHaveProperty('errors')
})

test('places are lines and columns from 1', () => {
  const place = placesIn('ab\n\ncd\n')
  expect([0, 1, 3, 4, 5, 7].map(place)).toEqual([
    { line: 1, col: 1 },
    { line: 1, col: 2 },
    { line: 2, col: 1 },
    { line: 3, col: 1 },
    { line: 3, col: 2 },
    { line: 4, col: 1 },
  ])
})

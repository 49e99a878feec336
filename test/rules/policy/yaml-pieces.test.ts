import { expect, test } from 'vitest'
import { sectionsOf } from '../../../rules/policy/yaml-pieces.ts'

test('a document is cut at its keys, and a key at its entries', () => {
  const text =
    '# head\na: 1\nb: # note\n  # of x\n  - x\n    y\n\n  - z\nc:\n  k: |\n    - no\n  l.m:\n'
  const sections = sectionsOf(text) ?? []
  expect(sections.map(({ whole }) => whole.text)).toEqual([
    'a: 1\n',
    'b: # note\n  # of x\n  - x\n    y\n\n  - z\n',
    'c:\n  k: |\n    - no\n  l.m:\n',
  ])
  expect(sections.map(({ entries }) => entries?.kind)).toEqual([undefined, 'list', 'map'])
  expect(sections[1]?.entries?.pieces.map((piece) => piece.text)).toEqual([
    '  - x\n    y\n\n',
    '  - z\n',
  ])
  expect(sections[2]?.entries?.pieces.map((piece) => piece.text)).toEqual([
    '  k: |\n    - no\n',
    '  l.m:\n',
  ])
  const all = sections.flatMap(({ whole, entries }) => [whole, ...(entries?.pieces ?? [])])
  for (const piece of all) expect(text.startsWith(piece.text, piece.start)).toBe(true)
})

test.each([
  ['a value beside its key', 'a: [1]\n'],
  ['a key without a value', 'a:\n\n# note\n'],
  ['entries at different depths', 'a:\n   - x\n  - y\n'],
  ['a line that begins no entry', 'a:\n  b: 1\n  text\n'],
  ['a text below a key', 'a:\n  text\n'],
])('%s is one piece', (_what, text) => {
  expect(sectionsOf(text)).toEqual([{ whole: { text, start: 0 }, entries: null }])
})

test.each([
  ['something before the first key', '  x: 1\na: 1\n'],
  ['a line at the margin that is no key', 'a: 1\n"b": 2\n'],
  ['a tab', 'a:\n\t- x\n'],
  ['a carriage return', 'a: 1\r\nb: 2\r\n'],
  ['an explicit key', 'a:\n  ? x\n'],
  ['a directive', '%YAML 1.2\na: 1\n'],
])('%s is cut nowhere', (_what, text) => {
  expect(sectionsOf(text)).toBeNull()
})

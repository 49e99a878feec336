import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPieces } from '../../../rules/policy/read-pieces.ts'
import { readDocument } from '../../../rules/policy/yaml-document.ts'
import type { Path } from '../../../rules/policy/yaml-source.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'examples', 'policy.yaml'),
  'utf8',
)

/** Every path of a value, and one beside each that is not there. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [
    path,
    [...path, 'nowhere'],
    ...entries.flatMap(([key, at]) => pathsOf(at, [...path, key])),
  ]
}

/** Whatever is read in pieces is what the library reads of the whole, at the same places. */
function expectSameAsWhole(text: string): boolean {
  const pieces = readPieces(text)
  if (pieces === null) return false
  const whole = readDocument(text)
  if ('errors' in whole) throw new Error(`pieces hide: ${whole.errors[0]?.message ?? ''}`)
  expect(pieces.value).toEqual(whole.value)
  expect(JSON.stringify(pieces.value)).toBe(JSON.stringify(whole.value))
  for (const path of pathsOf(whole.value))
    expect([path, pieces.offsetOf(path)]).toEqual([path, whole.offsetOf(path)])
  return true
}

test('the example policy is read in pieces, and is what the whole is', () => {
  expect(readPieces(EXAMPLE)).not.toBeNull()
  expectSameAsWhole(EXAMPLE)
})

test('what is read again is the same value, and what was changed another', () => {
  const text = 'sites:\n  - { block: [a.example] }\n  - { block: [b.example] }\n'
  const sitesOf = (now: string) => (readPieces(now)?.value as { sites: readonly unknown[] }).sites
  const [first, second] = sitesOf(text)
  const [same, other] = sitesOf(text.replace('b.example', 'c.example'))
  expect(same).toBe(first)
  expect(other).not.toEqual(second)
})

test.each([
  ['a quote that runs on over an entry', 'a:\n  - "x\n  - y"\n'],
  ['a bracket that runs on over a key', 'a: [x,\nb: y]\n'],
  ['a key that stands twice', 'a: 1\na: 2\n'],
  ['an entry that stands twice', 'a:\n  b: 1\n  b: 2\n'],
  ['an alias of an anchor in another section', 'a: &x 1\nb: *x\n'],
  ['a second document', 'a: 1\n---\nb: 2\n'],
  ['a list at the top', '- a\n- b\n'],
  ['nothing', ''],
])('%s is read as a whole', (_what, text) => {
  expect(readPieces(text)).toBeNull()
})

/** Lines that open and close what lines can't tell, in every wrong place. */
const LINES = [
  ...['a:', 'b: 1', 'c: [x,', 'd: "q', "e: 'q", 'f: |', 'g: >-', 'h: &x 1', 'i: *x', 'a: {'],
  ...['  - 1', '  - x: 1', '  - [a,', '  - "q', '  - |', '  - &x a', '  - *x', '  -', '  - - 1'],
  ...['  k: 1', '  k:', '  l: "q', '  m: |', '  <<: *x', '  ? k', '  n: {a: 1', '  k.l: 2'],
  ...['    - 1', '    x: 2', '    text', '    y:', '      z: 1', ' odd', ' - odd', '   odd: 1'],
  ...['', '  ', '# note', '  # note', 'text"', ']', "  q'", '  }', '}', '  text', '"k": 1', '? k'],
  ...['- 1', '---', '  - ! x', 'null: 1', '  true: 1', '  1: a', '  a: 1 # note', '  __proto__: 1'],
]

test('whatever lines a text has, pieces hide no error, change no value and move no place', () => {
  const entries = fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 5 })
  const texts = fc.array(fc.tuple(fc.constantFrom('a:', 'p:', 'q:', ''), entries), { maxLength: 3 })
  let compared = 0
  fc.assert(
    fc.property(texts, (sections) => {
      const text = sections.flatMap(([key, lines]) => [key, ...lines]).join('\n')
      if (expectSameAsWhole(text)) compared += 1
    }),
    { numRuns: 20 * FUZZ_RUNS },
  )
  // Else nothing was tried but texts that are read as a whole.
  expect(compared).toBeGreaterThan(FUZZ_RUNS / 4)
})

test('whatever is done to the example policy, pieces are what the whole is', () => {
  const lines = EXAMPLE.split('\n')
  const edits = fc.array(
    fc.tuple(fc.nat(lines.length - 1), fc.constantFrom(...LINES), fc.boolean()),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(edits, (changes) => {
      const edited = [...lines]
      for (const [at, line, replaces] of changes) edited.splice(at, replaces ? 1 : 0, line)
      expectSameAsWhole(edited.join('\n'))
    }),
    { numRuns: 20 },
  )
})

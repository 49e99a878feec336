import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SYMBOL_OF_OCTET } from '../../../../rules/lists/patterns/name-alphabet.ts'
import { parsePattern, type PatternNode } from '../../../../rules/lists/patterns/parse-pattern.ts'
import { stateAfter, tableOf } from '../../../../rules/lists/patterns/pattern-table.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'

/** Which of the patterns match, by one table for all of them; null where it would be too large. */
function matching(texts: readonly string[], name: string): readonly number[] | null {
  const nodes = texts.map(nodeOf)
  const table = tableOf(nodes, { left: 100_000 })
  if (table === null) return null
  const backwards = new TextEncoder().encode(name).reverse()
  return table.accepts[stateAfter(table.steps, 0, backwards, backwards.length)] ?? []
}

function nodeOf(text: string): PatternNode {
  const node = parsePattern(text)
  if ('problem' in node) throw new Error(`${text}: ${node.problem}`)
  return node
}

test.each([
  ['a pattern floats', 'ads', 'www.adserver.example', true],
  ['but where it is bound to the start', '^ads', 'www.adserver.example', false],
  ['or to the end', 'ads$', 'www.adserver.example', false],
  ['a choice of edges', '(^|\\.)ads\\.', 'www.ads.example', true],
  ['which a longer label is not', '(^|\\.)ads\\.', 'badads.example', false],
  ['case never matters', 'ADS', 'ads.example', true],
  ['counted', '^[0-9]{3,4}\\.', '12345.example', false],
  ['counted to the end', '^[0-9]{2,}\\.', '12345.example', true],
  ['nothing of it', '^a?b*\\.', 'x.example', false],
  ['a class with its opposite', '^[^a-m.]+\\.', 'xyz.example', true],
  ['letters, digits and underscore', '^\\w+\\.', 'a_1.example', true],
  ['a dot is a dot when it is escaped', '^a\\.b', 'axb.example', false],
  ['both edges', '^a\\.example$', 'a.example', true],
])('%s', (_why, text, name, matches) => {
  expect(matching([text], name)).toEqual(matches ? [0] : [])
})

const atom = fc.constantFrom(
  'a',
  'b',
  '0',
  '-',
  '\\.',
  '.',
  '[ab]',
  '[^a0]',
  '[a-c0-1]',
  '\\d',
  '\\w',
)
const pattern = fc.letrec<{ choice: string; sequence: string; item: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc
    .tuple(
      fc.constantFrom('', '', '^'),
      fc.array(tie('item'), { maxLength: 4 }),
      fc.constantFrom('', '', '$'),
    )
    .map(([start, items, end]) => start + items.join('') + end),
  item: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    atom,
    fc
      .tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{2,}', '*?'))
      .map((p) => p.join('')),
    fc
      .tuple(tie('choice'), fc.constantFrom('', '*', '+', '?'), fc.boolean())
      // An edge that is repeated is refused, so groups in here are repeated only where they have none.
      .map(
        ([inner, times, quiet]) =>
          `${quiet ? '(?:' : '('}${inner})${/[\^$]/.test(inner.replaceAll('[^', '')) ? '' : times}`,
      ),
  ),
}))
const name = fc
  .array(fc.constantFrom('a', 'b', 'c', '0', '1', '-', '.'), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))

test('one table for several patterns says what RegExp says of each', () => {
  let tried = 0
  fc.assert(
    fc.property(fc.array(pattern.choice, { minLength: 1, maxLength: 3 }), name, (texts, host) => {
      const own = texts.filter((text) => text !== '')
      const wanted = own.flatMap((text, index) => (new RegExp(text).test(host) ? [index] : []))
      const found = matching(own, host)
      if (found === null) return
      tried += 1
      expect(found, own.join('  ')).toEqual(wanted)
    }),
    { numRuns: FUZZ_RUNS * 5 },
  )
  expect(tried).toBeGreaterThan(FUZZ_RUNS)
})

test('a table that would be too large, too long or too much work is none', () => {
  expect(tableOf([nodeOf('a.{14}b')], { left: Infinity })).toBeNull()
  expect(tableOf([nodeOf('(?:a{60}){60}')], { left: Infinity })).toBeNull()
  expect(tableOf([nodeOf('(?:a|b){20}c')], { left: 1000 })).toBeNull()
})

test('a name is read once, whatever the pattern: no step goes back', () => {
  const table = tableOf([nodeOf('^(a+)+$')], { left: Infinity })
  expect(table?.accepts.length).toBeLessThan(6)
  expect(new Set(SYMBOL_OF_OCTET).size).toBe(40)
})

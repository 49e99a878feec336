import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCleanName } from '../../../rules/lists/clean-name.ts'
import { parseListLine } from '../../../rules/lists/list-line.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function isClean(text: string): boolean {
  const bytes = Buffer.from(`#${text}#`)
  return isCleanName(bytes, 1, bytes.length - 1)
}

test.each([
  ['example.org', true],
  ['WWW.Example.ORG', true],
  ['_dmarc.a-b.x9', true],
  [`${'a'.repeat(63)}.org`, true],
  [`${'a'.repeat(64)}.org`, false],
  [`${'a.'.repeat(126)}ab`, false],
  ['org', false],
  ['', false],
  ['example.org.', false],
  ['.example.org', false],
  ['a..org', false],
  ['-a.org', false],
  ['a-.org', false],
  ['a.org-', false],
  ['a.-org', false],
  ['192.0.2.7', false],
  ['a b.org', false],
  ['münchen.de', false],
])('`%s` is a clean name: %s', (text, expected) => {
  expect(isClean(text)).toBe(expected)
})

test('what is clean means the same to the line parser', () => {
  let clean = 0
  const piece = fc.constantFrom(
    'a',
    'B',
    '0',
    '9',
    '-',
    '_',
    '.',
    '.',
    'com',
    '*',
    '/',
    'é',
    ' ',
    '#',
  )
  const rough = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/)
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  fc.assert(
    fc.property(fc.oneof(rough, name), (text) => {
      if (!isClean(text)) return
      clean += 1
      const host = text.toLowerCase()
      expect(parseListLine(text, 'host')).toEqual({ kind: 'hosts', scope: 'host', hosts: [host] })
    }),
    { numRuns: FUZZ_RUNS * 5 },
  )
  expect(clean).toBeGreaterThan(FUZZ_RUNS / 10)
})

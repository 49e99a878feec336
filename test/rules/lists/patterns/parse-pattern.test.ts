import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePattern } from '../../../../rules/lists/patterns/parse-pattern.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'

test.each([
  ['nothing', '', 'the pattern is empty'],
  ['a back reference', '(a)\\1', '`\\1` is not among what a list may use'],
  ['looking ahead', 'a(?=b)', '`(?` other than `(?:`: looking ahead or behind takes no fixed time'],
  [
    'looking behind',
    '(?<!a)b',
    '`(?` other than `(?:`: looking ahead or behind takes no fixed time',
  ],
  ['a word boundary', '\\bads', '`\\b` is not among what a list may use'],
  ['a slash', 'ads\\/x', 'it can match no host name'],
  ['a scheme', '^https?:', 'it can match no host name'],
  ['a group that is open', '(a', 'a `(` that nothing closes'],
  ['a group that is closed only', 'a)', 'a `)` that nothing opened'],
  ['a class that is open', '[a', 'a `[` that nothing closes'],
  ['a range backwards', '[z-a]', '`z-a` is no range'],
  ['a count backwards', 'a{3,2}', '`{3,2}` counts backwards'],
  ['a large count', 'a{99}', '`{99}` repeats more than 64 times'],
  ['nothing to repeat', '*a', 'nothing to repeat before `*`'],
  ['a repeated repetition', 'a+*', 'a repetition is repeated'],
  ['a repeated edge', '^*a', 'an edge of the name is repeated'],
  ['an escape of nothing', 'a\\', 'the pattern ends too soon'],
  ['groups without end', '('.repeat(30), 'too many groups in each other'],
  ['a long text', 'a'.repeat(600), 'the pattern is longer than 512 characters'],
])('%s is refused in words', (_what, text, problem) => {
  expect(parsePattern(text)).toEqual({ problem })
})

test('whatever the text, it is a tree or a sentence, and never a throw', () => {
  const part = fc.constantFrom(...'ab09.-_^$()[]{}|*+?\\,:=!<é/ '.split(''))
  const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
      const node = parsePattern(any)
      expect('problem' in node ? typeof node.problem : typeof node.kind).toBe('string')
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
})

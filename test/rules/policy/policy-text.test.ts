import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  joinPolicyTexts,
  parentNamedBy,
  splitPolicyText,
} from '../../../rules/policy/policy-text.ts'

const line = fc.constantFrom('a: 1', '---', '--- # something', 'extends: trust.yaml', '# x', '')
const text = fc.array(line, { maxLength: 5 }).map((lines) => `${lines.join('\n')}\n`)

test('what was joined comes apart again', () => {
  fc.assert(
    fc.property(text, text, (own, parent) => {
      const joined = joinPolicyTexts(own, { name: 'trust.yaml', text: parent })
      expect(splitPolicyText(joined)).toEqual({ own, parent: { name: 'trust.yaml', text: parent } })
      expect(parentNamedBy(joined)).toBeNull()
    }),
  )
})

test.each([
  ['extends: trust.yaml\nschool: {}\n', 'trust.yaml'],
  ["school: {}\nextends: '../trust/policy.yaml' # ours\n", '../trust/policy.yaml'],
  ['school: {}\n', null],
  ['a:\n  extends: trust.yaml\n', null],
  ['extends: [a]\n', null],
  ['extends: "\n', null],
])('%j names %s', (own, named) => {
  expect(parentNamedBy(own)).toBe(named)
})

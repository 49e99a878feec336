import { expect, test } from 'vitest'
import { ACTIONS, extendedErrorOf, STRICTNESS } from '../../rules/verdict.ts'
import { rulingOf } from '../support/sample-facts.ts'

const CODES: readonly [says: string, reasonCode: string | null, code: number][] = [
  ['a sealed name is censored: somebody else decided that', 'sealed', 16],
  ['a category is a filter of the school', 'category', 17],
  ['a grant that nobody holds is a block', 'grant_needed', 15],
  ['a site that the policy closed is a block', 'site', 15],
  ['reception hours are a block', 'reception_hours', 15],
  ['a reason that only looks like a category is a block', 'category_of_its_own', 15],
  ['no reason at all is a block', null, 15],
]

test.each(CODES)('%s', (_says, reasonCode, code) => {
  expect(extendedErrorOf(rulingOf({ reasonCode }))).toBe(code)
})

test('the actions are written from mildest to strictest', () => {
  expect(ACTIONS.map((action) => STRICTNESS[action])).toEqual([0, 1, 2, 3])
})

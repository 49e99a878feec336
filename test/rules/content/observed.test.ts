import { expect, test } from 'vitest'
import { observed } from '../../../rules/content/observed.ts'
import { rulingOf } from '../../support/sample-facts.ts'

test('what would be refused, warned of or led elsewhere is open, and says what it would be', () => {
  const safe = rulingOf({ action: 'restrict', safeHost: 'forcesafesearch.google.com' })
  expect(observed(rulingOf())).toMatchObject({ action: 'allow', wouldBe: 'block' })
  expect(observed(safe)).toMatchObject({ action: 'allow', wouldBe: 'restrict', safeHost: null })
  expect(observed(rulingOf({ action: 'warn', warn: true }))).toMatchObject({
    ...{ action: 'allow', warn: false, wouldBe: 'warn' },
    cause: 'This zone is only observed, nothing is refused here. Elsewhere: Gambling: not open.',
  })
})

test('what is sealed is refused, and what is open is left as it is', () => {
  const sealed = rulingOf({ reasonCode: 'sealed' })
  const open = rulingOf({ action: 'allow', reasonCode: null })
  expect([observed(sealed), observed(open)]).toEqual([sealed, open])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import type { ProfilePolicy } from '../../../rules/policy/policy.ts'
import { AUDIENCES, CATEGORIES, getCategory } from '../../../rules/taxonomy/taxonomy.ts'
import type { TaxonomyAction } from '../../../rules/taxonomy/taxonomy.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function profileOf(facts: Partial<ProfilePolicy>): ProfilePolicy {
  return {
    id: 'profile',
    label: 'a profile',
    startFrom: 'secondary',
    change: {},
    social: false,
    timedOutside: null,
    closed: null,
    blockedAnswer: 'by_ca',
    safeSearch: true,
    youtube: 'moderate',
    withoutSafeMode: 'block',
    ...facts,
  }
}

test.each(AUDIENCES)('without a change a profile is the column `%s`', (startFrom) => {
  expect(profileActions(profileOf({ startFrom }))).toEqual(
    CATEGORIES.map(({ defaults }) => defaults[startFrom]),
  )
})

test('a change is one category and leaves the others', () => {
  const plain = profileActions(profileOf({}))
  const changed = profileActions(profileOf({ change: { 'media.games': 'W' } }))
  const games = getCategory('media.games').index
  expect(changed).toEqual(plain.with(games, 'W'))
  expect(plain[games]).toBe('B')
})

test('a closed profile has no opinion but on what nobody may change', () => {
  const actions = profileActions(profileOf({ startFrom: null, change: { 'media.press': 'A' } }))
  const open = CATEGORIES.filter(({ index }) => actions[index] !== 'B')
  expect(open.map(({ id }) => id)).toEqual(['support.wellbeing', 'support.systems'])
})

test('whatever a policy changes, the locks win (V01)', () => {
  const letter = fc.constantFrom<TaxonomyAction>('A', 'B', 'W', 'R', 'T', 'G')
  const change = fc.dictionary(fc.constantFrom(...CATEGORIES.map(({ id }) => id)), letter)
  const everything = (is: TaxonomyAction) =>
    Object.fromEntries(CATEGORIES.map(({ id }) => [id, is]))
  const startFrom = fc.constantFrom(null, ...AUDIENCES)
  const changes = fc.oneof(change, letter.map(everything))
  fc.assert(
    fc.property(changes, startFrom, (wanted, from) => {
      const actions = profileActions(profileOf({ change: wanted, startFrom: from }))
      for (const { index, lock } of CATEGORIES) {
        if (lock === 'SEALED') expect(actions[index]).toBe('B')
        if (lock === 'ALWAYS') expect(actions[index]).toBe('A')
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
})

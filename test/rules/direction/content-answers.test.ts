import { expect, test } from 'vitest'
import { collectPolicyNames } from '../../../rules/content/policy-names.ts'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import {
  answerInWords,
  answerOf,
  CATEGORY_SETS,
  contentSide,
  entriesInForce,
  LONE_SETS,
  setsAround,
  type ContentSide,
} from '../../../rules/direction/content-answers.ts'
import { getCategory } from '../../../rules/taxonomy/taxonomy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const POLICY = examplePolicy(
  'sites:\n',
  'sites:\n  - { block: [bbc.co.uk], profiles: [visitor], because: a test }\n',
  'corrections: []',
  'corrections: [{ host: a.example, remove: media.games, add: media.press, because: a test }]',
)
const NAMES = collectPolicyNames(POLICY)

function sideOf(id: string, timedOpen = false): ContentSide {
  const policy = POLICY.profiles.find((profile) => profile.id === id)
  return contentSide(
    policy === undefined ? null : { policy, actions: profileActions(policy) },
    timedOpen,
  )
}

function entries(side: string, ...hosts: readonly string[]): string {
  return entriesInForce(
    sideOf(side),
    NAMES.filter(({ host }) => hosts.includes(host.host)),
  )
}

test('sides that answer alike have one key: profiles of the same actions, timed where nothing is', () => {
  expect(sideOf('secondary_lesson').key).toBe(sideOf('secondary_social').key)
  expect(sideOf('secondary_lesson', true).key).not.toBe(sideOf('secondary_lesson', false).key)
  expect(sideOf('primary_lesson', true)).toEqual(sideOf('primary_lesson', false))
  expect(sideOf('quarantine', true).key).toBe(sideOf('quarantine', false).key)
  expect(sideOf('no such profile', true)).toEqual(sideOf('no such profile', false))
})

const ANSWERS: readonly [profile: string, categories: readonly string[], words: string][] = [
  ['secondary_lesson', ['support.wellbeing', 'adult.pornography'], 'allow always'],
  ['secondary_lesson', ['edu.allow', 'media.games'], 'allow by name'],
  ['secondary_lesson', ['life.cooking'], 'allow'],
  ['secondary_lesson', [], 'warn'],
  ['secondary_lesson', ['edu.search'], 'restrict'],
  ['secondary_lesson', ['edu.search', 'comms.forums'], 'restrict and warn'],
  ['secondary_lesson', ['ai.generative'], 'block unless granted'],
  ['secondary_lesson', ['media.games'], 'block'],
  ['no such profile', ['life.cooking'], 'block'],
]

test.each(ANSWERS)('%s, %j: %s', (profile, categories, words) => {
  const found = categories.map((id) => ({ category: getCategory(id), list: null }))
  found.sort((a, b) => a.category.index - b.category.index)
  expect(answerInWords(answerOf(sideOf(profile), found, []))).toBe(words)
})

test('entries come to what is in force under the profile', () => {
  expect(entries('secondary_lesson', 'bbc.co.uk')).toBe('allow|||')
  expect(entries('visitor', 'bbc.co.uk')).toBe('block|||')
  expect(entries('primary_lesson', 'bbc.co.uk')).toBe('')
  expect(entries('primary_lesson', 'a.example')).toBe('|media.games|media.press|')
  expect(entries('quarantine', 'a.example')).toBe('')
  expect(entries('quarantine', 'schoolgate.internal')).toBe('only')
  expect(entries('medical', 'schoolgate.internal')).toBe('')
  expect(entries('no such profile', 'bbc.co.uk', 'a.example')).toBe('')
})

test('sets hold what a policy decides, alone and beside what hides others', () => {
  const locks = CATEGORY_SETS.flatMap(({ found }) => found.map(({ category }) => category.lock))
  expect(new Set(locks)).toEqual(new Set(['LOCKED', 'FLOOR', 'OPEN']))
  expect(LONE_SETS.filter(({ found }) => found.length === 0)).toHaveLength(1)
  expect(setsAround(new Set(['media.games', 'illegal.csam']))).toHaveLength(LONE_SETS.length - 2)
  for (const { found } of CATEGORY_SETS)
    expect(found).toEqual(found.toSorted((a, b) => a.category.index - b.category.index))
})

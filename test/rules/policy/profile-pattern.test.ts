import { expect, test } from 'vitest'
import {
  expandPhase,
  expandProfiles,
  profileExpander,
  needsPhase,
  withPhase,
} from '../../../rules/policy/profile-pattern.ts'

const IDS = ['primary_lesson', 'staff_byod', 'staff_work', 'staff', 'visitor']

const EXPANDED: readonly [says: string, patterns: readonly string[], ids: readonly string[]][] = [
  ['an id is itself alone', ['staff'], ['staff']],
  ['a star is every id that begins so', ['staff_*'], ['staff_byod', 'staff_work']],
  ['the beginning itself counts', ['staff*'], ['staff_byod', 'staff_work', 'staff']],
  ['a star alone is all', ['*'], IDS],
  [
    'several patterns name an id once, in the order of the file',
    ['visitor', 'v*', 'primary_*'],
    ['primary_lesson', 'visitor'],
  ],
  ['a star at the beginning is a letter like others', ['*_lesson'], []],
  ['an unknown id is none', ['governor'], []],
  ['no pattern is nobody', [], []],
]

test.each(EXPANDED)('%s', (_says, patterns, ids) => {
  expect(expandProfiles(patterns, IDS)).toEqual(ids)
})

test('a phase in a rule means one profile for each phase of the school', () => {
  expect(expandPhase('{phase}_lesson', ['primary', 'sixth'])).toEqual([
    'primary_lesson',
    'sixth_lesson',
  ])
  expect(expandPhase('visitor', ['primary', 'sixth'])).toEqual(['visitor'])
  expect(withPhase('all_{phase}_social', 'sixth')).toBe('all_sixth_social')
  expect([needsPhase('{phase}_lesson'), needsPhase('visitor')]).toEqual([true, false])
})

test('an expander answers as `expandProfiles`, and the same list for the same patterns', () => {
  const expand = profileExpander(IDS)
  const patterns = [IDS[0] ?? '', `${(IDS[0] ?? '').slice(0, 2)}*`]
  expect(expand(patterns)).toEqual(expandProfiles(patterns, IDS))
  expect(expand([...patterns])).toBe(expand(patterns))
})

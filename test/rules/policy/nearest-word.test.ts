import { expect, test } from 'vitest'
import { nearest } from '../../../rules/policy/nearest-word.ts'

const KNOWN = ['zones', 'sites', 'lists', 'timetable', 'profiles', 'start_from']

const CASES: readonly [says: string, word: string, found: string | undefined][] = [
  ['finds a word with two letters swapped', 'zoens', 'zones'],
  ['finds a word with a letter missing', 'timetble', 'timetable'],
  ['finds a word in another case', 'Sites', 'sites'],
  ['finds a word with the wrong joiner', 'start-from', 'start_from'],
  ['takes no far word for a near one', 'dns', undefined],
  ['finds nothing for a word longer than any key', 'z'.repeat(65), undefined],
]

test.each(CASES)('%s', (_says, word, found) => {
  expect(nearest(word, KNOWN)).toBe(found)
})

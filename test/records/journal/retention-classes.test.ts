import { expect, test } from 'vitest'
import { RETENTION_RULES } from '../../../records/journal/retention-classes.ts'

test('the table is the one of requirements.md 6.9', () => {
  const lines = RETENTION_RULES.map(({ of, deed, afterDays }) => `${of} ${deed} ${afterDays}`)
  expect(lines).toEqual([
    'ordinary erase_search_term 7',
    'evidence erase_search_term 90',
    'ordinary pseudonymise 35',
    'ordinary purge 396',
    'evidence purge 2557',
  ])
})

test('the name of a rule is what marks its progress: no two rules share one', () => {
  expect(new Set(RETENTION_RULES.map(({ name }) => name)).size).toBe(RETENTION_RULES.length)
})

import { expect, test } from 'vitest'
import { occasionFacts, siteEmergencyFacts } from '../../../records/governance/occasion-facts.ts'

test('an emergency of before they ended by themselves still reads', () => {
  expect(siteEmergencyFacts.parse({ kind: 'lockdown' })).toEqual({ kind: 'lockdown', until: null })
})

test.each([
  ['a kind that is none', { kind: 'party' }],
  ['a time without an offset', { from: '2026-11-24T10:00:00' }],
  ['a year that is none', { years: [99] }],
  ['a field that nobody knows', { note: 'x' }],
])('an occasion with %s does not', (_says, change) => {
  const occasion = {
    ...{ kind: 'group', persons: ['p-1'], devices: [], years: [], zones: [], profile: 'x' },
    ...{ from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00+01:00' },
  }
  expect(occasionFacts.safeParse(occasion).success).toBe(true)
  expect(occasionFacts.safeParse({ ...occasion, ...change }).success).toBe(false)
})

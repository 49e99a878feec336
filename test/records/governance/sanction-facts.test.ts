import { expect, test } from 'vitest'
import { sanctionFacts } from '../../../records/governance/sanction-facts.ts'
import { holdsPerson } from '../../../records/people/person-fields.ts'

const FACTS = {
  ...{ kind: 'lockout', person: 'p-1', device: null, role: 'pupil', site: null, attempts: 5 },
  ...{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:15:00.000Z' },
}

test('a sanction says whom it concerns in a field that a subject access knows', () => {
  expect(sanctionFacts.parse(FACTS)).toEqual(FACTS)
  expect(holdsPerson(FACTS, 'p-1')).toBe(true)
})

test.each([{ kind: 'expulsion' }, { to: 'tomorrow' }, { attempts: 0 }, { name: 'Jo Example' }])(
  '%j is no sanction',
  (more) => {
    expect(sanctionFacts.safeParse({ ...FACTS, ...more }).success).toBe(false)
  },
)

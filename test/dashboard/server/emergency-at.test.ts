import { expect, test } from 'vitest'
import { emergencyAt } from '../../../dashboard/server/emergency-at.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')

test.each([
  ['one that runs', { kind: 'drill', until: '2026-11-24T10:00:01Z' } as const, true],
  [
    'one that has just ended by itself',
    { kind: 'drill', until: '2026-11-24T10:00:00Z' } as const,
    false,
  ],
  ['one of an old entry, which somebody must end', { kind: 'other', until: null } as const, true],
  ['none', null, false],
])('%s', (_says, siteEmergency, runs) => {
  expect(emergencyAt({ siteEmergency }, AT)).toEqual(runs ? siteEmergency : null)
})

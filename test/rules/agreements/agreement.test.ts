import { expect, test } from 'vitest'
import {
  agreementFor,
  signatureEnds,
  type AgreementPolicy,
} from '../../../rules/agreements/agreement.ts'

const DAY = 86_400_000
const SEPTEMBER = Date.parse('2026-09-01')

const POLICY: AgreementPolicy = {
  documents: [
    { id: 'small', roles: ['pupil'], phases: ['primary'], version: '2026-09-01', file: 'a.md' },
    { id: 'big', roles: ['pupil', 'staff'], phases: null, version: '2026-09-01', file: 'b.md' },
  ],
  ...{ reacceptDays: 365, graceDays: 14, parentalConsent: false },
}

test.each([
  ['pupil', 'primary', 'small'],
  ['pupil', 'sixth', 'big'],
  ['staff', null, 'big'],
  ['visitor', null, undefined],
] as const)('a %s of phase %s is asked for %s', (role, phase, id) => {
  expect(agreementFor(POLICY, role, phase)?.id).toBe(id)
})

test('a signature counts for a year; one of an older version to the end of the days of grace (V12)', () => {
  const document = POLICY.documents[1] ?? expect.fail()
  const at = SEPTEMBER + 10 * DAY
  expect(signatureEnds({ version: '2026-09-01', at }, document, POLICY)).toBe(at + 365 * DAY)
  const old = { version: '2025-09-01', at: SEPTEMBER - 30 * DAY }
  expect(signatureEnds(old, document, POLICY)).toBe(SEPTEMBER + 14 * DAY)
  // A year is over sooner.
  const older = { version: '2025-09-01', at: SEPTEMBER - 360 * DAY }
  expect(signatureEnds(older, document, POLICY)).toBe(SEPTEMBER + 5 * DAY)
})

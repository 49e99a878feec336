import { expect, test } from 'vitest'
import { agreedDevices } from '../../../records/register/agreed-devices.ts'
import type { SignedAgreement } from '../../../records/registration/registration-facts.ts'
import type { AgreementPolicy } from '../../../rules/agreements/agreement.ts'
import type { DeviceFacts } from '../../../rules/subject.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const POLICY: AgreementPolicy = {
  documents: [
    { id: 'staff', roles: ['staff'], phases: null, version: '2026-09-01', file: 'a.md' },
    { id: 'pupil', roles: ['pupil'], phases: null, version: '2026-09-01', file: 'b.md' },
  ],
  ...{ reacceptDays: 365, graceDays: 14, parentalConsent: true },
}
const AT = '2026-10-01T10:00:00.000Z'
const YEAR = 365 * 86_400_000

function signed(person: string, agreement: string, version = '2026-09-01'): SignedAgreement {
  return { person, agreement, version, document: null, method: 'portal', signedAt: null, at: AT }
}

function agreedOne(facts: Partial<DeviceFacts>, signatures: readonly SignedAgreement[]) {
  const device = deviceOf(facts)
  const agreements = new Map(
    signatures.map((one) => [`${one.person} ${one.agreement}`, one] as const),
  )
  const [found] = agreedDevices({ devices: new Map([['phone', device]]), agreements }, POLICY)
  return [found?.aup, found?.aupUntil]
}

test.each([
  ['paper counts as the file has it', {}, [], ['signed', undefined]],
  ['nobody has signed', { aup: 'missing' as const }, [], ['missing', undefined]],
  [
    'at the portal for a year',
    { aup: 'missing' as const },
    [signed('p-1', 'staff')],
    ['signed', Date.parse(AT) + YEAR],
  ],
  [
    'of an older version to the end of the grace',
    {},
    [signed('p-1', 'staff', '2025-09-01')],
    ['signed', Date.parse('2026-09-15')],
  ],
  ['another person’s word', { aup: 'missing' as const }, [signed('p-2', 'staff')], ['missing']],
  [
    'a pupil without a parent’s word (V12)',
    { role: 'pupil' as const, phase: 'secondary' },
    [signed('p-1', 'pupil')],
    ['missing'],
  ],
  [
    'and with it',
    { role: 'pupil' as const, phase: 'secondary' },
    [signed('p-1', 'pupil'), signed('p-1', 'parental-consent', '')],
    ['signed', Date.parse(AT) + YEAR],
  ],
] as const)('%s', (_what, facts, signatures, [aup, until]) => {
  expect(agreedOne(facts, signatures)).toEqual([aup, until])
})

test('a device that nothing changes is the same object, and without agreements all are', () => {
  const device = deviceOf()
  const source = { devices: new Map([['phone', device]]), agreements: new Map() }
  expect(agreedDevices(source, POLICY)[0]).toBe(device)
  expect(agreedDevices(source, undefined)).toEqual([device])
})

import { expect, test } from 'vitest'
import type { Policy } from '../../../rules/policy/policy.ts'
import { visitChanges } from '../../../rules/direction/visit-changes.ts'
import { directionOfPolicy } from '../../../rules/direction/direction-of-policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const BASE = examplePolicy()
const agreements = BASE.agreements ?? expect.fail()
const [first, ...rest] = agreements.documents
if (first === undefined) expect.fail()
const dated = (version: string) => ({
  ...agreements,
  documents: [{ ...first, version }, ...rest],
})

const CASES: readonly [what: string, change: Partial<Policy>, side: string][] = [
  ['a longer visit', { vouchers: { ...BASE.vouchers, day: { maxDays: 2 } } }, 'loosens'],
  [
    'a visit in fewer places',
    { vouchers: { ...BASE.vouchers, day: { ...BASE.vouchers?.day, zones: ['reception'] } } },
    'tightens',
  ],
  [
    'a visit at any time',
    {
      vouchers: { ...BASE.vouchers, day: { ...BASE.vouchers?.day, during: [] } },
    },
    'loosens',
  ],
  [
    'pupils bring devices',
    { registration: { ...BASE.registration, pupil: { maxDevices: 1, approval: true } } },
    'loosens',
  ],
  [
    'staff wait for nobody',
    { registration: { ...BASE.registration, staff: { maxDevices: 3, approval: false } } },
    'loosens',
  ],
  ['a new version', { agreements: dated('2027-09-01') }, 'tightens'],
  ['an older version', { agreements: dated('2025-09-01') }, 'loosens'],
  ['parents are asked', { agreements: { ...agreements, parentalConsent: true } }, 'tightens'],
  ['a signature for ten years', { agreements: { ...agreements, reacceptDays: 3650 } }, 'loosens'],
]

test.each(CASES)('%s', (_what, change, side) => {
  const found = visitChanges(BASE, { ...BASE, ...change })
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(found.map((each) => each.side))).toEqual(new Set([side]))
})

test('the same policy changes nothing; none at all asks less', () => {
  expect(visitChanges(BASE, BASE)).toEqual([])
  const parts = Object.entries(BASE).filter(([part]) => part !== 'agreements')
  const without = Object.fromEntries(parts) as unknown as Policy
  expect(visitChanges(BASE, without).every(({ side }) => side === 'loosens')).toBe(true)
})

test('what lets pupils bring devices loosens for pupils, so it waits for the lead', () => {
  const after = { ...BASE, registration: { pupil: { maxDevices: 1, approval: true } } }
  const { loosens } = directionOfPolicy(BASE, after)
  expect(loosens.some(({ who }) => who.roles.includes('pupil'))).toBe(true)
})

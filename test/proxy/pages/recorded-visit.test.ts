import { expect, test } from 'vitest'
import { visitOf } from '../../../proxy/pages/recorded-visit.ts'
import type { RecentRefusal } from '../../../records/journal/journal-reads.ts'

function refusalOf(more: Partial<RecentRefusal>): RecentRefusal {
  return {
    ts: '2026-11-24T10:00:00.250Z',
    host: 'bets.example',
    category: 'money.gambling',
    reasonCode: 'category',
    action: 'block',
    blockRef: 'ABCD-EFGH',
    attempts: 2,
    ...more,
  }
}

test('a refusal of the journal is a visit with its time, host and reference', () => {
  expect(visitOf(refusalOf({}))).toEqual({
    at: Date.parse('2026-11-24T10:00:00.250Z'),
    host: 'bets.example',
    cause: 'Gambling: not open.',
    reasonCode: 'category',
    blockRef: 'ABCD-EFGH',
  })
})

const CAUSES: readonly [says: string, refusal: Partial<RecentRefusal>, cause: string][] = [
  ['a site that the school closed', { reasonCode: 'site', category: null }, 'This site: not open.'],
  [
    'a category that a later release no longer has',
    { category: 'media.chess' },
    'This site: not open.',
  ],
  [
    'what a grant would open',
    { reasonCode: 'grant_needed', category: 'harm.suicide' },
    'Suicide: closed unless a member of staff has been granted it.',
  ],
  [
    'an exam',
    { reasonCode: 'closed_profile', category: null },
    'Only a short list of sites is open here and now.',
  ],
  [
    'a sealed name is not called what it is',
    { reasonCode: 'sealed', category: 'illegal.csam' },
    'Access to this page is denied because it is on a list of illegal content.',
  ],
  [
    'a device that may not be here, whatever the site',
    { reasonCode: 'mobile_free_zone' },
    'Personal devices are not used in this area.',
  ],
  [
    'a reason of the policy',
    { reasonCode: 'reception_hours' },
    'Not allowed for this device here (reception hours).',
  ],
]

test.each(CAUSES)('%s', (_says, refusal, cause) => {
  expect(visitOf(refusalOf(refusal)).cause).toBe(cause)
})

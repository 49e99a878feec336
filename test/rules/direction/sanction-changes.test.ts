import { expect, test } from 'vitest'
import { directionOfPolicy } from '../../../rules/direction/direction-of-policy.ts'
import { sanctionChanges } from '../../../rules/direction/sanction-changes.ts'
import type { BypassSanction } from '../../../rules/sanctions/sanctions.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const RULE: BypassSanction = {
  ...{ count: 5, withinMs: 900_000, lockoutMs: 900_000, profile: 'portal', exempt: [] },
  counts: ['bypass.vpn'],
}

test.each<[says: string, more: Partial<BypassSanction>]>([
  ['more attempts before it', { count: 6 }],
  ['a shorter time to count them', { withinMs: 1 }],
  ['a shorter lock-out', { lockoutMs: 1 }],
  ['another list of sites', { profile: 'quarantine' }],
  ['somebody who is exempt', { exempt: ['pupil'] }],
  ['fewer techniques', { counts: [] }],
])('%s loosens', (_says, more) => {
  const is = { sanctions: { ...RULE, ...more } }
  expect(sanctionChanges({ sanctions: RULE }, is)).toMatchObject([
    { subject: 'sanctions.bypass', side: 'loosens' },
  ])
})

test('a rule where there was none tightens, and taking it away loosens', () => {
  expect(sanctionChanges({}, { sanctions: RULE })).toMatchObject([{ side: 'tightens' }])
  expect(sanctionChanges({ sanctions: RULE }, { sanctions: null })).toMatchObject([
    { side: 'loosens', to: 'no sanction' },
  ])
  expect(sanctionChanges({ sanctions: RULE }, { sanctions: RULE })).toEqual([])
  const stricter = { ...RULE, count: 3, profile: null }
  expect(sanctionChanges({ sanctions: RULE }, { sanctions: stricter })).toMatchObject([
    { side: 'tightens' },
  ])
})

test('a tunnel that is closed for less, or with which one may talk, loosens', () => {
  const except = [{ host: 'avts.example', scope: 'subtree' as const }]
  const closed = { dnsTunnel: { blockMs: 60_000, except: [] } }
  const told = { dnsTunnel: { blockMs: null, except: [] } }
  expect(sanctionChanges(told, closed)).toMatchObject([{ side: 'tightens' }])
  expect(sanctionChanges(closed, told)).toMatchObject([{ side: 'loosens' }])
  expect(sanctionChanges(closed, { dnsTunnel: { blockMs: 60_000, except } })).toMatchObject([
    { subject: 'dns_tunnel', side: 'loosens' },
  ])
})

test('a policy that exempts pupils loosens for them', () => {
  const policy = examplePolicy()
  const was = { ...policy, sanctions: RULE }
  const is = { ...policy, sanctions: { ...RULE, exempt: ['pupil' as const] } }
  expect(directionOfPolicy(was, is, Date.parse('2026-11-24T10:00:00Z'))).toMatchObject({
    ...{ direction: 'loosen', loosensPupils: true },
  })
})

import { expect, test } from 'vitest'
import { correctionsOf, permissionsOf } from '../../../records/register/permissions-of.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import type { Grant, Voucher } from '../../../records/governance/permission-facts.ts'
import { NO_PERMISSIONS } from '../../../rules/permissions/permissions.ts'
import { readExamplePolicy } from '../../examples/example-engine.ts'

const DAY = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00+00:00' }
const TERM = { from: Date.parse(DAY.from), to: Date.parse(DAY.to) }
const POLICY = readExamplePolicy()

function grantOf(facts: Partial<Grant>) {
  const grant: Grant = {
    type: 'personal_use',
    person: 'p-1',
    device: null,
    class: null,
    zones: ['classroom'],
    windows: ['lesson'],
    profile: 'staff_byod',
    sites: [],
    categories: [],
    locked: false,
    purpose: null,
    assessment: null,
    ...DAY,
    ...facts,
  }
  return permissionsOf({ ...EMPTY_REGISTER, grants: new Map([['g', grant]]) }, POLICY).grants[0]
}

test('an empty register permits nothing', () => {
  expect(permissionsOf(EMPTY_REGISTER, POLICY)).toEqual(NO_PERMISSIONS)
})

test('a grant’s facts are the engine’s, in epoch ms', () => {
  expect(grantOf({ sites: ['a.example', '=b.example', 'not a host'] })).toEqual({
    id: 'g',
    medical: false,
    person: 'p-1',
    device: null,
    class: null,
    zones: ['classroom'],
    windows: ['lesson'],
    profile: 'staff_byod',
    hosts: [
      { host: 'a.example', scope: 'subtree' },
      { host: 'b.example', scope: 'host' },
    ],
    categories: [],
    locked: false,
    ...TERM,
  })
})

test('a service named by a grant, a pack, a lesson or a site is all its hosts, which keep its id', () => {
  const SERVICE = { host: 'ytimg.com', scope: 'subtree', service: 'youtube' }
  expect(grantOf({ sites: ['service:youtube'] })?.hosts).toContainEqual(SERVICE)
  expect(grantOf({ sites: ['service:no_such'] })?.hosts).toEqual([])
  const lesson = { class: '9b', teacher: 't', pack: 'p', sites: [], focus: ['service:youtube'] }
  const site = { action: 'block' as const, hosts: ['service:youtube'], profiles: null }
  const { lessons, sites } = permissionsOf(
    {
      ...EMPTY_REGISTER,
      packs: new Map([['p', { label: 'Film', sites: ['service:youtube'] }]]),
      lessons: new Map([['l', { ...lesson, ...DAY }]]),
      sites: new Map([['s', { ...site, ...DAY, because: 'x' }]]),
    },
    POLICY,
  )
  expect(lessons[0]?.opens).toContainEqual(SERVICE)
  expect(lessons[0]?.focus).toContainEqual(SERVICE)
  expect(sites[0]?.rule.hosts).toContainEqual(SERVICE)
})

test('a list is wrong about a host and never about a service: a correction of one takes nothing away', () => {
  const facts = { remove: 'games.online', add: null, because: 'x' }
  const corrections = new Map([
    ['a', { host: 'service:youtube', ...facts }],
    ['b', { host: 'chess.example', ...facts }],
  ])
  expect(correctionsOf({ ...EMPTY_REGISTER, corrections })).toEqual([
    { id: 'correction.b', ...facts, host: { host: 'chess.example', scope: 'subtree' } },
  ])
})

test('where a grant names no profile the policy says what its type gives', () => {
  const profileOf = (type: Grant['type']) => grantOf({ type, profile: null })?.profile
  expect(profileOf('medical_sen')).toBe('medical')
  expect(profileOf('dependant_illness')).toBe('staff_byod')
  expect(profileOf('site_unblock')).toBeNull()
  expect(grantOf({ type: 'medical_sen' })?.medical).toBe(true)
})

test('a voucher is its person’s in the windows of its kind, a contractor’s on closed days, too', () => {
  const who = { person: 'p-9', device: null, host: 'p-1', codeHash: '', zones: [] }
  const voucher: Voucher = { type: 'day', ...who, ...DAY }
  const register = { ...EMPTY_REGISTER, vouchers: new Map([['v', voucher]]) }
  expect(permissionsOf(register, POLICY).vouchers).toEqual([
    { id: 'v', person: 'p-9', device: null, zones: [], windows: ['staff_day'], ...TERM },
  ])
  const builders = {
    ...EMPTY_REGISTER,
    vouchers: new Map([['v', { ...voucher, type: 'contractor' as const }]]),
  }
  expect(permissionsOf(builders, POLICY).vouchers[0]?.windows).toBeUndefined()
})

test('a site emergency of an old entry holds until somebody ends it', () => {
  const register = { ...EMPTY_REGISTER, siteEmergency: { kind: 'lockdown' as const, until: null } }
  expect(permissionsOf(register, POLICY).emergency).toEqual({
    kind: 'lockdown',
    from: 0,
    to: Infinity,
  })
})

test('a site emergency ends by itself, and an occasion holds for its term', () => {
  const occasion = {
    ...{ kind: 'extra_time' as const, persons: ['p-1'], devices: [], years: [], profile: null },
    ...{ zones: ['exam_hall'], ...DAY },
  }
  const register = {
    ...EMPTY_REGISTER,
    siteEmergency: { kind: 'drill' as const, until: DAY.to },
    occasions: new Map([['o', occasion]]),
  }
  const { emergency, occasions } = permissionsOf(register, POLICY)
  expect(emergency).toEqual({ kind: 'drill', from: 0, to: TERM.to })
  const { persons: people, ...facts } = occasion
  expect(occasions).toEqual([{ id: 'o', ...facts, people, ...TERM }])
})

test('what was over a day before an engine is made is left out of it; what runs or comes is not', () => {
  const site = { action: 'block' as const, hosts: ['a.example'], profiles: null, because: 'x' }
  const register = { ...EMPTY_REGISTER, sites: new Map([['s', { ...site, ...DAY }]]) }
  const sites = (at: number) => permissionsOf(register, POLICY, at).sites.length
  const dayAfter = TERM.to + 86_400_000
  expect([0, TERM.from, TERM.to, dayAfter - 1, dayAfter].map(sites)).toEqual([1, 1, 1, 1, 0])
})

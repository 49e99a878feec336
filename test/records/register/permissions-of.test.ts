import { expect, test } from 'vitest'
import { permissionsOf } from '../../../records/register/permissions-of.ts'
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

test('where a grant names no profile the policy says what its type gives', () => {
  const profileOf = (type: Grant['type']) => grantOf({ type, profile: null })?.profile
  expect(profileOf('medical_sen')).toBe('medical')
  expect(profileOf('dependant_illness')).toBe('staff_byod')
  expect(profileOf('site_unblock')).toBeNull()
  expect(grantOf({ type: 'medical_sen' })?.medical).toBe(true)
})

test('a voucher is its person’s, whichever device it is', () => {
  const who = { person: 'p-9', device: null, host: 'p-1', codeHash: '', zones: [] }
  const voucher: Voucher = { type: 'day', ...who, ...DAY }
  const register = { ...EMPTY_REGISTER, vouchers: new Map([['v', voucher]]) }
  expect(permissionsOf(register, POLICY).vouchers).toEqual([
    { id: 'v', person: 'p-9', device: null, zones: [], ...TERM },
  ])
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

import { expect, test } from 'vitest'
import {
  judgeAll,
  objectOf,
  planChange,
  type Change,
} from '../../../records/governance/plan-change.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import {
  AT,
  coverEdit,
  device,
  deviceEdit,
  DIRECTION_OF,
  holder,
  ON_DUTY,
  REASON,
  roleEdit,
} from './sample-desk.ts'

const register = { ...EMPTY_REGISTER, holders: new Map(Object.entries(ON_DUTY)) }
const deps = { register, directionOf: DIRECTION_OF, textOf: () => undefined, actor: 'head', at: AT }
const change = (...edits: Change['edits']): Change => ({ basedOn: 0, reason: REASON, edits })

test('a plan says in which duty its author acts and whose yes it needs', () => {
  expect(planChange(change(roleEdit('x', holder(['teacher']))), deps)).toMatchObject({
    duty: 'head',
    approvers: null,
  })
  const phone = deviceEdit(device('phone', 'pupil', 'approved'))
  expect(planChange(change(phone), { ...deps, actor: 'it' })).toMatchObject({
    duty: 'it',
    approvers: 'dsl',
  })
})

test('the console gives the first duties, with a head among them, and nothing after that', () => {
  const console = { ...deps, register: EMPTY_REGISTER, actor: 'console' }
  const head = roleEdit('h', holder(['head']))
  expect(planChange(change(head), console)).toMatchObject({ duty: 'console', approvers: null })
  expect(planChange(change(roleEdit('h', holder(['dsl']))), console)).toContain(
    'nobody would be head',
  )
  const phone = deviceEdit(device('phone', 'staff', 'approved'))
  expect(planChange(change(head, phone), console)).toContain('no duty')
  expect(planChange(change(head), { ...console, register })).toContain('no duty')
})

test('a change that needs two offices is two changes', () => {
  const nm = { ...deps, actor: 'nm' }
  const day = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T16:00:00Z' }
  const facts = {
    type: 'class_split',
    device: null,
    zones: [],
    windows: [],
    profile: null,
    sites: ['a.example'],
    purpose: null,
    ...day,
  }
  const people = new Map([['s', { role: 'staff' as const, phase: null, year: null, details: '' }]])
  const grant = { kind: 'grant.put' as const, objectId: 'g', after: { ...facts, person: 's' } }
  const phone = deviceEdit(device('phone', 'pupil', 'approved'))
  expect(planChange(change(grant, phone), { ...nm, register: { ...register, people } })).toContain(
    'two',
  )
})

test('a head whose term has ended is none', () => {
  const roles = [{ role: 'head' as const, from: null, to: '2026-11-24T10:00:00Z' }]
  expect(judgeAll([roleEdit('head', holder([], { roles }))], deps)).toContain(
    'nobody would be head',
  )
})

test('a cover that is over already may be put by anybody who may put one', () => {
  const over = {
    duty: 'dsl',
    person: 'head',
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-02T00:00:00Z',
  } as const
  expect(judgeAll([coverEdit(over)], deps)).toHaveLength(1)
  expect(judgeAll([coverEdit({ ...over, to: '2026-12-02T00:00:00Z' })], deps)).toContain('himself')
})

test('putting and removing are about one object', () => {
  expect(objectOf({ kind: 'device.put', objectId: 'x' })).toBe(
    objectOf({ kind: 'device.remove', objectId: 'x' }),
  )
  expect(objectOf({ kind: 'device.put', objectId: 'x' })).not.toBe(
    objectOf({ kind: 'person.put', objectId: 'x' }),
  )
})

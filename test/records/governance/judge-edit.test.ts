import { expect, test } from 'vitest'
import { beforeOf, judgeEdit, sameJson, type Edit } from '../../../records/governance/judge-edit.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { EMPTY_REGISTER } from '../../../records/register/register.ts'
import {
  AT,
  device,
  deviceEdit,
  DIRECTION_OF,
  holder,
  judgement,
  ON_DUTY,
  policyEdit,
  policyNamed,
  roleEdit,
} from './sample-desk.ts'

const TERM = [{ role: 'dsl' as const, from: null, to: '2026-12-01T00:00:00Z' }]
const register = {
  ...EMPTY_REGISTER,
  devices: new Map([['phone', device('phone', 'staff', 'approved')]]),
  people: new Map([
    ['p-pupil', { role: 'pupil' as const, phase: null, year: null, details: '' }],
    ['p-staff', { role: 'staff' as const, phase: null, year: null, details: '' }],
  ]),
  holders: new Map(Object.entries({ ...ON_DUTY, term: holder([], { roles: TERM }) })),
  emergencyBlocks: new Map([['e', { hosts: ['a.example', 'b.example'] }]]),
}
const texts = new Map([policyNamed('loose')].map((text) => [sha256(text), text]))
const deps = {
  register,
  at: AT,
  directionOf: DIRECTION_OF,
  textOf: (hash: string) => texts.get(hash),
}

const disabled = roleEdit('dsl', holder(['dsl'], { disabled: true }))
const blockOf = (...hosts: string[]): Edit => ({
  kind: 'emergency.block',
  objectId: 'e',
  after: { hosts },
})

const ROWS: readonly [says: string, edit: Edit, direction: string, approvers: string | null][] = [
  ['a policy goes as the engine says', policyEdit(policyNamed('loose')), 'loosen', 'dsl'],
  ['so does a device', deviceEdit(device('phone', 'staff', 'lost')), 'tighten', null],
  ['giving a duty', roleEdit('new', holder(['teacher'])), 'loosen', null],
  ['taking it', { kind: 'role.remove', objectId: 'it', after: null }, 'tighten', null],
  ['disabling an account', disabled, 'tighten', null],
  ['giving filtering status', roleEdit('it', holder(['it'], { wfm: true })), 'loosen', null],
  ['a longer term', roleEdit('term', holder(['dsl'])), 'loosen', null],
  ['one’s own duties', roleEdit('head', holder(['head', 'slt'])), 'loosen', 'dsl'],
  ['more hosts in a block', blockOf('a.example', 'b.example', 'c.example'), 'tighten', null],
  ['other hosts in a block', blockOf('a.example', 'c.example'), 'loosen', 'dsl'],
]

test.each(ROWS)('%s', (_, edit, direction, approvers) => {
  expect(judgeEdit(edit, 'head', deps)).toMatchObject({ direction, approvers })
})

test('an engine that overlooks a pupil does not open the pupil’s device', () => {
  const blind = {
    ...deps,
    directionOf: { ...DIRECTION_OF, device: () => judgement('loosen', ['staff']) },
  }
  const facts = { ...device('new', 'staff', 'approved'), personRef: 'p-pupil' }
  expect(judgeEdit(deviceEdit(facts), 'nm', blind)).toMatchObject({
    loosensPupils: true,
    approvers: 'dsl',
  })
  const own = { ...facts, personRef: 'p-staff' }
  expect(judgeEdit(deviceEdit(own), 'nm', blind)).toMatchObject({
    loosensPupils: false,
    approvers: null,
  })
})

const NONSENSE: readonly [says: string, edit: Edit, said: string][] = [
  ['nothing new', roleEdit('it', holder(['it'])), 'changes nothing'],
  [
    'ending what is not',
    { kind: 'site_emergency.end', objectId: 'site', after: null },
    'there is no `site`',
  ],
  [
    'an end that leaves something',
    { kind: 'grant.revoke', objectId: 'g', after: {} },
    'has no meaning',
  ],
  [
    'a put that leaves nothing',
    { kind: 'device.put', objectId: 'phone', after: null },
    'has no meaning',
  ],
  ['a policy that can’t be read', policyEdit('school: ['), 'policy.yaml:1'],
]

test.each(NONSENSE)('%s is answered in words', (_, edit, said) => {
  expect(judgeEdit(edit, 'nm', deps)).toContain(said)
})

test('the object before is the register’s, null where there is none', () => {
  expect(beforeOf(deviceEdit(device('phone', 'staff', 'lost')), register)).toMatchObject({
    state: 'approved',
  })
  expect(beforeOf(roleEdit('nobody', holder([])), register)).toBeNull()
  expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
  expect(sameJson({ a: 1 }, { a: 2 })).toBe(false)
})

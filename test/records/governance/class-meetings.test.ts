import { expect, it, test } from 'vitest'
import { meetingsAt, meetingsOn } from '../../../records/governance/class-meetings.ts'
import type { ClassFacts } from '../../../records/governance/permission-facts.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { EMPTY_REGISTER, type Register } from '../../../records/register/register.ts'
import { device, POLICY } from './sample-desk.ts'

const time = (day: string, period: string, teacher?: string) => {
  return { day, period, room: 'S1', ...(teacher !== undefined && { teacher }) }
}
const CLASS: ClassFacts = {
  teachers: ['t-1', 't-2'],
  pupils: ['p-pupil'],
  meetings: [
    time('tue', '2', 't-1'),
    time('tue', '3'),
    time('wed', '2', 't-1'),
    time('tue', 'registration', 't-1'),
  ],
  cover: [{ date: '2026-12-01', period: '2', teacher: 't-2' }],
}
const laptop = {
  ...device('laptop', 'pupil', 'approved'),
  personRef: 'p-pupil',
  phase: 'secondary',
}
const REGISTER: Register = {
  ...EMPTY_REGISTER,
  policy: { text: POLICY, name: 'policy.yaml', hash: sha256(POLICY) },
  devices: new Map([['laptop', laptop]]),
  classes: new Map([['9b', CLASS]]),
}

const taughtAt = (at: string, register = REGISTER): readonly string[] =>
  meetingsAt(register, Date.parse(at)).map(
    ({ period, teachers }) => `${period} ${teachers.join('+')}`,
  )

test.each([
  ['the second lesson of a Tuesday is its teacher’s', '2026-11-24T10:00Z', ['2 t-1']],
  ['it begins with its first second', '2026-11-24T09:55:00Z', ['2 t-1']],
  ['and is over at the bell', '2026-11-24T10:55:00Z', []],
  ['where no teacher is named it is any of the class', '2026-11-24T11:30Z', ['3 t-1+t-2']],
  [
    'on a day with cover it is whoever stands in, and not the teacher',
    '2026-12-01T10:00Z',
    ['2 t-2'],
  ],
  ['a slot may go by its name', '2026-11-24T08:50Z', ['registration t-1']],
  ['on another day there is none', '2026-11-23T10:00Z', []],
  ['in the holidays there is none', '2026-12-29T10:00Z', []],
] as const)('%s', (_says, at, found) => {
  expect(taughtAt(at)).toEqual(found)
})

it('a day’s classes come in the order of the day', () => {
  const found = meetingsOn(REGISTER, Date.parse('2026-11-24T20:00Z'))
  expect(found.map(({ period }) => period)).toEqual(['registration', '2', '3'])
  expect(found.map(({ class: group, room }) => [group, room])).toEqual([
    ['9b', 'S1'],
    ['9b', 'S1'],
    ['9b', 'S1'],
  ])
})

it('nobody knows the bells of a class without devices, or of a school without a policy', () => {
  expect(taughtAt('2026-11-24T10:00Z', { ...REGISTER, devices: new Map() })).toEqual([])
  expect(taughtAt('2026-11-24T10:00Z', { ...REGISTER, policy: null })).toEqual([])
})

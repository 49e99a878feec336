import { expect, test } from 'vitest'
import { DUTIES, type Duty } from '../../../records/governance/governance-state.ts'
import {
  dutyFor,
  EDIT_KINDS,
  MAY_REVIEW,
  type Act,
  type EditKind,
} from '../../../records/governance/permissions.ts'
import type { Direction } from '../../../records/ledger/entry.ts'
import { device } from './sample-desk.ts'

const DIRECTIONS = ['tighten', 'loosen', 'neutral'] as const

function allowed(
  kind: EditKind,
  direction: Direction,
  states: Pick<Act, 'before' | 'after'> = { before: null, after: null },
): Duty[] {
  const act: Act = { kind, direction, ...states }
  return DUTIES.filter((duty) => dutyFor(act, 'x', { duties: [duty], wfm: true, absent: false }))
}

/** Requirements.md section 5, for the acts that are changes. */
const MATRIX: readonly [kind: EditKind, direction: Direction, duties: string][] = [
  ['policy.put', 'tighten', 'network_manager dsl deputy_dsl'],
  ['policy.put', 'loosen', 'network_manager'],
  ['policy.put', 'neutral', 'network_manager'],
  ['device.put', 'tighten', 'network_manager dsl deputy_dsl head slt it'],
  ['device.put', 'loosen', 'network_manager it'],
  ['device.put', 'neutral', 'network_manager it'],
  ['device.remove', 'tighten', 'network_manager it'],
  ['person.put', 'neutral', 'network_manager it'],
  ['person.remove', 'neutral', 'network_manager it'],
  ['person.erase', 'neutral', 'head slt dpo'],
  ['role.put', 'loosen', 'head'],
  ['role.remove', 'tighten', 'head'],
  ['cover.put', 'loosen', 'dsl head'],
  ['grant.put', 'loosen', 'network_manager dsl deputy_dsl head slt it reception teacher'],
  ['grant.revoke', 'tighten', 'dsl deputy_dsl head slt'],
  ['voucher.put', 'loosen', 'head slt reception'],
  ['voucher.revoke', 'tighten', 'head slt reception'],
  ['emergency.block', 'tighten', 'network_manager dsl deputy_dsl head slt it'],
  ['emergency.lift', 'loosen', 'network_manager dsl deputy_dsl'],
  ['site_emergency.put', 'loosen', 'network_manager dsl deputy_dsl head slt reception'],
  ['site_emergency.end', 'tighten', 'network_manager dsl deputy_dsl head slt reception'],
  ['unmask.put', 'neutral', 'network_manager'],
  ['hold.put', 'neutral', 'dsl deputy_dsl head'],
  ['hold.release', 'neutral', 'dsl deputy_dsl head'],
  ['topic.put', 'loosen', 'dsl deputy_dsl head slt teacher'],
  ['topic.end', 'tighten', 'dsl deputy_dsl head slt teacher'],
  ['class.put', 'neutral', 'network_manager it'],
  ['class.remove', 'neutral', 'network_manager it'],
  ['pack.put', 'loosen', 'network_manager dsl deputy_dsl head slt teacher'],
  ['pack.remove', 'tighten', 'network_manager dsl deputy_dsl head slt'],
  ['lesson.put', 'loosen', 'network_manager dsl deputy_dsl head slt teacher'],
  ['lesson.end', 'tighten', 'network_manager dsl deputy_dsl head slt teacher'],
  ['site.put', 'tighten', 'network_manager dsl deputy_dsl head slt it'],
  ['site.put', 'loosen', 'network_manager dsl deputy_dsl'],
  ['site.remove', 'tighten', 'network_manager dsl deputy_dsl head slt it'],
  ['site.remove', 'loosen', 'network_manager dsl deputy_dsl'],
  ['correction.put', 'loosen', 'network_manager dsl deputy_dsl'],
  ['correction.remove', 'tighten', 'network_manager dsl deputy_dsl'],
  ['occasion.put', 'tighten', 'network_manager dsl deputy_dsl head slt it reception exams_officer'],
  ['list.put', 'tighten', 'network_manager dsl deputy_dsl'],
  ['list.put', 'loosen', 'network_manager dsl deputy_dsl'],
  ['list.put', 'neutral', 'network_manager dsl deputy_dsl'],
  ['sanction.lift', 'loosen', 'dsl deputy_dsl head slt'],
  ['occasion.end', 'tighten', 'network_manager dsl deputy_dsl head slt it reception exams_officer'],
  ['agent.invite', 'neutral', 'network_manager it'],
  ['agent.revoke', 'tighten', 'network_manager it'],
  ['doh_token.issue', 'neutral', 'network_manager it'],
  ['doh_token.revoke', 'tighten', 'network_manager it'],
  ['registration.invite', 'neutral', 'network_manager head slt it reception'],
  ['registration.withdraw', 'neutral', 'network_manager head slt it reception'],
  ['agreement.sign', 'neutral', 'network_manager head slt it reception'],
]

test.each([
  ['exam_room', 'head slt reception exams_officer'],
  ['extra_time', 'head slt reception exams_officer'],
  ['exam_release', 'head slt reception exams_officer'],
  ['exam_rehearsal', 'network_manager head slt it reception exams_officer'],
  ['transition_day', 'network_manager dsl deputy_dsl head slt'],
  ['group', 'network_manager dsl deputy_dsl head slt'],
])('an occasion that is `%s` is run by its offices', (kind, duties) => {
  expect(allowed('occasion.put', 'tighten', { before: null, after: { kind } }).join(' ')).toBe(
    duties,
  )
  expect(allowed('occasion.end', 'loosen', { before: { kind }, after: null }).join(' ')).toBe(
    duties,
  )
})

test.each(MATRIX)('%s that goes %s', (kind, direction, duties) => {
  expect(allowed(kind, direction).join(' ')).toBe(duties)
})

test('whoever may open an incident holds some entries for it', () => {
  const of = (facts: Readonly<Record<string, number | string | null>>) =>
    allowed('hold.put', 'neutral', { before: null, after: facts }).join(' ')
  const some = { incident: 'i-1', first: 1, last: 9 }
  const opening = 'network_manager dsl deputy_dsl head slt it reception teacher'
  expect(of(some)).toBe(opening)
  for (const wider of [{ incident: null }, { first: null }, { last: null }])
    expect(of({ ...some, ...wider })).toBe('dsl deputy_dsl head')
})

test('every kind has its row, and nobody without a duty may do anything', () => {
  expect([...new Set(MATRIX.map(([kind]) => kind))].toSorted()).toEqual([...EDIT_KINDS].toSorted())
  for (const kind of EDIT_KINDS)
    for (const direction of DIRECTIONS) {
      const act: Act = { kind, direction, before: null, after: null }
      expect(dutyFor(act, 'x', { duties: [], wfm: true, absent: false })).toBeUndefined()
    }
})

test('without filtering status a network manager touches no filtering', () => {
  const standing = { duties: ['network_manager'], wfm: false, absent: false } as const
  const act = { before: null, after: null, direction: 'tighten' } as const
  const barred = EDIT_KINDS.filter((kind) => dutyFor({ ...act, kind }, 'x', standing) === undefined)
  for (const kind of ['policy.put', 'pack.put', 'site.put', 'site.remove', 'correction.put'])
    expect(barred).toContain(kind)
  expect(barred).not.toContain('device.put')
})

test('a teacher opens and ends his own lessons and nobody else’s', () => {
  const standing = { duties: ['teacher'], wfm: false, absent: false } as const
  const lesson = { teacher: 'p-1' }
  const act = { kind: 'lesson.put', direction: 'loosen', before: null, after: lesson } as const
  expect(dutyFor(act, 'p-1', standing)).toBe('teacher')
  expect(dutyFor(act, 'p-2', standing)).toBeUndefined()
  const end = { kind: 'lesson.end', direction: 'tighten', before: lesson, after: null } as const
  expect(dutyFor(end, 'p-2', standing)).toBeUndefined()
  expect(dutyFor(end, 'p-2', { ...standing, duties: ['slt'] })).toBe('slt')
})

test('reviewing is for those who keep pupils safe and those who lead', () => {
  expect(MAY_REVIEW).toEqual(['dsl', 'deputy_dsl', 'head', 'slt'])
})

test('a report of a loss changes the state and nothing else', () => {
  const before = { ...device('phone', 'staff', 'approved') }
  const act: Act = {
    kind: 'device.put',
    direction: 'tighten',
    before,
    after: { ...before, state: 'lost' },
  }
  const reception = { duties: ['reception'], wfm: false, absent: false } as const
  const teacher = { duties: ['teacher'], wfm: false, absent: false } as const
  expect(dutyFor(act, 'x', reception)).toBe('reception')
  expect(dutyFor(act, 'x', teacher)).toBeUndefined()
  expect(dutyFor(act, 'p-staff', teacher)).toBe('teacher')
  const more = { ...before, state: 'lost', personRef: 'x' }
  expect(dutyFor({ ...act, after: more }, 'x', reception)).toBeUndefined()
})

test('reception and teachers take a device in, and reception hands back what was taken in, and no more', () => {
  const facts = { id: 'phone', personRef: 'p-pupil', state: 'approved' }
  const taken = { ...facts, state: 'confiscated' }
  const put = (direction: Direction, before: object, after: object): string =>
    allowed('device.put', direction, { before: { ...before }, after: { ...after } }).join(' ')
  const office = 'network_manager dsl deputy_dsl head slt it'
  expect(put('tighten', facts, taken)).toBe(`${office} reception teacher`)
  expect(put('tighten', facts, { ...taken, personRef: 'x' })).toBe(office)
  expect(put('loosen', taken, facts)).toBe('network_manager it reception')
  expect(put('loosen', { ...facts, state: 'lost' }, facts)).toBe('network_manager it')
  expect(put('loosen', { ...facts, state: 'suspended' }, facts)).toBe('network_manager it')
  expect(put('loosen', taken, { ...facts, personRef: 'x' })).toBe('network_manager it')
})

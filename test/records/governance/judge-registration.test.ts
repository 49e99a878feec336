import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import { sampleDesk } from './sample-desk.ts'

const PEOPLE: readonly Edit[] = (
  [
    ['p-a', 'staff', null],
    ['p-b', 'pupil', 'primary'],
    ['p-c', 'governor', null],
  ] as const
).map(([objectId, role, phase]) => ({
  ...{ kind: 'person.put' as const, objectId },
  after: { role, phase, year: null, details: 'x' },
}))

const HASH = 'ab'.repeat(32)
const UNTIL = '2026-11-25T10:00:00Z'

function invite(person: string): Edit {
  const after = { person, codeHash: HASH, until: UNTIL }
  return { kind: 'registration.invite', objectId: `r-${person}`, after }
}

function signed(facts: object): Edit {
  const after = {
    ...{ person: 'p-a', agreement: 'staff', version: '2026-09-01' },
    ...{ document: null, method: 'paper', signedAt: null, ...facts },
  }
  return { kind: 'agreement.sign', objectId: 'x', after: after }
}

async function scene() {
  const desk = sampleDesk()
  await desk.submit(PEOPLE, 'it')
  return desk
}

test('staff and governors get a code for a device of their own, pupils and strangers none', async () => {
  const { submit, view } = await scene()
  expect((await submit([invite('p-a')], 'reception')).kind).toBe('applied')
  expect(view.current().invitations.get('r-p-a')?.person).toBe('p-a')
  expect(await submit([invite('p-b')], 'reception')).toMatchObject({
    message: expect.stringContaining('a pupil brings no device') as string,
  })
  expect((await submit([invite('nobody')], 'reception')).kind).toBe('refused')
  const withdraw: Edit = { kind: 'registration.withdraw', objectId: 'r-p-a', after: null }
  expect((await submit([withdraw], 'it')).kind).toBe('applied')
  expect(view.current().invitations.size).toBe(0)
})

test('one device is the most for a governor', async () => {
  const { submit } = await scene()
  const device = {
    ...{ id: 'tab', personRef: 'p-c', role: 'governor', phase: null, year: null },
    ...{ ownership: 'personal', type: 'tablet', state: 'approved', aup: 'signed' },
    ...{ posture: 'ok', grant: null, voucher: null, examCandidate: false },
    ...{ carriesCa: false, octet: null, addresses: [] },
  }
  await submit([{ kind: 'device.put', objectId: 'tab', after: device }], 'it')
  expect((await submit([invite('p-c')], 'reception')).kind).toBe('refused')
})

test.each([
  ['the version that counts', {}, 'applied'],
  ['an older one', { version: '2025-09-01' }, 'refused'],
  ['what nobody asks', { agreement: 'visitor' }, 'refused'],
  ['at the portal', { method: 'portal' }, 'refused'],
  ['a stranger’s', { person: 'nobody' }, 'refused'],
  ['a parent’s word for a teacher', { agreement: 'parental-consent' }, 'refused'],
  [
    'a parent’s word for a pupil',
    { person: 'p-b', agreement: 'parental-consent', version: '', method: 'parent' },
    'applied',
  ],
])('a signature written down by the office: %s', async (_what, facts, kind) => {
  const { submit } = await scene()
  expect((await submit([signed(facts)], 'reception')).kind).toBe(kind)
})

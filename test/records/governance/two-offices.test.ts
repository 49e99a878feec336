import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import { AT, holder, MINUTE, ON_DUTY, REASON, sampleDesk, waiting } from './sample-desk.ts'

const KEY: Edit = {
  kind: 'grant.put',
  objectId: 'key',
  after: {
    ...{ type: 'supervised_activity', person: 'p-staff', device: null, zones: [], windows: [] },
    ...{ from: '2026-11-24T08:00:00Z', to: '2026-11-25T08:00:00Z', profile: null, sites: [] },
    ...{ categories: ['harm.suicide'], locked: true, purpose: 'training of the pastoral team' },
  },
}

async function asked(staff = ON_DUTY, author = 'teacher') {
  const made = sampleDesk(staff)
  const submitted = made.submit([KEY], author)
  return { ...made, outcome: await submitted, id: await waiting(submitted) }
}

test('LOCKED waits for a leader and the lead, and opens with the second yes', async () => {
  const { desk, view, outcome, id, ledger } = await asked()
  expect(outcome).toMatchObject({ approvers: ['head', 'slt', 'dsl'] })
  expect(await desk.approve(id, 'slt', REASON, AT)).toMatchObject({
    kind: 'waiting',
    approvers: ['dsl'],
  })
  expect(view.current().grants.size).toBe(0)
  expect(desk.due(AT).filter(({ what }) => what === 'approve')).toMatchObject([{ who: ['dsl'] }])
  expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect(view.current().grants.get('key')).toMatchObject({ locked: true })
  expect([...ledger.entries()].map(({ kind }) => kind).slice(-4)).toEqual([
    'proposal.put',
    'proposal.endorse',
    'proposal.approve',
    'grant.put',
  ])
})

test('in either order; neither may say both, and nobody else may say one', async () => {
  const { desk, id } = await asked()
  expect(await desk.approve(id, 'nm', REASON, AT)).toMatchObject({ kind: 'refused' })
  expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ approvers: ['head', 'slt'] })
  expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'refused' })
  expect(await desk.approve(id, 'deputy', REASON, AT)).toMatchObject({ kind: 'refused' })
  expect(await desk.approve(id, 'head', REASON, AT)).toMatchObject({ kind: 'applied' })
})

test('a head who is the lead says one of the two, somebody else the other', async () => {
  const staff = { ...ON_DUTY, dsl: holder([]), deputy: holder([]), head: holder(['head', 'dsl']) }
  const { desk, id } = await asked(staff)
  expect(await desk.approve(id, 'head', REASON, AT)).toMatchObject({ kind: 'waiting' })
  expect(await desk.approve(id, 'head', REASON, AT)).toMatchObject({ kind: 'refused' })
})

test('it passes on within an office and never to the other', async () => {
  const { desk, id } = await asked()
  const later = AT + 90 * MINUTE
  await desk.approve(id, 'dsl', REASON, later)
  expect(await desk.approve(id, 'deputy', REASON, later)).toMatchObject({ kind: 'refused' })
  const again = await asked()
  await again.desk.approve(again.id, 'deputy', REASON, later)
  expect(await again.desk.approve(again.id, 'slt', REASON, later)).toMatchObject({
    kind: 'applied',
  })
})

test('one no is enough', async () => {
  const { desk, view, id } = await asked()
  await desk.approve(id, 'head', REASON, AT)
  expect(await desk.refuse(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
  expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'refused' })
  expect(view.current().grants.size).toBe(0)
})

test('nobody decides on a permission of his own, whoever asked for it', async () => {
  const { submit, desk } = sampleDesk()
  const after = { ...(KEY.after as object), person: 'head', locked: false, categories: [] }
  const own: Edit = { ...KEY, after: { ...after, profile: 'staff_byod' } }
  const id = await waiting(submit([own], 'teacher'))
  // Nobody knows the reference `head` as a person here, so it is the lead's; who has both duties is barred too.
  expect(await desk.approve(id, 'head', REASON, AT + 90 * MINUTE)).toMatchObject({
    kind: 'refused',
    message: '`key` is for you: somebody else must decide',
  })
  expect(await desk.approve(id, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
})

test('what is over before somebody says yes does not begin', async () => {
  const { desk, id } = await asked()
  const late = Date.parse('2026-11-25T08:00:00Z')
  expect(await desk.approve(id, 'dsl', REASON, late)).toMatchObject({
    kind: 'conflict',
    message: '`key`: it is over: it would have ended at 2026-11-25T08:00:00Z',
  })
})

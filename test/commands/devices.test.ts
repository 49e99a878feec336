import { expect, test } from 'vitest'
import { devices } from '../../commands/devices.ts'
import { device } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

async function scene() {
  const made = await deskScene(devices)
  for (const state of ['pending', 'approved'] as const) {
    const after = { ...device('mine', 'staff', state) } as unknown as null
    await made.submit([{ kind: 'device.put', objectId: 'mine', after }], 'it')
  }
  return made
}

test.each([
  ['reception', 'lost', 0],
  ['reception', 'suspended', 1],
  ['it', 'suspended', 0],
  ['it', 'quarantine', 0],
  ['head', 'confiscated', 0],
  ['dsl', 'revoked', 0],
  ['it', 'recalled', 0],
  ['it', 'disposed', 0],
  ['teacher', 'lost', 1],
])('%s sets `%s`: exit code %i', async (actor, state, code) => {
  const { as, view } = await scene()
  expect((await as(actor, 'set', 'mine', state)).code).toBe(code)
  expect(view.current().devices.get('mine')?.state).toBe(code === 0 ? state : 'approved')
})

test('what was lost is found by a technician, and listed by state', async () => {
  const { run, as } = await scene()
  await as('reception', 'set', 'mine', 'lost')
  expect((await run('list', '--state', 'lost')).out).toEqual([
    'mine lost: personal phone of staff p-staff',
  ])
  expect((await as('reception', 'set', 'mine', 'approved')).code).toBe(1)
  expect((await as('it', 'set', 'mine', 'approved')).code).toBe(0)
  expect((await run('list', '--state', 'lost')).out).toEqual([])
})

test.each([
  [['set', 'mine']],
  [['set', 'mine', 'gone']],
  [['set', 'nothing', 'lost']],
  [['list', 'x']],
])('%j is no call', async (args) => {
  expect((await (await scene()).as('it', ...args)).code).toBe(2)
})

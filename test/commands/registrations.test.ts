import { expect, test } from 'vitest'
import { registrations } from '../../commands/registrations.ts'
import { findCode } from '../../records/registration/known-code.ts'
import { AT, device } from '../records/governance/sample-desk.ts'
import { deskScene } from './desk-scene.ts'

async function scene() {
  const made = await deskScene(registrations)
  const after = { role: 'staff', phase: null, year: null, details: 'x' }
  await made.submit([{ kind: 'person.put', objectId: 'p-staff', after }], 'it')
  return made
}

test('the office gives out a code for a device, and takes it back', async () => {
  const { run, as, view } = await scene()
  const id = `r${view.current().headSeq + 1}`
  const invited = await as('reception', 'invite', 'p-staff', '--hours', '3')
  const code = invited.out[1]?.replace('code ', '') ?? ''
  expect(findCode(code, view.current(), AT)).toMatchObject({ ok: true, kind: 'invitation', id })
  expect((await run('list')).out[0]).toBe(
    `${id} a code for p-staff, good until 2026-11-24T13:00:00.000Z`,
  )
  expect((await as('it', 'withdraw', id)).code).toBe(0)
  expect(findCode(code, view.current(), AT)).toMatchObject({ ok: false })
})

test('a technician says yes to a device that waits; reception does not', async () => {
  const { run, as, view, submit } = await scene()
  const facts = { ...device('mine', 'staff', 'pending') }
  await submit([{ kind: 'device.put', objectId: 'mine', after: facts }], 'it')
  expect((await run('list', '--json')).out.some((line) => line.includes('"mine"'))).toBe(true)
  expect((await as('reception', 'approve', 'mine')).code).toBe(1)
  expect((await as('it', 'approve', 'mine')).code).toBe(0)
  expect(view.current().devices.get('mine')?.state).toBe('approved')
  expect((await as('it', 'approve', 'mine')).code).toBe(2)
})

test.each([
  [['invite'], 2],
  [['invite', 'nobody'], 1],
  [['invite', 'p-staff', '--hours', '0'], 2],
  [['approve', 'nothing'], 2],
])('%j is answered with %i, and no code is told', async (args, code) => {
  const { as } = await scene()
  const asked = await as('it', ...args)
  expect([asked.code, asked.out]).toEqual([code, []])
})

import { expect, test } from 'vitest'
import { findCode } from '../../../records/registration/known-code.ts'
import { registerDevice } from '../../../records/registration/register-device.ts'
import { AT } from '../governance/sample-desk.ts'
import { AGREEMENT, registrationScene } from './registration-scene.ts'

const HOUR = 3_600_000

test('a voucher’s code is good from an hour before the visit to its end, however it is typed', async () => {
  const { voucher, view } = await registrationScene()
  const code = await voucher('v1', { from: '2026-11-24T12:00:00Z' })
  const at = (hours: number) => findCode(code.toLowerCase(), view.current(), AT + hours * HOUR)
  expect(at(0)).toMatchObject({ ok: false, reason: 'not_yet', at: '2026-11-24T12:00:00Z' })
  expect(at(1)).toMatchObject({ ok: true, kind: 'voucher', id: 'v1' })
  expect(at(6)).toMatchObject({ ok: false, reason: 'over' })
})

test('a code of the office is good until its time is over or it is withdrawn', async () => {
  const { invitation, view, submit } = await registrationScene()
  const code = await invitation('r1')
  expect(findCode(code, view.current(), AT)).toMatchObject({ kind: 'invitation', id: 'r1' })
  expect(findCode(code, view.current(), AT + 48 * HOUR)).toMatchObject({ reason: 'over' })
  await submit([{ kind: 'registration.withdraw', objectId: 'r1', after: null }], 'it')
  expect(findCode(code, view.current(), AT)).toMatchObject({ reason: 'wrong_code' })
})

test('a device comes again by its own code, and not when it is lost', async () => {
  const { voucher, deps, view, submit } = await registrationScene()
  const found = findCode(await voucher('v1'), view.current(), AT)
  if (!found.ok) expect.fail()
  const request = { codeHash: found.codeHash, type: 'phone', mac: null, agreement: AGREEMENT }
  const done = await registerDevice(request, deps)
  if (!done.ok) expect.fail()
  const again = () => findCode(done.rejoinCode, view.current(), AT)
  expect(again()).toMatchObject({ ok: true, kind: 'rejoin', device: done.device })
  const facts = view.current().devices.get(done.device) ?? expect.fail()
  const after = { ...facts, state: 'lost' } as unknown as null
  await submit([{ kind: 'device.put', objectId: done.device, after }], 'it')
  expect(again()).toMatchObject({ ok: false, reason: 'out_of_use' })
})

test.each(['', 'hello', 'A'.repeat(65), '0000-0000-0000', '0000-0000-0000-0000'])(
  '`%s` is no code',
  async (typed) => {
    const { view } = await registrationScene()
    expect(findCode(typed, view.current(), AT)).toMatchObject({ reason: 'wrong_code' })
  },
)

import { expect, test } from 'vitest'
import { registerDevice } from '../../../../records/registration/register-device.ts'
import { hashOfCode } from '../../../../records/posture/invitation-code.ts'
import { signatureKey } from '../../../../records/registration/registration-facts.ts'
import { fold } from '../../../../records/register/register.ts'
import { AGREEMENT, registrationScene } from '../../registration/registration-scene.ts'

test('what the portal has written adds up to the same register when it is read again', async () => {
  const { voucher, invitation, deps, view, ledger } = await registrationScene()
  for (const code of [await voucher('v1'), await invitation('r1')]) {
    const codeHash = hashOfCode(code) ?? ''
    await registerDevice({ codeHash, type: 'phone', mac: null, agreement: AGREEMENT }, deps)
  }
  const { devices, registrations, agreements, invitations, besideFiles } = view.current()
  expect(invitations.size).toBe(0)
  const [first, second] = [...registrations.keys()]
  expect(registrations.get(first ?? '')).toMatchObject({ voucher: 'v1', invitation: null })
  expect(registrations.get(second ?? '')).toMatchObject({ voucher: null, invitation: 'r1' })
  expect(besideFiles.get(`device ${first ?? ''}`)).toBe('portal')
  expect(agreements.get(signatureKey('visitor-1', 'visitor'))?.version).toBe('2026-09-01')
  const again = fold(ledger.entries(), (hash) => ledger.findDocument(hash))
  expect(again).toEqual({ ...view.current() })
  expect(again.devices).toEqual(devices)
})

test('a device that is removed takes its registration with it', async () => {
  const { voucher, deps, view, submit } = await registrationScene()
  const codeHash = hashOfCode(await voucher('v1')) ?? ''
  const request = { codeHash, type: 'phone', mac: null, agreement: AGREEMENT }
  const done = await registerDevice(request, deps)
  if (!done.ok) expect.fail()
  await submit([{ kind: 'device.remove', objectId: done.device, after: null }], 'it')
  expect([
    view.current().registrations.size,
    view.current().besideFiles.has(`device ${done.device}`),
  ]).toEqual([0, false])
})

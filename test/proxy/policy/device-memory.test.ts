import { expect, test } from 'vitest'
import { DeviceMemory } from '../../../proxy/policy/device-memory.ts'
import type { SignedAgreement } from '../../../records/registration/registration-facts.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const [one, two] = [deviceOf({ id: 'one' }), deviceOf({ id: 'two' })]
const registerOf = (...devices: readonly (typeof one)[]) => ({
  devices: new Map(devices.map((device) => [device.id, device])),
  agreements: new Map<string, SignedAgreement>(),
})

test('while no device changes the list of them is the same object, whatever map they are in', () => {
  const memory = new DeviceMemory()
  const first = memory.listOf(registerOf(one, two))
  expect(first).toEqual([one, two])
  expect(memory.listOf(registerOf(one, two))).toBe(first)
})

test('a new agreement or signature makes it another one, and the same policy read again does not', () => {
  const memory = new DeviceMemory()
  const policy = {
    documents: [
      { id: 's', roles: ['staff' as const], phases: null, version: '2026-09-01', file: 'a' },
    ],
    ...{ reacceptDays: 365, graceDays: 0, parentalConsent: false },
  }
  const register = registerOf(one, two)
  const first = memory.listOf(register, policy)
  expect(memory.listOf(register, { ...policy })).toBe(first)
  const at = '2026-10-01T00:00:00Z'
  const facts = { person: 'p-1', agreement: 's', version: '2026-09-01', document: null }
  // In the very map: a register may go on with it.
  register.agreements.set('p-1 s', { ...facts, method: 'paper', signedAt: null, at })
  const signed = memory.listOf(register, policy)
  expect(signed.map(({ aupUntil }) => aupUntil)).toEqual([
    Date.parse('2027-10-01T00:00:00Z'),
    Date.parse('2027-10-01T00:00:00Z'),
  ])
  expect(memory.listOf(register, { ...policy, reacceptDays: 1 })).not.toBe(signed)
})

test.each([
  ['a device that is gone', registerOf(one)],
  ['a device that is new', registerOf(one, two, deviceOf({ id: 'three' }))],
  ['a device whose facts are others', registerOf(one, { ...two, state: 'lost' })],
])('%s makes it another one', (_what, register) => {
  const memory = new DeviceMemory()
  const first = memory.listOf(registerOf(one, two))
  expect(memory.listOf(register)).not.toBe(first)
  expect(memory.listOf(register)).toEqual([...register.devices.values()])
})

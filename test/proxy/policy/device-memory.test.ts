import { expect, test } from 'vitest'
import { DeviceMemory } from '../../../proxy/policy/device-memory.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const [one, two] = [deviceOf({ id: 'one' }), deviceOf({ id: 'two' })]
const registerOf = (...devices: readonly (typeof one)[]) =>
  new Map(devices.map((device) => [device.id, device]))

test('while no device changes the list of them is the same object, whatever map they are in', () => {
  const memory = new DeviceMemory()
  const first = memory.listOf(registerOf(one, two))
  expect(first).toEqual([one, two])
  expect(memory.listOf(registerOf(one, two))).toBe(first)
})

test.each([
  ['a device that is gone', registerOf(one)],
  ['a device that is new', registerOf(one, two, deviceOf({ id: 'three' }))],
  ['a device whose facts are others', registerOf(one, { ...two, state: 'lost' })],
])('%s makes it another one', (_what, register) => {
  const memory = new DeviceMemory()
  const first = memory.listOf(registerOf(one, two))
  expect(memory.listOf(register)).not.toBe(first)
  expect(memory.listOf(register)).toEqual([...register.values()])
})

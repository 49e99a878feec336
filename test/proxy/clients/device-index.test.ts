import { expect, test } from 'vitest'
import { DeviceIndex } from '../../../proxy/clients/device-index.ts'
import { deviceOf } from '../../support/sample-facts.ts'

const INDEX = new DeviceIndex(
  [
    deviceOf({ id: 'printer', addresses: ['192.0.2.9', '2001:db8::9', '127.10.0.8'] }),
    deviceOf({ id: 'seven', octet: 7 }),
    deviceOf({ id: 'eight', octet: 8 }),
    deviceOf({ id: 'nobody' }),
  ],
  ['127.10.0.0/16', '127.20.0.0/24'],
)

const WHO: readonly [says: string, address: string, device: string | null][] = [
  ['a listed address is its device', '192.0.2.9', 'printer'],
  ['a listed IPv6 address too', '2001:db8::9', 'printer'],
  ['a last octet tells in the network', '127.10.200.7', 'seven'],
  ['and in the other one', '127.20.0.8', 'eight'],
  ['a listed address comes before the octet', '127.10.0.8', 'printer'],
  ['an octet outside the networks tells nothing', '127.20.1.7', null],
  ['an octet that nobody has is nobody', '127.10.0.77', null],
  ['an octet is a number, not an ending', '127.10.0.107', null],
  ['an IPv6 address has no last octet', '::7', null],
  ['what is no address is nobody', 'seven', null],
  ['nothing is nobody', '', null],
]

test.each(WHO)('%s', (_says, address, device) => {
  expect(INDEX.at(address)?.id ?? null).toBe(device)
})

test('a device is found by its id', () => {
  expect(INDEX.withId('nobody')?.id).toBe('nobody')
  expect(INDEX.withId('somebody')).toBeNull()
  expect(INDEX.withId('constructor')).toBeNull()
})

test('the same devices in other networks are found by these', () => {
  const devices = [deviceOf({ id: 'seven', octet: 7 })]
  expect(new DeviceIndex(devices, ['127.10.0.0/16']).at('127.20.0.7')).toBeNull()
  expect(new DeviceIndex(devices, ['127.20.0.0/16']).at('127.20.0.7')?.id).toBe('seven')
})

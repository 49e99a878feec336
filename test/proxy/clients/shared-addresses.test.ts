import { expect, test } from 'vitest'
import { SharedAddresses } from '../../../proxy/clients/shared-addresses.ts'
import { bindingOf } from '../../support/bindings.ts'
import { macOf } from '../../support/sightings.ts'

test('an address that is shared is news once, and again when it was not for a while', () => {
  const shared = new SharedAddresses()
  const crowd = bindingOf({ address: '10.1.0.2', doubt: 'shared_address', device: null })
  expect(shared.note('10.1.0.2', crowd)).toMatchObject({ address: '10.1.0.2', subject: '10.1.0.2' })
  expect(shared.note('10.1.0.2', crowd)).toBeNull()
  expect(shared.size).toBe(1)
  expect(shared.note('10.1.0.2', bindingOf({ address: '10.1.0.2', doubt: null }))).toBeNull()
  expect(shared.size).toBe(0)
  expect(shared.note('10.1.0.2', crowd)).not.toBeNull()
  expect(shared.note('10.1.0.2', null)).toBeNull()
  expect([shared.size, shared.noticed]).toEqual([0, 2])
})

test('a router is one thing to tell, however many addresses are behind it', () => {
  const shared = new SharedAddresses()
  const mac = macOf('00:1b:63:00:00:99')
  const news = ['10.1.0.2', '10.1.0.3', '10.1.0.4'].map((address) =>
    shared.note(address, bindingOf({ address, doubt: 'shared_hardware', device: null, mac })),
  )
  expect(news.map((one) => one?.subject)).toEqual([mac, undefined, undefined])
  expect([shared.size, shared.noticed]).toEqual([3, 1])
})

import { expect, test } from 'vitest'
import { TrustedRelays } from '../../../../proxy/clients/relays/trusted-relays.ts'
import { Meter } from '../../../../proxy/metrics/meter.ts'

test('whoever is in a network that was named is a relay, and nobody where none was', () => {
  const some = new TrustedRelays(['10.0.0.2/32', 'fd77::/64'], 'edns', new Meter())
  const none = new TrustedRelays([], 'edns', new Meter())
  const asked = ['10.0.0.2', '::ffff:10.0.0.2', 'fd77::2', '10.0.0.3', 'fd78::2', 'a token']
  expect(asked.map((address) => some.has(address))).toEqual([true, true, true, false, false, false])
  expect(asked.map((address) => none.has(address))).toEqual(asked.map(() => false))
})

import { expect, test } from 'vitest'
import { formatAddressOctets } from '../../../../proxy/clients/relays/address-octets.ts'

test('octets are written as addresses are, IPv4 inside IPv6 as IPv4', () => {
  expect(formatAddressOctets(Uint8Array.of(10, 1, 0, 7))).toBe('10.1.0.7')
  const six = new Uint8Array(16)
  six.set([0xfd, 0x77])
  six[15] = 7
  expect(formatAddressOctets(six)).toBe('fd77::7')
  six.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 0, 7])
  expect(formatAddressOctets(six)).toBe('10.1.0.7')
})

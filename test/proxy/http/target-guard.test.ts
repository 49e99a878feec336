import { expect, test } from 'vitest'
import { formatAddress, parseAddress, parseRange } from '../../../rules/addresses/ip-address.ts'
import type { GuardRules } from '../../../proxy/http/target-guard.ts'
import { makeTargetGuard } from '../../../proxy/http/target-guard.ts'

function mayReach(text: string, port = 80, rules: Partial<GuardRules> = {}): boolean {
  const guard = makeTargetGuard({
    allowTargets: [],
    ownEndpoints: () => [],
    localAddresses: ['127.0.0.1', '198.41.0.9', '::1'],
    ...rules,
  })
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`\`${text}\` is no address`)
  return guard(address, port)
}

test.each([
  ['loopback', '127.0.0.1'],
  ['the end of loopback', '127.255.255.255'],
  ['loopback, IPv6', '::1'],
  ['loopback, mapped', '::ffff:127.0.0.1'],
  ['loopback, mapped in hex', '::ffff:7f00:1'],
  ['loopback, IPv4-compatible', '::127.0.0.1'],
  ['loopback through NAT64', '64:ff9b::7f00:1'],
  ['loopback through 6to4', '2002:7f00:1::'],
  ['unspecified', '0.0.0.0'],
  ['unspecified, IPv6', '::'],
  ['unspecified, mapped', '::ffff:0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['RFC 1918, 10/8', '10.255.0.1'],
  ['RFC 1918, 172.16/12, first', '172.16.0.0'],
  ['RFC 1918, 172.16/12, last', '172.31.255.255'],
  ['RFC 1918, 192.168/16', '192.168.1.1'],
  ['RFC 1918 through NAT64', '64:ff9b::c0a8:101'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['the metadata service', '169.254.169.254'],
  ['the metadata service, mapped', '::ffff:a9fe:a9fe'],
  ['the metadata service, IPv6', 'fd00:ec2::254'],
  ['link-local, IPv6', 'fe80::1'],
  ['the end of link-local', 'febf:ffff::1'],
  ['site-local', 'fec0::1'],
  ['unique local, fc', 'fc00::1'],
  ['unique local, fd', 'fd12:3456::1'],
  ['multicast', '224.0.0.251'],
  ['multicast, IPv6', 'ff02::fb'],
  ['broadcast', '255.255.255.255'],
  ['Teredo', '2001:0:1::1'],
])('%s is refused', (_name, text) => {
  expect(mayReach(text)).toBe(false)
})

test.each([
  ['an ordinary address', '151.101.0.81'],
  ['the address before 10/8', '9.255.255.255'],
  ['the address after 10/8', '11.0.0.0'],
  ['just below 172.16/12', '172.15.255.255'],
  ['just above 172.16/12', '172.32.0.0'],
  ['just above carrier-grade NAT', '100.128.0.0'],
  ['an ordinary IPv6 address', '2a00:1450:4009:80b::200e'],
  ['an ordinary address, mapped', '::ffff:151.101.0.81'],
  ['an ordinary address through NAT64', '64:ff9b::9765:51'],
])('%s is open', (_name, text) => {
  expect(mayReach(text)).toBe(true)
})

test.each([
  ['inside an allowed range', '10.1.2.3', true],
  ['the same address, mapped', '::ffff:10.1.2.3', true],
  ['outside it', '10.2.0.1', false],
  ['inside an allowed IPv6 range', 'fd12::7', true],
])('a target %s', (_name, text, open) => {
  expect(mayReach(text, 80, { allowTargets: ['10.1.0.0/16', 'fd12::/16'] })).toBe(open)
})

test.each([
  ['the exact address and port', '127.0.0.1', 3128, false],
  ['the same port on another loopback address', '127.0.0.2', 3128, true],
  ['another port', '127.0.0.1', 3129, true],
  ['a wildcard listener on loopback', '127.0.0.9', 53, false],
  ['a wildcard listener on 0.0.0.0', '0.0.0.0', 53, false],
  ['a wildcard listener on an interface’s address', '198.41.0.9', 53, false],
  ['the port of a wildcard listener elsewhere', '151.101.0.81', 53, true],
  ['the port of a listener known by name', '151.101.0.81', 8443, false],
])('the gate’s own listeners, %s', (_name, text, port, open) => {
  const rules = {
    allowTargets: ['127.0.0.0/8', '0.0.0.0/8'],
    ownEndpoints: () => [
      { host: '127.0.0.1', port: 3128 },
      { host: '0.0.0.0', port: 53 },
      { host: 'gate.example', port: 8443 },
    ],
  }
  expect(mayReach(text, port, rules)).toBe(open)
})

test.each(['10.0.0.0/33', '10.0.0.1/8', '::/129', 'a/8', '10.0.0.0/', '10.0.0/8', ''])(
  '`%s` is no range, and a guard with it doesn’t start',
  (cidr) => {
    expect(parseRange(cidr)).toBe(undefined)
    expect(() =>
      makeTargetGuard({ allowTargets: [cidr], ownEndpoints: () => [], localAddresses: [] }),
    ).toThrow('is not an address range')
  },
)

test.each([
  '127.1',
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '127.0.0.01',
  '127.0.0.256',
  '127.0.0.1.',
  '1.2.3',
  ' 127.0.0.1',
  '127.0.0.1 ',
  '1::2::3',
  ':1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::8',
  'fe80::1%lo',
  '::127.1',
  '12345::',
  '127.0.0.1::',
  '',
])('`%s` is no address', (text) => {
  expect(parseAddress(text)).toBe(undefined)
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['1::', '1::'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
])('%s is spelt %s', (text, spelling) => {
  const address = parseAddress(text)
  expect(address && formatAddress(address)).toBe(spelling)
})

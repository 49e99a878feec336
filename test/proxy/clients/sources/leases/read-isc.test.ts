import { expect, test } from 'vitest'
import { ISC } from '../../../../../proxy/clients/sources/leases/read-isc.ts'
import { capturedLeases, leasesIn } from '../../../../support/leases.ts'

const read = (text: string) => leasesIn(ISC, text)
const NOON = Date.parse('2026-11-25T12:00:00Z')

test('what dhcpd wrote over DHCPv4 is read whole, with a brace in a text', () => {
  const { leases, refused } = read(capturedLeases('isc-dhcpd.leases'))
  expect(refused).toBe(0)
  expect(leases).toEqual([
    {
      address: '10.77.0.50',
      mac: '00:1b:63:00:00:21',
      duid: null,
      hostName: 'tablet-21',
      from: Date.parse('2026-11-25T13:36:50Z'),
      until: Date.parse('2026-11-25T14:36:50Z'),
      ended: false,
    },
    expect.objectContaining({
      address: '10.77.0.51',
      mac: '00:1b:63:00:00:22',
      duid: '000100013299a0f5001b63000022',
    }),
    expect.objectContaining({ address: '10.77.0.52', hostName: 'Ann phone' }),
  ])
})

test('a lease that was given back is over', () => {
  const { leases } = read(capturedLeases('isc-dhcpd-release.leases'))
  expect(leases.map(({ address, ended }) => [address, ended])).toEqual([
    ['10.77.0.50', false],
    ['10.77.0.50', true],
  ])
})

test('what dhcpd wrote over DHCPv6 names clients by DUID, whatever letters are in it', () => {
  const { leases, refused } = read(capturedLeases('isc-dhcpd6.leases'))
  expect(refused).toBe(0)
  expect(leases.map(({ address, duid }) => [address, duid])).toEqual([
    ['fd77::60', '00030001001b63000021'],
    ['fd77::59', '00030001001b63000022'],
    ['fd77::53', '00030001daa119000001'],
  ])
  expect(leases[0]).toMatchObject({
    from: Date.parse('2026-11-25T13:36:52Z'),
    until: Date.parse('2026-11-25T14:36:52Z'),
  })
})

test('times as epochs, and a lease for ever (dhcpd.leases(5))', () => {
  const text = `lease 10.1.0.7 {
  starts epoch ${NOON / 1000}; # Wed Nov 25 12:00:00 2026
  ends never;
  binding state active;
  hardware ethernet 00:1b:63:00:00:07;
}
`
  expect(read(text).leases).toMatchObject([{ from: NOON, until: null, ended: false }])
})

test('a delegated prefix is nobody’s address, and an identifier as hex digits is read', () => {
  const text = `ia-pd "!\\000\\000c\\000\\003\\000\\001\\000\\033c\\000\\000!" {
  cltt 3 2026/11/25 12:00:00;
  iaprefix 2001:db8:1::/56 {
    binding state active;
    ends never;
  }
}
ia-na 21:00:00:63:00:03:00:01:00:1b:63:00:00:21 {
  cltt 3 2026/11/25 12:00:00;
  iaaddr 2001:DB8::7 {
    binding state released;
    ends 3 2026/11/25 13:00:00;
  }
}
`
  expect(read(text)).toMatchObject({
    leases: [{ address: '2001:db8::7', duid: '00030001001b63000021', ended: true }],
    refused: 0,
  })
})

test('a record that was cut off is refused, and the next one is read', () => {
  const text = `lease 10.1.0.7 {
  starts 3 2026/11/25 12:00:00;
  hardware eth
lease 10.1.0.8 {
  starts 3 2026/11/25 12:00:00;
  ends 3 2026/11/25 13:00:00;
  on expiry {
    if known {
      set gone = "}";
    }
  }
  binding state active;
  hardware ethernet 00:1b:63:00:00:08;
}
`
  expect(read(text)).toMatchObject({ leases: [{ address: '10.1.0.8' }], refused: 1 })
})

test.each([
  ['no address', 'lease 10.1.0 {\n}\n'],
  ['no hardware', 'lease 10.1.0.7 {\n  hardware ethernet 00:1b;\n}\n'],
  ['no time', 'lease 10.1.0.7 {\n  ends soon;\n}\n'],
  ['no client', 'ia-na "" {\n  iaaddr fd77::1 {\n  }\n}\n'],
  ['a text that is cut', 'ia-na "abc\\01" {\n  iaaddr fd77::1 {\n  }\n}\n'],
  ['an end without a beginning', '}\n'],
])('a record with %s is refused', (_name, text) => {
  expect(read(text)).toEqual({ leases: [], refused: 1 })
})

test('braces without end are a refusal now and then, and no memory', () => {
  expect(read('a {\n'.repeat(10_000)).refused).toBeGreaterThan(0)
})

import { expect, test } from 'vitest'
import { DNSMASQ } from '../../../../../proxy/clients/sources/leases/read-dnsmasq.ts'
import { capturedLeases, leasesIn } from '../../../../support/leases.ts'

const read = (line: string) => leasesIn(DNSMASQ, `${line}\n`)

test('what dnsmasq wrote is read whole: IPv4, IPv6, and a lease for ever', () => {
  const { leases, refused } = leasesIn(DNSMASQ, capturedLeases('dnsmasq.leases'))
  expect(refused).toBe(0)
  expect(
    leases.map(({ address, mac, duid, hostName, until }) => [address, mac, duid, hostName, until]),
  ).toEqual([
    ['10.77.0.56', 'da:a1:19:00:00:01', null, null, 1_795_617_405_000],
    ['10.77.0.55', '00:1b:63:00:00:22', '000100013299a0e7001b63000022', 'laptop-22', null],
    ['10.77.0.57', '00:1b:63:00:00:21', null, 'tablet-21', 1_795_617_396_000],
    ['fd77::51', null, '00030001daa119000001', null, 1_795_617_407_000],
    ['fd77::50', null, '00030001001b63000022', null, 1_795_617_401_000],
    ['fd77::59', null, '00030001001b63000021', null, 1_795_617_398_000],
  ])
})

test.each([
  [
    'a temporary IPv6 address',
    '1795617398 T1660944417 FD77:0::59 * 00:03:00:01:00:1b:63:00:00:21',
    'fd77::59',
  ],
  [
    'hardware of IEEE 802 with its type',
    '1795617398 06-00:1b:63:00:00:21 10.77.0.57 * *',
    '10.77.0.57',
  ],
  [
    'hardware that is no Ethernet',
    '1795617398 20-00:1b:63:00:00:21:00:11 10.77.0.57 * *',
    '10.77.0.57',
  ],
])('%s is read', (_name, line, address) => {
  expect(read(line)).toMatchObject({ leases: [{ address }], refused: 0 })
})

test.each([
  ['cut in its address', '1795617396 00:1b:63:00:00:21 10.77.0'],
  ['cut after its address', '1795617396 00:1b:63:00:00:21 10.77.0.57'],
  ['without an expiry', 'soon 00:1b:63:00:00:21 10.77.0.57 tablet *'],
  ['of hardware that is none', '1795617396 00:1b:63 10.77.0.57 tablet *'],
  ['of a group address', '1795617396 01:00:5e:00:00:01 10.77.0.57 tablet *'],
  ['of a DUID that is none', '1795617398 1660944417 fd77::59 * zz'],
  ['of noise', '\0\0\0\0\0\0\0\0'],
])('a line %s is refused', (_name, line) => {
  expect(read(line)).toEqual({ leases: [], refused: 1 })
})

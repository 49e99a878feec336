import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KEA } from '../../../../../proxy/clients/sources/leases/read-kea.ts'
import { capturedLeases, leasesIn } from '../../../../support/leases.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'

const read = (text: string) => leasesIn(KEA, text)
const HEAD =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n'

test('what kea-dhcp4 wrote is read whole, a release with it', () => {
  const { leases, refused } = read(capturedLeases('kea-leases4.csv'))
  expect(refused).toBe(0)
  expect(leases.map(({ address, mac, ended }) => [address, mac, ended])).toEqual([
    ['10.77.0.50', '00:1b:63:00:00:21', false],
    ['10.77.0.51', '00:1b:63:00:00:22', false],
    ['10.77.0.52', 'da:a1:19:00:00:01', false],
    ['10.77.0.53', '00:1b:63:00:00:23', false],
    ['10.77.0.53', '00:1b:63:00:00:23', true],
  ])
  expect(leases[1]).toMatchObject({
    duid: '000100013299a12d001b63000022',
    hostName: 'laptop-22',
    from: 1_795_613_869_000,
    until: 1_795_617_469_000,
  })
})

test('what kea-dhcp6 wrote is read whole, with the hardware that it saw', () => {
  const { leases, refused } = read(capturedLeases('kea-leases6.csv'))
  expect(refused).toBe(0)
  expect(leases.map(({ address, mac, duid }) => [address, mac, duid])).toEqual([
    ['fd77::50', '00:1b:63:00:00:21', '00030001001b63000021'],
    ['fd77::51', 'da:a1:19:00:00:01', '00030001daa119000001'],
  ])
})

test('columns of later versions change nothing, nor does their order', () => {
  const text = 'hwaddr,state,address,x\naddress,pool_id,expire,valid_lifetime,hwaddr\n'
  expect(read(`${text}10.1.0.7,0,1795617469,3600,00:1b:63:00:00:07\n`)).toMatchObject({
    leases: [{ address: '10.1.0.7', mac: '00:1b:63:00:00:07', ended: false }],
  })
})

test.each([
  [
    'for ever',
    '10.1.0.7,00:1b:63:00:00:07,,4294967295,1795617469,1,0,0,a&#x2cb,0,',
    { until: null, ended: false, hostName: 'a,b' },
  ],
  ['declined', '10.1.0.7,,,3600,1795617469,1,0,0,,1,', { mac: null, ended: true }],
  ['reclaimed', '10.1.0.7,00:1b:63:00:00:07,,3600,1795617469,1,0,0,,2,', { ended: true }],
])('a lease that is %s', (_name, line, lease) => {
  expect(read(`${HEAD}${line}\n`)).toMatchObject({ leases: [lease], refused: 0 })
})

test.each([
  ['cut', '10.1.0.7,00:1b:63:00:00:07,,36'],
  ['of no address', '10.1.0,00:1b:63:00:00:07,,3600,1795617469,1,0,0,,0,'],
  ['of no hardware', '10.1.0.7,00:1b,,3600,1795617469,1,0,0,,0,'],
  ['of no time', '10.1.0.7,00:1b:63:00:00:07,,3600,soon,1,0,0,,0,'],
  ['of no state', '10.1.0.7,00:1b:63:00:00:07,,3600,1795617469,1,0,0,,x,'],
])('a record %s is refused', (_name, line) => {
  expect(read(`${HEAD}${line}\n`)).toEqual({ leases: [], refused: 1 })
})

test('without a head nothing is guessed', () => {
  expect(read('10.1.0.7,00:1b:63:00:00:07,,3600,1795617469,1,0,0,,0,\n').refused).toBe(1)
})

test('a prefix that was delegated is nobody’s address', () => {
  const line = '2001:db8::,00:03,3600,1795617469,1,3000,2,1,56,0,0,,,0,,,'
  const head = capturedLeases('kea-leases6.csv').split('\n', 1)[0] ?? ''
  expect(read(`${head}\n${line.replace('00:03', '00:03:00:01:00:1b:63:00:00:21')}\n`)).toEqual({
    leases: [],
    refused: 0,
  })
})

test('during a cleanup the files are read as Kea itself reads them', () => {
  const path = join(tempDirectory(), 'kea-leases4.csv')
  expect(KEA.before?.(path)).toEqual([`${path}.2`, `${path}.1`])
  writeFileSync(`${path}.completed`, HEAD)
  expect(KEA.before?.(path)).toEqual([`${path}.completed`])
})

import { expect, test } from 'vitest'
import { WINDOWS } from '../../../../../proxy/clients/sources/leases/read-windows.ts'
import { leasesIn } from '../../../../support/leases.ts'

const read = (text: string) => leasesIn(WINDOWS, text)

/**
 * Columns of the class `DhcpServerv4Lease` (learn.microsoft.com, "DhcpServerv4Lease class") as `Export-Csv` of
 * PowerShell 5 writes them; no Windows server was at hand to export from.
 */
const HEAD =
  '"IPAddress","ScopeId","AddressState","ClientId","ClientType","Description","HostName","LeaseExpiryTime","ServerIP"'
const row = (address: string, state: string, client: string, expiry: string) =>
  `"${address}","10.1.0.0","${state}","${client}","Dhcp","a ""good"" one, really","PC-7.school.example","${expiry}","10.1.0.2"`

test('an export is read, with the line that says of which type it is', () => {
  const text = [
    '#TYPE Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DHCP/DhcpServerv4Lease',
    HEAD,
    row('10.1.0.7', 'Active', '00-1b-63-00-00-07', '2026-11-25T13:00:00.0000000Z'),
    row('10.1.0.8', 'ActiveReservation', '00-1b-63-00-00-08', ''),
    row('10.1.0.9', 'Expired', '00-1b-63-00-00-09', '2026-11-24T13:00:00+00:00'),
    '',
  ].join('\r\n')
  // The reader of files takes line ends off.
  expect(read(text.replaceAll('\r', ''))).toEqual({
    refused: 0,
    leases: [
      {
        ...{ address: '10.1.0.7', mac: '00:1b:63:00:00:07', duid: null },
        ...{ hostName: 'PC-7.school.example', from: null, ended: false },
        until: Date.parse('2026-11-25T13:00:00Z'),
      },
      expect.objectContaining({ address: '10.1.0.8', until: null, ended: false }),
      expect.objectContaining({ address: '10.1.0.9', ended: true }),
    ],
  })
})

test('a time in the culture of whoever exported it is left out: 03/04 may be in March or in April', () => {
  const text = `\ufeff${HEAD}\n${row('10.1.0.7', 'Active', '00-1b-63-00-00-07', '03/04/2026 13:00:00')}\n`
  expect(read(text).leases).toMatchObject([{ address: '10.1.0.7', until: null }])
})

test('an IPv6 export names clients by DUID', () => {
  const text = `"IPAddress","ClientDuid","HostName","LeaseExpiryTime"
"FD77::7","00-03-00-01-00-1B-63-00-00-07","pc-7","2026-11-25T13:00:00Z"
`
  expect(read(text).leases).toMatchObject([
    { address: 'fd77::7', mac: null, duid: '00030001001b63000007' },
  ])
})

test.each([
  ['cut', row('10.1.0.7', 'Active', '00-1b-63-00-00-07', '').slice(0, 40)],
  ['cut between two fields', '"10.1.0.7","10.1.0.0","Active"'],
  ['of no address', row('10.1.0', 'Active', '00-1b-63-00-00-07', '')],
  ['of a state that is none', row('10.1.0.7', 'Aktiv', '00-1b-63-00-00-07', '')],
  ['of no client', row('10.1.0.7', 'Active', '', '')],
])('a row %s is refused', (_name, line) => {
  expect(read(`${HEAD}\n${line}\n`)).toEqual({ leases: [], refused: 1 })
})

test('without its head a row says nothing', () => {
  expect(read('10.1.0.7,Active\n').refused).toBe(1)
})

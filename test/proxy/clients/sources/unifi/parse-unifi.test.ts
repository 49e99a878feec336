import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUnifi } from '../../../../../proxy/clients/sources/unifi/parse-unifi.ts'
import { STATION, STATIONS } from '../../../../support/unifi.ts'

test('stations are read with their addresses of both families and their access point', () => {
  expect(parseUnifi(STATIONS)).toEqual({
    bad: 0,
    clients: [
      {
        addresses: ['10.1.0.7', 'fd77::7'],
        mac: '00:1b:63:00:00:07',
        account: 'jo@school.example',
        hostName: 'jos-phone',
        place: '78:8a:20:00:00:01',
        at: 1_795_600_000_000,
      },
      expect.objectContaining({ addresses: ['10.1.0.8'], place: null, at: null }),
    ],
  })
})

test('the documented API is read, too', () => {
  const data = [
    {
      type: 'WIRELESS',
      id: 'x',
      name: 'tablet',
      connectedAt: '2026-11-25T09:00:00Z',
      ipAddress: '10.1.0.9',
      macAddress: '00:1b:63:00:00:09',
    },
  ]
  expect(parseUnifi(JSON.stringify({ offset: 0, limit: 25, count: 1, data }))).toMatchObject({
    clients: [{ addresses: ['10.1.0.9'], mac: '00:1b:63:00:00:09', hostName: 'tablet' }],
  })
})

test('a client that makes no sense costs that client, and one without an address is none', () => {
  const data = [
    STATION,
    { mac: 'x', ip: '10.1.0.7' },
    { ...STATION, ip: '10.1' },
    7,
    { mac: STATION.mac },
  ]
  const read = parseUnifi(JSON.stringify({ data }))
  expect(read).toMatchObject({ bad: 3 })
  expect(typeof read === 'string' ? 0 : read.clients.length).toBe(1)
})

test('half a file and another JSON are said to be such', () => {
  expect(parseUnifi(STATIONS.slice(0, 100))).toContain('half written')
  expect(parseUnifi('{"meta":{"rc":"error","msg":"api.err.LoginRequired"}}')).toContain('no list')
})

test('whatever a controller answers is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(['object', 'string']).toContain(typeof parseUnifi(text))
    }),
  )
})

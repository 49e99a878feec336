import { expect, test } from 'vitest'
import { plainAddress, ZoneMap } from '../../../proxy/clients/zone-map.ts'
import { zoneOf } from '../../support/sample-facts.ts'

const MAP = new ZoneMap([
  { ...zoneOf({ id: 'school' }), networks: ['10.0.0.0/8', 'fd00::/8'] },
  { ...zoneOf({ id: 'office', pupilArea: false }), networks: ['10.1.2.0/24', '10.1.2.128/25'] },
  { ...zoneOf({ id: 'desk' }), networks: ['10.1.2.200/32', 'fd00:1::/64'] },
  { ...zoneOf({ id: 'nowhere' }), networks: [] },
  { ...zoneOf({ id: 'unknown' }), networks: [] },
])

const WHERE: readonly [says: string, address: string, zone: string][] = [
  ['a network holds its addresses', '10.200.0.1', 'school'],
  ['its first', '10.0.0.0', 'school'],
  ['its last', '10.255.255.255', 'school'],
  ['not the one after', '11.0.0.0', 'unknown'],
  ['the longer network wins', '10.1.2.3', 'office'],
  ['one address is the longest', '10.1.2.200', 'desk'],
  ['IPv6 has zones too', 'fd12::1', 'school'],
  ['and longer ones there', 'fd00:1::99', 'desk'],
  ['an IPv6 address that no zone holds', '2001:db8::1', 'unknown'],
  ['what is no address', 'phone', 'unknown'],
  ['nothing at all', '', 'unknown'],
]

test.each(WHERE)('%s', (_says, address, zone) => {
  expect(MAP.at(address).id).toBe(zone)
})

test('a zone is found by name; one that nobody defined is the unknown one', () => {
  expect(MAP.named('office')).toMatchObject({ id: 'office', pupilArea: false })
  expect(MAP.named('ofice').id).toBe('unknown')
  expect([MAP.has('nowhere'), MAP.has('ofice'), MAP.has('constructor')]).toEqual([
    true,
    false,
    false,
  ])
})

test('a map without an unknown zone takes it for a classroom', () => {
  expect(new ZoneMap([]).at('10.0.0.1')).toEqual(zoneOf({ id: 'unknown' }))
})

test('an IPv4 address is the same however the socket wrote it', () => {
  expect(plainAddress('::ffff:10.1.2.3')).toBe('10.1.2.3')
  expect(plainAddress('::ffff:a01:203')).toBe('::ffff:a01:203')
  expect(plainAddress('fd00::1')).toBe('fd00::1')
  expect(plainAddress('10.1.2.3')).toBe('10.1.2.3')
})

test('a device with its token along is off site outside every network, if the school has such a zone', () => {
  const zones = new ZoneMap([
    { ...zoneOf({ id: 'school' }), networks: ['10.0.0.0/8'] },
    { ...zoneOf({ id: 'off_site' }), networks: [] },
    { ...zoneOf({ id: 'unknown' }), networks: [] },
  ])
  expect(zones.ofToken('203.0.113.7').id).toBe('off_site')
  expect(zones.ofToken('10.1.2.3').id).toBe('school')
  expect(zones.at('203.0.113.7').id).toBe('unknown')
  expect(MAP.ofToken('203.0.113.7').id).toBe('unknown')
})

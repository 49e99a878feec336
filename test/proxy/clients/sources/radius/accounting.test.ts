import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAccounting } from '../../../../../proxy/clients/sources/radius/accounting.ts'
import { readPacket } from '../../../../../proxy/clients/sources/radius/packet.ts'
import { FUZZ_RUNS } from '../../../../support/fuzz-runs.ts'
import { octetsOf, requestOf, STATUS, type Attribute } from '../../../../support/radius-packets.ts'

function read(...attributes: readonly Attribute[]) {
  const packet = readPacket(requestOf(attributes))
  return packet === null ? null : readAccounting(packet)
}

const start: Attribute = [40, STATUS.start]
const session: Attribute = [44, 's1']
const v6 = (hex: string): Buffer => Buffer.from(hex.padEnd(32, '0'), 'hex')

describe('an Accounting-Request', () => {
  test('says who, on what hardware, at which access point, since when', () => {
    const told = read(
      start,
      session,
      [1, 'jo@school.example'],
      [8, Buffer.from([10, 1, 0, 7])],
      [31, 'DA-A1-19-00-00-02'],
      [30, '00-1B-63-00-00-01:School'],
      [32, 'wlc-1'],
      [4, Buffer.from([10, 0, 0, 2])],
      [41, 3],
      [55, 1_795_600_000],
    )
    expect(told).toEqual({
      kind: 'start',
      session: 's1',
      account: 'jo@school.example',
      mac: 'da:a1:19:00:00:02',
      callingStation: 'DA-A1-19-00-00-02',
      addresses: ['10.1.0.7'],
      nasIdentifier: 'wlc-1',
      nasAddress: '10.0.0.2',
      places: {
        'called-station': '00:1b:63:00:00:01',
        ssid: 'School',
        'nas-identifier': 'wlc-1',
        'nas-address': '10.0.0.2',
      },
      delay: 3,
      eventAt: 1_795_600_000,
    })
  })

  test.each<[says: string, attribute: Attribute, more: Attribute | null, addresses: string[]]>([
    [
      'an IPv6 address (RFC 6911)',
      [168, v6('20010db8000000000000000000000007')],
      null,
      ['2001:db8::7'],
    ],
    [
      'a whole prefix',
      [97, Buffer.concat([Buffer.from([0, 128]), v6('20010db80007')])],
      null,
      ['2001:db8:7::'],
    ],
    [
      'half an address with the other half (RFC 3162)',
      [97, Buffer.concat([Buffer.from([0, 64]), Buffer.from('20010db800000001', 'hex')])],
      [96, Buffer.from('00000000000000aa', 'hex')],
      ['2001:db8:0:1::aa'],
    ],
    ['a prefix alone: no address', [97, Buffer.from([0, 64, 0x20, 1])], null, []],
    ['an address not given yet: none', [8, Buffer.from([0, 0, 0, 0])], null, []],
    [
      'an address that the NAS is to choose: none',
      [8, Buffer.from([255, 255, 255, 254])],
      null,
      [],
    ],
    ['a group: no address of a device', [8, Buffer.from([224, 0, 0, 1])], null, []],
    ['the unspecified IPv6 address: none', [168, v6('')], null, []],
    ['an address of five octets: none', [8, Buffer.from([10, 1, 0, 7, 7])], null, []],
    ['IPv4 written as IPv6', [168, v6('00000000000000000000ffff0a010007')], null, ['10.1.0.7']],
  ])('tells %s', (_says, attribute, more, addresses) => {
    const told = read(start, session, attribute, ...(more === null ? [] : [more]))
    expect(told?.addresses).toEqual(addresses)
  })

  test.each([
    ['00-1B-63-00-00-01:School', '00:1b:63:00:00:01', 'School'],
    ['00:1b:63:00:00:01:School: Guests', '00:1b:63:00:00:01', 'School: Guests'],
    ['001b.6300.0001:School', '00:1b:63:00:00:01', 'School'],
    ['001B63000001', '00:1b:63:00:00:01', undefined],
    ['ap-library-2:School', 'ap-library-2', 'School'],
    ['ap-library-2', 'ap-library-2', undefined],
  ])('Called-Station-Id `%s` is an access point and a network', (text, station, ssid) => {
    const places = read(start, session, [30, text])?.places
    expect([places?.['called-station'], places?.ssid]).toEqual([station, ssid])
  })

  test("has an access point's group, where its vendor tells it", () => {
    const vendor = Buffer.alloc(4)
    vendor.writeUInt32BE(14_823)
    const own = Buffer.concat([
      vendor,
      octetsOf([
        [10, 'library-aps'],
        [6, 'ap-7'],
      ]),
    ])
    expect(read(start, session, [26, own])?.places).toEqual({
      'aruba-ap-group': 'library-aps',
      'aruba-location': 'ap-7',
    })
  })

  test('writes no line of its own into a log', () => {
    expect(read(start, session, [1, 'jo\n{"level":60}\u0007'])?.account).toBe('jo{"level":60}')
  })

  test('without a status, or of a session without a number, says nothing', () => {
    expect(read(session)).toBeNull()
    expect(read(start)).toBeNull()
    expect(read([40, Buffer.from([1])], session)).toBeNull()
  })

  test('whose NAS numbers no sessions is known by its hardware', () => {
    expect(read(start, [31, 'DA-A1-19-00-00-02'])?.session).toBe('da:a1:19:00:00:02')
  })

  test('about the access point itself needs no session', () => {
    expect(read([40, STATUS.on], [32, 'ap'])).toMatchObject({ kind: 'on', session: null })
    expect(read([40, 15], [32, 'ap'])).toMatchObject({ kind: 'other' })
  })
})

test('whatever attributes say, it is read or refused, within bounds', () => {
  const attribute = fc.tuple(
    fc.constantFrom(1, 4, 8, 26, 30, 31, 32, 40, 41, 44, 55, 95, 96, 97, 168),
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
      fc.constantFrom(...Object.values(STATUS)),
      fc.string(),
    ),
  )
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 30 }), (attributes) => {
      const told = read(...attributes)
      if (told === null) return
      const texts = [told.account, told.session, told.nasIdentifier, ...Object.values(told.places)]
      for (const text of texts) expect(text ?? '').not.toMatch(/\p{Cc}/u)
      for (const text of texts) expect((text ?? '').length).toBeLessThanOrEqual(128)
      expect(told.addresses.length).toBeLessThanOrEqual(16)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

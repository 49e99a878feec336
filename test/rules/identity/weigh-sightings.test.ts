import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviceInForce, type Binding } from '../../../rules/identity/binding.ts'
import { IdentityRegister } from '../../../rules/identity/identity-register.ts'
import { SIGHTING_SOURCES, type Sighting } from '../../../rules/identity/sighting.ts'
import { weighSightings } from '../../../rules/identity/weigh-sightings.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const ADDRESS = '10.1.0.7'
const LASTING = macOf('00:1b:63:00:00:07')
const UNKNOWN = macOf('00:1b:63:00:00:99')
const RANDOM = macOf('da:a1:19:00:00:01')
/** Made up by a phone when it was registered. */
const RANDOM_ONCE = macOf('da:a1:19:00:00:02')

const REGISTER = new IdentityRegister({
  devices: [
    deviceOf({ id: 'phone', personRef: 'p-1', macs: [RANDOM_ONCE] }),
    deviceOf({ id: 'own-laptop', personRef: 'p-2', type: 'laptop', macs: [LASTING] }),
    deviceOf({ id: 'own-phone', personRef: 'p-2' }),
    deviceOf({ id: 'class-laptop', personRef: null, ownership: 'school', type: 'laptop' }),
  ],
  accounts: [
    ['jo@school.example', 'p-1'],
    ['sam@school.example', 'p-2'],
  ],
  places: { 'library-aps': 'library' },
})

function weigh(sightings: readonly Sighting[], now = SEEN_AT): Binding | null {
  return weighSightings(ADDRESS, bookOf(sightings), { register: REGISTER, now })
}

function bookOf(sightings: readonly Sighting[]) {
  return {
    at: (address: string) => sightings.filter(({ addresses }) => addresses.includes(address)),
    of: (mac: string) => sightings.filter((sighting) => sighting.mac === mac),
    addressesOf: (mac: string) =>
      new Set(sightings.filter((one) => one.mac === mac).flatMap(({ addresses }) => addresses))
        .size,
  }
}

const V6 = '2001:db8::7'
const onPhone = { source: 'agent', device: 'phone', mac: RANDOM } as const

describe('one address', () => {
  const cases: readonly [says: string, sightings: Partial<Sighting>[], binding: object][] = [
    [
      'a neighbour with a registered lasting address is likely that device',
      [{ mac: LASTING }],
      { device: 'own-laptop', person: 'p-2', confidence: 'likely', doubt: null },
    ],
    [
      'a lease says the same as a neighbour',
      [{ source: 'dhcp', mac: LASTING, until: SEEN_AT + 1 }],
      { device: 'own-laptop', confidence: 'likely' },
    ],
    [
      'V12: a made-up hardware address alone identifies nobody, though a device was registered with it',
      [{ mac: RANDOM_ONCE }, { source: 'dhcp', mac: RANDOM_ONCE }],
      { device: 'phone', person: null, confidence: 'hint', doubt: 'random_mac' },
    ],
    [
      'hardware that nobody registered is unknown',
      [{ mac: UNKNOWN }],
      { device: null, confidence: 'hint', doubt: 'unknown_hardware' },
    ],
    [
      'V12: after a change of its hardware address a device is itself by its agent key',
      [{ mac: RANDOM }, { ...onPhone }],
      { device: 'phone', person: 'p-1', confidence: 'proven', doubt: null },
    ],
    [
      'V12: and by its DoH token',
      [{ mac: RANDOM }, { source: 'doh_token', device: 'phone' }],
      { device: 'phone', confidence: 'proven' },
    ],
    [
      'V12: and by the 802.1X user, on the made-up hardware address that was registered with it',
      [
        { mac: RANDOM_ONCE },
        { source: 'radius', mac: RANDOM_ONCE, account: 'Jo@School.example', addresses: [] },
      ],
      { device: 'phone', person: 'p-1', confidence: 'likely', doubt: null },
    ],
    [
      'a second phone of that user is not the registered one: its made-up address is another',
      [
        { mac: RANDOM },
        { source: 'radius', mac: RANDOM, account: 'jo@school.example', addresses: [] },
      ],
      { device: null, person: 'p-1', confidence: 'hint', doubt: 'unknown_hardware' },
    ],
    [
      "somebody else's account on a made-up address that was registered is not its device, either",
      [{ source: 'radius', mac: RANDOM_ONCE, account: 'sam@school.example' }],
      { device: null, person: 'p-2', confidence: 'hint', doubt: 'unknown_hardware' },
    ],
    [
      'a user on hardware that nothing tells of could be on anything',
      [{ source: 'radius', account: 'jo@school.example' }],
      { device: null, person: 'p-1', confidence: 'hint', doubt: 'which_device' },
    ],
    [
      'a user on lasting hardware that is not registered is on no device of the school',
      [{ mac: UNKNOWN }, { source: 'radius', mac: UNKNOWN, account: 'jo@school.example' }],
      { device: null, person: 'p-1', confidence: 'hint', doubt: 'unknown_hardware' },
    ],
    [
      'a certificate of 802.1X names the device itself',
      [{ source: 'radius', mac: UNKNOWN, account: 'host/class-laptop' }],
      { device: 'class-laptop', confidence: 'proven' },
    ],
    [
      'V05: whoever signs in at a school laptop is who uses it',
      [
        { source: 'agent', device: 'class-laptop' },
        { source: 'sign_in', account: 'SCHOOL\\p-1' },
      ],
      { device: 'class-laptop', person: 'p-1', confidence: 'proven' },
    ],
    [
      "somebody else's account on a personal device makes it nobody's",
      [{ mac: LASTING }, { source: 'radius', mac: LASTING, account: 'jo@school.example' }],
      { device: null, doubt: 'other_person' },
    ],
    [
      'MAC authentication (the hardware address as user) proves nothing',
      [{ source: 'radius', mac: RANDOM_ONCE, account: RANDOM_ONCE }],
      { device: 'phone', confidence: 'hint', doubt: 'random_mac' },
    ],
    [
      'two devices that prove themselves at one address share it, and nobody can tell whose a packet is',
      [
        { source: 'agent', device: 'phone' },
        { source: 'doh_token', device: 'own-phone' },
      ],
      { device: null, doubt: 'shared_address' },
    ],
    [
      'one person by name here and by reference at another gate shares nothing',
      [
        { mac: LASTING },
        { source: 'proxy_auth', mac: LASTING, account: 'jo@school.example' },
        { source: 'proxy_auth', mac: LASTING, account: 'p-1' },
      ],
      { device: 'own-laptop', doubt: null },
    ],
    [
      'two names behind one proxy client share it, too',
      [
        { source: 'proxy_auth', account: 'jo@school.example' },
        { source: 'proxy_auth', account: 'sam@school.example' },
      ],
      { device: null, doubt: 'shared_address' },
    ],
    [
      'four who sign in to the domain from one address within minutes are behind a server that forwards',
      ['ann', 'bob', 'cyd', 'dan'].map((account, at) => ({
        source: 'sign_in' as const,
        ...{ account, mac: LASTING, at: SEEN_AT - at * 180_000 },
      })),
      { device: null, person: null, doubt: 'shared_address' },
    ],
    [
      'pupils at a school’s computer sign in one after the other, and it is whoever’s was last',
      [
        { source: 'agent', device: 'class-laptop' },
        ...['ann', 'bob', 'p-2', 'p-1'].map((account, at) => ({
          source: 'sign_in' as const,
          ...{ account, at: SEEN_AT - (3 - at) * 240_000 },
        })),
      ],
      { device: 'class-laptop', person: 'p-1', doubt: null },
    ],
    [
      'what an earlier holder of the address proved is not inherited',
      [{ source: 'portal', device: 'phone', mac: RANDOM, at: SEEN_AT - 60_000 }, { mac: UNKNOWN }],
      { device: null, doubt: 'unknown_hardware' },
    ],
    [
      'a token of a device that is not registered says so',
      [{ source: 'agent', device: 'gone' }],
      { device: null, doubt: 'unregistered_device' },
    ],
    [
      'IPv6: another address of hardware that has proven itself is likely the same device',
      [{ mac: RANDOM }, { ...onPhone, addresses: [V6] }],
      { device: 'phone', confidence: 'likely' },
    ],
    [
      'a session of 802.1X counts for each address of its hardware',
      [
        { mac: UNKNOWN },
        { source: 'radius', mac: UNKNOWN, account: 'host/class-laptop', addresses: [V6] },
      ],
      { device: 'class-laptop', confidence: 'proven' },
    ],
    [
      'a place that the policy maps is the zone',
      [{ mac: LASTING }, { source: 'radius', mac: LASTING, place: 'library-aps', addresses: [] }],
      { place: 'library-aps', zone: 'library' },
    ],
    [
      'V11: an access point that nobody mapped is the unknown zone',
      [{ mac: LASTING }, { source: 'radius', mac: LASTING, place: 'new-ap', addresses: [] }],
      { place: 'new-ap', zone: 'unknown' },
    ],
    [
      'an interface that nobody mapped leaves the zone to the network',
      [{ mac: LASTING, place: 'eth1' }],
      { place: 'eth1', zone: null },
    ],
  ]

  test.each(cases)('%s', (_says, sightings, binding) => {
    expect(weigh(sightings.map(sightingOf))).toMatchObject(binding)
  })

  test('one hardware address for more addresses than a device has is a router: it says nothing', () => {
    const others = Array.from({ length: 40 }, (_, i) => `10.1.1.${i}`)
    const router = [sightingOf({ mac: LASTING }), sightingOf({ mac: LASTING, addresses: others })]
    expect(weigh(router)).toMatchObject({ device: null, doubt: 'shared_hardware' })
  })

  test('a binding names its evidence, and ends with it', () => {
    const until = SEEN_AT + 3_600_000
    const binding = weigh([sightingOf({ source: 'dhcp', reporter: '/l', mac: LASTING, until })])
    expect(binding).toMatchObject({
      evidence: [{ source: 'dhcp', reporter: '/l', at: SEEN_AT, until }],
      since: SEEN_AT,
      lastSeen: SEEN_AT,
      expires: until,
    })
    expect(weigh([sightingOf({ source: 'dhcp', mac: LASTING, until })], until)).toBeNull()
  })

  test('what is over or ended says nothing', () => {
    expect(weigh([sightingOf({ mac: LASTING, ended: true })])).toBeNull()
    expect(weigh([])).toBeNull()
  })
})

const sighting = fc
  .record({
    source: fc.constantFrom(...SIGHTING_SOURCES),
    mac: fc.constantFrom(null, LASTING, UNKNOWN, RANDOM, RANDOM_ONCE),
    device: fc.constantFrom(null, 'phone', 'own-phone', 'class-laptop', 'gone'),
    account: fc.constantFrom(null, 'jo@school.example', 'sam@school.example', 'host/phone', 'who'),
    addresses: fc.constantFrom([ADDRESS], [V6], [], [ADDRESS, V6]),
    place: fc.constantFrom(null, 'library-aps', 'elsewhere'),
    ago: fc.integer({ min: 0, max: 50_000_000 }),
  })
  .map(({ ago, ...facts }) => sightingOf({ ...facts, at: SEEN_AT - ago }))

const sightings = fc.array(sighting, { maxLength: 8 })

test('the order in which sources tell never matters', () => {
  fc.assert(
    fc.property(sightings, fc.infiniteStream(fc.nat()), (told, keys) => {
      const shuffled = told
        .map((one) => [keys.next().value, one] as const)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, one]) => one)
      expect(weigh(shuffled)).toEqual(weigh(told))
    }),
  )
})

test('a device in force is always registered, and vouched for by something that still counts', () => {
  fc.assert(
    fc.property(sightings, (told) => {
      const binding = weigh(told)
      const device = binding && deviceInForce(binding)
      if (binding === null || device === null) return
      expect(REGISTER.device(device)).not.toBeNull()
      expect(binding.doubt).toBeNull()
      expect(binding.expires).toBeGreaterThan(SEEN_AT)
      expect(binding.evidence.length).toBeGreaterThan(0)
    }),
  )
})

test('a made-up hardware address that nobody registered never puts a device in force by its user', () => {
  const second = sightings.map((told) =>
    told.map((one) => ({
      ...one,
      mac: RANDOM,
      device: null,
      account: one.account?.startsWith('host/') === true ? null : one.account,
    })),
  )
  fc.assert(
    fc.property(second, (told) => {
      const binding = weigh(told)
      expect(binding && deviceInForce(binding)).toBeNull()
    }),
  )
})

test('V12: without a key, token or user, made-up hardware addresses never put a device in force', () => {
  const hardwareOnly = sightings.map((told) =>
    told.map((one) => ({
      ...one,
      mac: one.mac === LASTING || one.mac === UNKNOWN ? RANDOM : one.mac,
      device: null,
      account: null,
    })),
  )
  fc.assert(
    fc.property(hardwareOnly, (told) => {
      const binding = weigh(told)
      expect(binding && deviceInForce(binding)).toBeNull()
    }),
  )
})

import { expect, test } from 'vitest'
import { IdentityRegister } from '../../../rules/identity/identity-register.ts'
import type { Sighting } from '../../../rules/identity/sighting.ts'
import { sightingsOf } from '../../../rules/identity/sightings-of.ts'
import { weighSightings } from '../../../rules/identity/weigh-sightings.ts'
import { deviceOf } from '../../support/sample-facts.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MAC = macOf('00:1b:63:00:00:07')
const RANDOM = macOf('da:a1:19:00:00:01')
const register = new IdentityRegister({
  devices: [deviceOf({ id: 'phone', macs: [MAC] }), deviceOf({ id: 'watch', personRef: 'p-2' })],
  accounts: [['ann@school.example', 'p-9']],
  places: {},
})

const weigh = (sightings: readonly Sighting[]) =>
  weighSightings(
    '10.1.0.7',
    { at: () => sightings, of: () => sightings, addressesOf: () => 1 },
    { register, now: SEEN_AT },
  )

test.each<readonly [says: string, sighting: Partial<Sighting>]>([
  ['a lease', { source: 'dhcp', mac: MAC, until: SEEN_AT + 9 }],
  ['a key', { source: 'agent', device: 'phone' }],
  ['a certificate of 802.1X', { source: 'radius', mac: RANDOM, account: 'host/phone' }],
  ['a user of 802.1X', { source: 'radius', mac: RANDOM, account: 'p-2@school.example' }],
  ['made-up hardware', { mac: RANDOM }],
  ['a user without a device of their own', { source: 'radius', account: 'ann@school.example' }],
])('%s says the same after a restart', (_says, facts) => {
  const before = weigh([sightingOf(facts)])
  expect(before).not.toBeNull()
  expect(before && weigh(sightingsOf(before))).toEqual(before)
})

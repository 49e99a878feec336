import { expect, test } from 'vitest'
import { byAge, byStrength, endOf, isLive } from '../../../rules/identity/evidence-life.ts'
import { SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MINUTE = 60_000

test('a sighting counts until its source says, else for some repetitions of what the source does', () => {
  expect(endOf(sightingOf({ source: 'dhcp', until: SEEN_AT + 7 }))).toBe(SEEN_AT + 7)
  expect(endOf(sightingOf({ source: 'neighbour' }))).toBe(SEEN_AT + 5 * MINUTE)
  expect(endOf(sightingOf({ source: 'agent' }))).toBe(SEEN_AT + 35 * MINUTE)
})

test('nothing counts for ever, whatever a lease says', () => {
  const endless = sightingOf({ source: 'dhcp', until: Number.MAX_SAFE_INTEGER })
  expect(endOf(endless)).toBe(SEEN_AT + 8 * 24 * 60 * MINUTE)
})

test('what has ended or run out does not count', () => {
  expect(isLive(sightingOf({ until: SEEN_AT + 1 }), SEEN_AT)).toBe(true)
  expect(isLive(sightingOf({ until: SEEN_AT + 1 }), SEEN_AT + 1)).toBe(false)
  expect(isLive(sightingOf({ ended: true }), SEEN_AT)).toBe(false)
})

test('a key goes before a lease, and of two leases the newer one', () => {
  const lease = sightingOf({ source: 'dhcp', at: SEEN_AT })
  const renewed = sightingOf({ source: 'dhcp', at: SEEN_AT + 1 })
  const key = sightingOf({ source: 'agent', at: SEEN_AT - 1 })
  expect([lease, renewed, key].sort(byStrength)).toEqual([key, renewed, lease])
  expect([key, lease, renewed].sort(byAge)).toEqual([renewed, lease, key])
})

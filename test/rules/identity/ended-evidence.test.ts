import { expect, test } from 'vitest'
import { isEndedBy, type EndedEvidence } from '../../../rules/identity/ended-evidence.ts'
import { macOf, SEEN_AT, sightingOf } from '../../support/sightings.ts'

const MAC = macOf('00:1b:63:00:00:07')
const OTHER = macOf('00:1b:63:00:00:08')
const ended: EndedEvidence = {
  source: 'dhcp',
  reporter: 'leases',
  mac: MAC,
  device: null,
  at: SEEN_AT,
  until: SEEN_AT + 60_000,
}
const lease = sightingOf({ source: 'dhcp', reporter: 'leases', mac: MAC, at: SEEN_AT - 1 })

test.each([
  ['the lease that was given back', lease, true],
  ['one without hardware', { ...lease, mac: null }, true],
  ['one of a named device', { ...lease, device: 'phone' }, true],
  ['one that was given later', { ...lease, at: SEEN_AT }, false],
  ['one of other hardware', { ...lease, mac: OTHER }, false],
  ['one of another file', { ...lease, reporter: 'others' }, false],
  ['what another source tells', { ...lease, source: 'radius' as const }, false],
])('%s is over or not', (_, sighting, isOver) => {
  expect(isEndedBy(ended, sighting)).toBe(isOver)
})

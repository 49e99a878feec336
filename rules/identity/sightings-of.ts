import type { Binding } from './binding.ts'
import type { Sighting } from './sighting.ts'

/**
 * The evidence of a binding as sightings again: for a gate that starts anew, or another one of the site.
 * Weighed again they say what they said, or less.
 */
export function sightingsOf(binding: Binding): readonly Sighting[] {
  const { address, mac, device, person, confidence, place } = binding
  return binding.evidence.map(({ source, reporter, at, until }) => ({
    source,
    reporter,
    addresses: [address],
    mac,
    device: confidence === 'proven' && source !== 'radius' ? device : null,
    // A certificate of 802.1X names the device; any other account is its person's.
    account: confidence === 'proven' && source === 'radius' ? device : person,
    hostName: null,
    place,
    at,
    until,
    ended: false,
  }))
}

import { readMacAddress, type MacAddress } from '../../rules/identity/mac-address.ts'
import type { Sighting } from '../../rules/identity/sighting.ts'

export const SEEN_AT = Date.parse('2026-11-24T10:00:00Z')

/** A neighbour's sighting, but for what a test says. */
export function sightingOf(facts: Partial<Sighting> = {}): Sighting {
  return {
    source: 'neighbour',
    reporter: 'eth1',
    addresses: ['10.1.0.7'],
    mac: null,
    device: null,
    account: null,
    hostName: null,
    place: null,
    at: SEEN_AT,
    until: null,
    ended: false,
    ...facts,
  }
}

export function macOf(text: string): MacAddress {
  const mac = readMacAddress(text)
  if (mac === null) throw new Error(`${text} is no hardware address`)
  return mac
}

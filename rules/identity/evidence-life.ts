import { SIGHTING_SOURCES, type Sighting, type SightingSource } from './sighting.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * How long a sighting counts whose source does not say until when. Each is some repetitions of what the
 * source does by itself, so that one lost report changes nothing, and no longer: an address is given to
 * somebody else.
 */
const LIFE_MS: Readonly<Record<SightingSource, number>> = {
  // Reports every quarter of an hour, with jitter.
  agent: 35 * MINUTE,
  // A device that is in use asks every few minutes.
  doh_token: 10 * MINUTE,
  // Interim updates come every 10 minutes or never; sessions end with a Stop, which UDP may lose.
  radius: 4 * HOUR,
  // A school day.
  portal: 12 * HOUR,
  proxy_auth: 5 * MINUTE,
  sign_in: 10 * HOUR,
  relay: 2 * MINUTE,
  // A lease says when it ends; one for ever is read anew with its file.
  dhcp: HOUR,
  // The kernel asks again after half a minute while there is traffic.
  neighbour: 5 * MINUTE,
  controller: 5 * MINUTE,
}

/** A lease for ever or a clock gone wrong must not bind an address for ever. */
const MAX_LIFE_MS = 8 * 24 * HOUR

/** Epoch ms at which a sighting stops counting. */
export function endOf({ source, at, until }: Sighting): number {
  return Math.min(until ?? at + LIFE_MS[source], at + MAX_LIFE_MS)
}

export function isLive(sighting: Sighting, now: number): boolean {
  return !sighting.ended && now < endOf(sighting)
}

const RANKS: ReadonlyMap<SightingSource, number> = new Map(
  SIGHTING_SOURCES.map((source, rank) => [source, rank]),
)

/** Strongest source first, then the newest. */
export function byStrength(a: Sighting, b: Sighting): number {
  return (RANKS.get(a.source) ?? 0) - (RANKS.get(b.source) ?? 0) || b.at - a.at || tie(a, b)
}

/** Newest first. */
export function byAge(a: Sighting, b: Sighting): number {
  return b.at - a.at || (RANKS.get(b.source) ?? 0) - (RANKS.get(a.source) ?? 0) || tie(a, b)
}

/** So that the order in which sightings came in never tells. */
function tie(a: Sighting, b: Sighting): number {
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : Number(left > right)
}

function textOf({ reporter, mac, device, account, place }: Sighting): string {
  return JSON.stringify([reporter, mac, device, account, place])
}

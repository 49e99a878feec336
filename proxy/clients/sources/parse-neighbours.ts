import { isIP, SocketAddress } from 'node:net'
import { z } from 'zod'
import { readMacAddress } from '../../../rules/identity/mac-address.ts'
import type { Sighting } from '../../../rules/identity/sighting.ts'

/**
 * One entry of `ip -s -j neigh` (iproute2). Ages are seconds; `confirmed` is since when a reply or
 * progress of a connection last showed that the neighbour is there. Fields that are not named are left alone.
 */
const neighbour = z.object({
  dst: z.string(),
  dev: z.string().max(64),
  lladdr: z.string().optional(),
  confirmed: z.number().nonnegative().optional(),
  state: z.array(z.string()).default([]),
})

/** The kernel holds the address for good, or has just seen it answer. */
const PRESENT = new Set(['PERMANENT', 'REACHABLE'])

/** Nothing answers there, or it is a guess. */
const ABSENT = new Set(['FAILED', 'INCOMPLETE', 'NONE', 'NOARP'])

/** The kernel's own limit is `gc_thresh3`; a school with more has it raised. */
const MAX_NEIGHBOURS = 500_000

export interface Neighbours {
  readonly sightings: readonly Sighting[]
  /** Entries that could not be read. */
  readonly bad: number
}

/** What the kernel's neighbour table says at `now` (epoch ms); a text for what is no output of `ip -j`. */
export function parseNeighbours(output: string, now: number): Neighbours | string {
  let entries: unknown
  try {
    // With an empty table iproute2 prints nothing, or `[]`.
    entries = JSON.parse(output.trim() === '' ? '[]' : output)
  } catch {
    return '`ip -s -j neigh` printed no JSON'
  }
  if (!Array.isArray(entries)) return '`ip -s -j neigh` printed no list'
  const sightings: Sighting[] = []
  let bad = 0
  for (const entry of entries.slice(0, MAX_NEIGHBOURS)) {
    const read = readNeighbour(entry, now)
    if (read === 'bad') bad += 1
    else if (read !== 'absent') sightings.push(read)
  }
  return { sightings, bad: bad + Math.max(0, entries.length - MAX_NEIGHBOURS) }
}

function readNeighbour(entry: unknown, now: number): Sighting | 'absent' | 'bad' {
  const parsed = neighbour.safeParse(entry)
  if (!parsed.success) return 'bad'
  const { dst, dev, lladdr, confirmed, state } = parsed.data
  if (lladdr === undefined || state.some((word) => ABSENT.has(word))) return 'absent'
  const mac = readMacAddress(lladdr)
  const family = isIP(dst)
  if (mac === null || family === 0) return 'bad'
  const present = state.some((word) => PRESENT.has(word))
  return {
    source: 'neighbour',
    reporter: dev,
    addresses: [family === 6 ? new SocketAddress({ address: dst, family: 'ipv6' }).address : dst],
    mac,
    device: null,
    account: null,
    hostName: null,
    place: dev,
    // A stale entry is as old as its last confirmation: a small table keeps it for days.
    at: present || confirmed === undefined ? now : now - confirmed * 1000,
    until: null,
    ended: false,
  }
}

import { parseHostPattern } from '../policy/host-pattern.ts'
import type { HostPattern } from '../policy/policy.ts'
import { findService } from './services.ts'

/** How a text means a service where it could mean a host: `service:youtube`. No host has a colon. */
export const SERVICE_PREFIX = 'service:'

/** The service's id that a text means; undefined for one that means a host. */
export function serviceIn(text: string): string | undefined {
  return text.startsWith(SERVICE_PREFIX) ? text.slice(SERVICE_PREFIX.length).trim() : undefined
}

/**
 * The hosts that a text of a policy or a grant means: one host pattern, or all of `service:youtube`,
 * which each carry the service's id. Undefined for a text that is neither.
 */
export function hostsNamed(text: string): readonly HostPattern[] | undefined {
  const known = KNOWN.get(text)
  if (known !== undefined) return known
  const named = read(text)
  if (named === undefined || text.length > LONGEST_KNOWN) return named
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear()
  KNOWN.set(text, named)
  return named
}

/**
 * A change of one rule reads the same thousands of hosts again, three times over. Only saves time: what a text
 * means follows from the text alone.
 */
const KNOWN = new Map<string, readonly HostPattern[]>()
const MOST_KNOWN = 32_768
const LONGEST_KNOWN = 256

function read(text: string): readonly HostPattern[] | undefined {
  const id = serviceIn(text)
  if (id !== undefined)
    return findService(id)?.hosts.map((pattern) => ({ ...pattern, service: id }))
  const pattern = parseHostPattern(text)
  return pattern === undefined ? undefined : [pattern]
}

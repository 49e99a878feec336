import type { Json } from '../canonical-json.ts'
import type { Direction } from '../ledger/entry.ts'

/** What a command and an entry both say of a change. */
export interface Change {
  readonly kind: string
  readonly after: Json
  readonly direction: Direction
}

/** A device in one of these is denied everything, whatever else the entry says of it (design.md section 4). */
const DENIED_STATES: ReadonlySet<unknown> = new Set(['lost', 'revoked', 'suspended', 'confiscated'])

/** Blocks hosts or closes the site. Their ends open something, and wait. */
const EMERGENCIES: ReadonlySet<string> = new Set(['emergency.block', 'site_emergency.put'])

/**
 * Whether a change must not wait for Redis: a lost device, a person who is shut out, an emergency
 * (design.md section 2). A list of what is known to be safe, because applying anything else on one gate
 * alone would let two gates disagree on what is allowed.
 */
export function isUrgentTightening({ kind, after, direction }: Change): boolean {
  if (EMERGENCIES.has(kind)) return true
  if (kind !== 'device.put' || direction === 'loosen') return false
  return DENIED_STATES.has((after as { readonly state?: unknown } | null)?.state)
}

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

/** What somebody was let do is taken away; what it takes is nobody's but his. */
const REVOKES: ReadonlySet<string> = new Set(['grant.revoke', 'voucher.revoke', 'topic.end'])

/**
 * Whether a change must not wait for Redis: a lost device, a grant or voucher that is revoked, an emergency
 * (design.md section 2). A list of what is known to be safe, because applying anything else on one gate
 * alone would let two gates disagree on what is allowed.
 */
export function isUrgentTightening({ kind, after, direction }: Change): boolean {
  // Its end, and the lifting of a block, open something and wait; so does a block of fewer hosts.
  if (kind === 'site_emergency.put') return true
  // It keeps what could be gone before Redis is back, and lets nobody do more.
  if (kind === 'hold.put') return true
  if (kind === 'emergency.block' || REVOKES.has(kind)) return direction !== 'loosen'
  if (kind !== 'device.put' || direction === 'loosen') return false
  return DENIED_STATES.has((after as { readonly state?: unknown } | null)?.state)
}

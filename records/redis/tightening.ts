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

/**
 * What somebody was let do is taken away: by a person, a class, or everybody who used a pack. A lesson that
 * kept pupils on its sites is no such thing: its end opens the web again, is judged so, and waits.
 */
const REVOKES: ReadonlySet<string> = new Set([
  ...([
    'grant.revoke',
    'voucher.revoke',
    'topic.end',
    'lesson.end',
    'pack.remove',
    'agent.revoke',
    'doh_token.revoke',
  ] as const),
])

/**
 * Whether a change must not wait for Redis: a lost device, what is revoked, a site that is closed, an
 * emergency (design.md section 2). A list of what is known to be safe, because applying anything else on one gate
 * alone would let two gates disagree on what is allowed.
 */
export function isUrgentTightening({ kind, after, direction }: Change): boolean {
  // Its end, and the lifting of a block, open something and wait; so does a block of fewer hosts.
  if (kind === 'site_emergency.put') return true
  // It keeps what could be gone before Redis is back, and lets nobody do more.
  if (kind === 'hold.put' || kind === 'sanction.put') return true
  if (kind === 'emergency.block' || REVOKES.has(kind)) return direction !== 'loosen'
  if (kind === 'site.put') return direction === 'tighten' && closesSites(after)
  if (kind !== 'device.put' || direction === 'loosen') return false
  return DENIED_STATES.has((after as { readonly state?: unknown } | null)?.state)
}

function closesSites(after: Json): boolean {
  return (after as { readonly action?: unknown } | null)?.action === 'block'
}

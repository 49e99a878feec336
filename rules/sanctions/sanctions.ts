import type { Term } from '../permissions/permissions.ts'
import type { HostPattern } from '../policy/policy.ts'
import type { Role } from '../subject.ts'

/** What the policy says follows repeated attempts to get round the filter. */
export interface BypassSanction {
  /** So many attempts within so long lock the person out for so long. */
  readonly count: number
  readonly withinMs: number
  readonly lockoutMs: number
  /** The closed profile that is left meanwhile; null: nothing but help. */
  readonly profile: string | null
  /** Whom it never concerns. */
  readonly exempt: readonly Role[]
  /** Categories of which a refusal is an attempt; a refusal for `bypass:<technique>` always is one. */
  readonly counts: readonly string[]
}

/** What the policy says of tunnels through DNS. */
export interface TunnelPolicy {
  /** For so long the tunnel's domain is closed to the device; null: it is only told of. */
  readonly blockMs: number | null
  /** Domains with which devices may talk in this way. */
  readonly except: readonly HostPattern[]
}

/**
 * What systems look up by themselves: browsers and telephones try encrypted DNS and private relays without
 * anybody's doing, so a look-up of these is no attempt unless the policy says so.
 */
export const DELIBERATE_CATEGORIES = ['bypass.vpn', 'bypass.proxy', 'bypass.tor'] as const

/** What the gate has imposed, and nobody has lifted; ends by itself. */
export interface Sanction extends Term {
  readonly id: string
  /** Whose: a person on all devices, else one device. */
  readonly person: string | null
  readonly device: string | null
  /** The hosts that are closed; null: everything is. */
  readonly hosts: readonly HostPattern[] | null
}

/**
 * Whether a refusal is an attempt to get round the filter: only what was refused for what it is, or whoever is
 * locked out already, and whose devices go on trying, would never get out again.
 */
export function isBypassAttempt(
  { counts }: Pick<BypassSanction, 'counts'>,
  { category, reasonCode }: { readonly category: string | null; readonly reasonCode: string },
): boolean {
  if (reasonCode.startsWith('bypass:')) return true
  const isForCategory = reasonCode === 'category' || reasonCode === 'grant_needed'
  return isForCategory && category !== null && counts.includes(category)
}

import { parseHostPattern } from '../policy/host-pattern.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { DELIBERATE_CATEGORIES, type BypassSanction, type TunnelPolicy } from './sanctions.ts'

const MINUTE_MS = 60_000

/** What the policy file's `sanctions` means; null where it says nothing. */
export function bypassSanctionOf({ sanctions }: PolicyDocument): BypassSanction | null {
  const written = sanctions?.bypass
  if (written === undefined) return null
  const { count, within_min: within, lockout_min: lockout, profile, exempt, counts } = written
  return {
    ...{ count, withinMs: within * MINUTE_MS, lockoutMs: lockout * MINUTE_MS },
    ...{ profile: profile ?? null, exempt, counts: counts ?? DELIBERATE_CATEGORIES },
  }
}

/** What the policy file's `dns_tunnel` means; where it says nothing, tunnels are told of and not closed. */
export function tunnelPolicyOf({ dns_tunnel: written }: PolicyDocument): TunnelPolicy {
  const { block_min: block, except = [] } = written ?? {}
  return {
    blockMs: block === undefined ? null : block * MINUTE_MS,
    except: except.flatMap((host) => parseHostPattern(host) ?? []),
  }
}

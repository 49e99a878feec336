import type { PolicyDocument } from '../policy/policy-schema.ts'
import { DELIBERATE_CATEGORIES, type BypassSanction } from './sanctions.ts'

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

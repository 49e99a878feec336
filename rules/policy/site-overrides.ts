import { isDuring, type Permissions } from '../permissions/permissions.ts'
import type { Policy } from './policy.ts'

/** The permissions with the policy's own overrides in front: an engine knows one kind of them. */
export function withOverridesOf(policy: Policy, permissions: Permissions): Permissions {
  const { siteOverrides = [] } = policy
  if (siteOverrides.length === 0) return permissions
  return { ...permissions, sites: [...siteOverrides, ...permissions.sites] }
}

/** The policy as it is at an instant, for whoever compares policies and not moments: no rule of it ends. */
export function policyAt({ siteOverrides = [], ...policy }: Policy, at: number): Policy {
  const current = siteOverrides.filter((each) => isDuring(each, at)).map(({ rule }) => rule)
  return { ...policy, sites: [...policy.sites, ...current] }
}

/**
 * `at` (epoch ms) and the instants after it at which an override of these policies begins or ends: each of them
 * stands for all up to the next one.
 */
export function overrideInstants(policies: readonly Policy[], at = -Infinity): readonly number[] {
  const edges = policies.flatMap(({ siteOverrides = [] }) =>
    siteOverrides.flatMap(({ from, to }) => [from, to]),
  )
  const later = new Set(edges.filter((edge) => Number.isFinite(edge) && edge > at))
  return [at, ...[...later].sort((a, b) => a - b)]
}

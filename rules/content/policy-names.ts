import { ImageBuilder } from '../lists/image-builder.ts'
import type { ImageProblem } from '../lists/image-format.ts'
import type { HashSeed } from '../lists/name-hash.ts'
import { permitHosts, type PermitUse } from '../permissions/permits.ts'
import { NO_PERMISSIONS, type Permissions } from '../permissions/permissions.ts'
import type { Correction, HostPattern, Policy, SiteRule } from '../policy/policy.ts'
import { withOverridesOf } from '../policy/site-overrides.ts'
import { ENGINES, type Engine } from '../safe-modes/engines.ts'

/**
 * A host that the policy itself, a permission or the gate's table of engines names. All of them go
 * into one small image with the lists' seed, so a name's suffix hashes are made once and looked up
 * twice; there each entry is a list of its own, and a tag set of that image is the set of entries
 * that match.
 */
export type PolicyName = { readonly host: HostPattern } & (
  | { readonly kind: 'site'; readonly rule: SiteRule }
  | { readonly kind: 'correction'; readonly correction: Correction }
  | { readonly kind: 'closed'; readonly profile: string }
  /** Counts where the stance carries the permit of this id. */
  | { readonly kind: 'permit'; readonly permit: string; readonly use: PermitUse }
  | { readonly kind: 'engine'; readonly engine: Engine }
)

/** Every host of the policy, in file order, then those of permissions and of the engines; the index of each is its list index in the image. */
export function collectPolicyNames(
  policy: Policy,
  permissions: Permissions = NO_PERMISSIONS,
): readonly PolicyName[] {
  return [
    ...policy.sites.flatMap((rule) =>
      rule.hosts.map((host): PolicyName => ({ host, kind: 'site', rule })),
    ),
    ...policy.corrections.map((correction): PolicyName => ({
      host: correction.host,
      kind: 'correction',
      correction,
    })),
    ...policy.profiles.flatMap(({ id, closed }) =>
      (closed?.hosts ?? []).map((host): PolicyName => ({ host, kind: 'closed', profile: id })),
    ),
    ...permitHosts(withOverridesOf(policy, permissions)).map((named): PolicyName => ({
      ...named,
      kind: 'permit',
    })),
    ...ENGINE_NAMES,
  ]
}

/** The same for every policy. */
const ENGINE_NAMES: readonly PolicyName[] = ENGINES.flatMap((engine) =>
  engine.hosts.map((host): PolicyName => ({ host, kind: 'engine', engine })),
)

/** Who asks what a list of this image is asks `PolicyName`, by its index. */
const UNNAMED = { id: '', name: '', category: '', source: '', version: '' }

/** Seeded like the lists' image; a problem only where a policy names more hosts than an image holds. */
export function buildPolicyNames(
  names: readonly PolicyName[],
  seed: HashSeed,
): SharedArrayBuffer | ImageProblem {
  // The time it was built is nowhere read: the ledger says when a policy came into force.
  const builder = new ImageBuilder({ seed, builtAt: '' })
  for (const { host } of names) builder.addHost(builder.addList(UNNAMED), host.scope, host.host)
  return builder.finish()
}

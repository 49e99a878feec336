import { correctionsOf } from '../../records/register/permissions-of.ts'
import type { Register } from '../../records/register/register.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy, SiteRule } from '../../rules/policy/policy.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'

export type RegisteredPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly string[] }

/** What of a register its policy comes from. */
type Source = Pick<Register, 'policy' | 'emergencyBlocks' | 'corrections'>

/**
 * The policy with what the register says beside it for everybody: corrections, and hosts that somebody has
 * closed at once (`emergency.block`), which are site rules of every profile until they are lifted, in front of
 * the policy's own: of equal names block wins.
 */
export function policyOf(register: Source): RegisteredPolicy {
  const { policy: written, emergencyBlocks } = register
  if (written === null) return { ok: false, problems: ['the ledger holds no policy yet'] }
  const parsed = parsePolicy(written.text, written.name)
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map(describeProblem) }
  const urgent = [...emergencyBlocks].map(([id, { hosts }]): SiteRule => ({
    id: `emergency.${id}`,
    action: 'block',
    hosts: hosts.map((host) => ({ host, scope: 'subtree' })),
    profiles: null,
    because: 'Closed by the school for now.',
  }))
  const { policy } = parsed
  const corrections = [...policy.corrections, ...correctionsOf(register)]
  return { ok: true, policy: { ...policy, sites: [...urgent, ...policy.sites], corrections } }
}

/**
 * The policy of a gate as one object that stays the same while nothing it comes from changes, so that a
 * list update or a grant neither reads 10,000 rules again nor sends them to every data thread.
 */
export class PolicyMemory {
  #source: Source | null = null
  #known: RegisteredPolicy | null = null

  readonly policyOf = (register: Source): RegisteredPolicy => {
    const { policy, emergencyBlocks, corrections } = register
    if (this.#known === null || !this.#isSame(register)) {
      this.#known = policyOf(register)
      // Copies: a register may go on with the maps it has.
      this.#source = {
        policy,
        emergencyBlocks: new Map(emergencyBlocks),
        corrections: new Map(corrections),
      }
    }
    return this.#known
  }

  #isSame({ policy, emergencyBlocks, corrections }: Source): boolean {
    const before = this.#source
    return (
      before?.policy?.text === policy?.text &&
      before?.policy?.name === policy?.name &&
      before !== null &&
      holdsTheSame(before.emergencyBlocks, emergencyBlocks) &&
      holdsTheSame(before.corrections, corrections)
    )
  }
}

/** The register keeps the object of what no entry changes. */
function holdsTheSame(
  one: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): boolean {
  return one.size === other.size && [...one].every(([id, value]) => other.get(id) === value)
}

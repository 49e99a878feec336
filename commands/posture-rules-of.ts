import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { DEFAULT_POSTURE_RULES, type PostureRules } from '../rules/posture/posture-rules.ts'
import type { Register, RegisterPolicy } from '../records/register/register.ts'

const parsed = new WeakMap<RegisterPolicy, PostureRules>()

/** What the policy in force asks of a device's security state; parsed once for each policy. */
export function postureRulesOf({ policy }: Pick<Register, 'policy'>): PostureRules {
  if (policy === null) return DEFAULT_POSTURE_RULES
  const known = parsed.get(policy)
  if (known !== undefined) return known
  const read = parsePolicy(policy.text, policy.name)
  const rules = read.ok ? read.policy.posture : DEFAULT_POSTURE_RULES
  parsed.set(policy, rules)
  return rules
}

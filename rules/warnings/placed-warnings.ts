import type { ParsedPolicy } from '../policy/parse-policy.ts'
import type { Problem } from '../policy/yaml-source.ts'
import { policyWarnings } from './policy-warnings.ts'

/** What a policy in order still says for nothing, at its places in the file; it holds all the same. */
export function placedWarnings(parsed: Extract<ParsedPolicy, { ok: true }>): readonly Problem[] {
  const { policy, document, source } = parsed
  return policyWarnings(policy, document).map(({ path, message }) =>
    source.problem(path, `warning: ${message}`),
  )
}

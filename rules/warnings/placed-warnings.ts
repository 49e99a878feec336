import type { ParsedPolicy } from '../policy/parse-policy.ts'
import type { Problem } from '../policy/yaml-source.ts'
import { policyWarnings } from './policy-warnings.ts'

/** What a policy in order still says for nothing, at its places in the file; it holds all the same. */
export function placedWarnings(
  parsed: Extract<ParsedPolicy, { ok: true }>,
  at: number,
): readonly Problem[] {
  const { policy, document, source } = parsed
  return policyWarnings(policy, document, at).map(({ path, message }) =>
    source.problem(path, `warning: ${message}`),
  )
}

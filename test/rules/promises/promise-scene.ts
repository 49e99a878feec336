import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { readExample } from '../../examples/example-engine.ts'

/** The example school with these promises (YAML list items) in place of its own. */
export function promising(promises: string): string {
  const text = readExample('policy.yaml')
  const [before = '', rest = ''] = text.split(/^promises:\n/m)
  const [, after = ''] = /\n\n(# A folder holds[\s\S]*)$/.exec(rest) ?? []
  return `${before}promises:\n${promises}\n${after}`
}

export function policyOf(text: string): Policy {
  const parsed = parsePolicy(text, 'p.yaml')
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
  return parsed.policy
}

/** What is wrong with a policy that makes these promises, place and message. */
export function problemsOf(promises: string): readonly string[] {
  const parsed = parsePolicy(promising(promises), 'p.yaml')
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'

const EXAMPLE = readFileSync(new URL('../../../examples/policy.yaml', import.meta.url), 'utf8')

/** The example with the values at dotted paths replaced, or taken out where one is undefined. */
export function changedExample(changes: Readonly<Record<string, unknown>>): string {
  const document = parse(EXAMPLE) as Record<string, unknown>
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    let at = document
    for (const step of steps) at = at[step] as Record<string, unknown>
    if (value === undefined) Reflect.deleteProperty(at, last)
    else at[last] = value
  }
  return stringify(document)
}

/** What is wrong with the example so changed, as `path: message`. */
export function problemsOfChange(changes: Readonly<Record<string, unknown>>): string[] {
  const parsed = parsePolicy(changedExample(changes), 'p.yaml')
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

/** The example so changed, as the policy that it means; throws with its problems. */
export function policyOfChange(changes: Readonly<Record<string, unknown>>): Policy {
  const parsed = parsePolicy(changedExample(changes), 'p.yaml')
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
  return parsed.policy
}

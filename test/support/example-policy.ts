import { readFileSync } from 'node:fs'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy } from '../../rules/policy/policy.ts'

const TEXT = readFileSync(new URL('../../examples/policy.yaml', import.meta.url), 'utf8')

/** The example school's policy, with each text replaced by the next; every one must be there. */
export function examplePolicy(...texts: readonly string[]): Policy {
  let text = TEXT
  for (let index = 0; index < texts.length; index += 2) {
    const [from = '', to = ''] = texts.slice(index, index + 2)
    if (!text.includes(from)) throw new Error(`no \`${from}\` in the example policy`)
    text = text.replace(from, to)
  }
  const result = parsePolicy(text, 'policy.yaml')
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.policy
}

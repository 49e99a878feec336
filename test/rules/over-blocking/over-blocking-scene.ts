import type { Engine } from '../../../rules/engine.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import { engineFrom } from '../../support/arbitrary-policy.ts'
import { examplePolicy } from '../../support/example-policy.ts'

export interface Scene {
  readonly engine: Engine
  readonly policy: Policy
}

/** The example policy with lists of a few words: `host category`. */
export function scene(lines: readonly string[], changes: Partial<Policy> = {}): Scene {
  const policy = { ...examplePolicy(), ...changes }
  const listLines = lines.map((line) => {
    const [host = '', category = ''] = line.split(' ')
    return { host, category, scope: 'subtree' as const }
  })
  return { engine: engineFrom(policy, listLines), policy }
}

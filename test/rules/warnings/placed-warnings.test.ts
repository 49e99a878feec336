import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { placedWarnings } from '../../../rules/warnings/placed-warnings.ts'
import { changedExample } from '../policy/changed-example.ts'

test('a warning stands where its part of the file does', () => {
  const text = changedExample({ 'profiles.spare': { start_from: 'visitor' } })
  const parsed = parsePolicy(text, 'p.yaml')
  if (!parsed.ok) throw new Error('not in order')
  const line = text.split('\n').findIndex((one) => one.startsWith('  spare:')) + 1
  expect(placedWarnings(parsed, 0).map(describeProblem)).toEqual([
    `p.yaml:${line}:3: profiles.spare: warning: nobody gets the profile \`spare\``,
  ])
})

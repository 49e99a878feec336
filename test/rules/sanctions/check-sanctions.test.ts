import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { SCHOOL_FILES } from '../../support/school-folder.ts'

const FILE = SCHOOL_FILES['policy.yaml'] ?? ''
const LINES = FILE.split('\n').length

test.each([
  [
    '{ bypass: { count: 5, within_min: 15, lockout_min: 15, profile: portl } }',
    'did you mean `portal`',
  ],
  ['{ bypass: { count: 5, within_min: 15, lockout_min: 15, profile: staff } }', 'has no `only`'],
  [
    '{ bypass: { count: 5, within_min: 15, lockout_min: 15, counts: [bypass.vpm] } }',
    'did you mean `bypass.vpn`',
  ],
  ['{ bypass: { count: 5, within_min: 15, lockout_min: 15, exempt: [staf] } }', 'staff'],
  ['{ bypass: { count: 1, within_min: 15, lockout_min: 15 } }', '2'],
  ['{ bypas: { count: 5 } }', 'did you mean `bypass`'],
])('sanctions %s are refused in their line', (text, message) => {
  const parsed = parsePolicy(`${FILE}sanctions: ${text}\n`, 'policy.yaml')
  expect(parsed.ok).toBe(false)
  const problems = parsed.ok ? [] : parsed.problems
  expect(problems.map(({ line }) => line)).toContain(LINES)
  expect(problems.map((problem) => problem.message).join('\n')).toContain(message)
})

test('an exception that is no host is refused', () => {
  const parsed = parsePolicy(`${FILE}dns_tunnel: { except: ['-bad-'] }\n`, 'policy.yaml')
  expect(parsed.ok ? '' : parsed.problems[0]?.message).toContain('is not a host name')
})

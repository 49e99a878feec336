import { expect, test } from 'vitest'
import { directionOfPolicy } from '../../../rules/direction/direction-of-policy.ts'
import { postureChanges } from '../../../rules/direction/posture-changes.ts'
import { DEFAULT_POSTURE_RULES, type PostureRules } from '../../../rules/posture/posture-rules.ts'
import { examplePolicy } from '../../support/example-policy.ts'

const EXAMPLE = examplePolicy()
const { checks } = DEFAULT_POSTURE_RULES

test.each<[says: string, rules: Partial<PostureRules>, subject: string, side: string]>([
  ['a longer silence', { maxAgeMin: 60 }, 'posture.max_age_min', 'loosens'],
  ['a shorter silence', { maxAgeMin: 15 }, 'posture.max_age_min', 'tightens'],
  ['more time after sleep', { wakeMin: 5 }, 'posture.wake_min', 'loosens'],
  ['time for patches', { graceHours: { patches: 1 } }, 'posture.grace_hours.patches', 'loosens'],
  [
    'a check that is asked no more',
    { checks: { ...checks, diskEncryption: false } },
    'posture.checks.disk_encryption',
    'loosens',
  ],
  [
    'a check more',
    { checks: { ...checks, firewall: true } },
    'posture.checks.firewall',
    'tightens',
  ],
  [
    'a limit that is asked no more',
    { checks: { ...checks, patchMaxDays: null } },
    'posture.checks.patch_max_days',
    'loosens',
  ],
  [
    'a lower limit',
    { checks: { ...checks, patchMaxDays: 14 } },
    'posture.checks.patch_max_days',
    'tightens',
  ],
  [
    'a lowest version',
    { checks: { ...checks, minOs: { macos: '14.0' } } },
    'posture.checks.min_os.macos',
    'tightens',
  ],
])('%s: %s says so', (_says, more, subject, side) => {
  const other = { ...DEFAULT_POSTURE_RULES, ...more }
  expect(postureChanges(DEFAULT_POSTURE_RULES, other)).toMatchObject([{ subject, side }])
  const back = side === 'loosens' ? 'tightens' : 'loosens'
  expect(postureChanges(other, DEFAULT_POSTURE_RULES)).toMatchObject([{ subject, side: back }])
})

test('versions are compared as numbers', () => {
  const from = { ...DEFAULT_POSTURE_RULES, checks: { ...checks, minOs: { macos: '14.9' } } }
  const to = { ...DEFAULT_POSTURE_RULES, checks: { ...checks, minOs: { macos: '14.10' } } }
  expect(postureChanges(from, to)).toMatchObject([{ side: 'tightens', from: '14.9', to: '14.10' }])
})

test('a policy that asks less of devices loosens, for pupils too', () => {
  const after = { ...EXAMPLE, posture: { ...EXAMPLE.posture, maxAgeMin: 10_000 } }
  expect(directionOfPolicy(EXAMPLE, after)).toMatchObject({
    direction: 'loosen',
    loosensPupils: true,
  })
  const nobody = { ...EXAMPLE, postureRequired: [] }
  expect(directionOfPolicy(nobody, { ...after, postureRequired: [] }).direction).toBe('neutral')
})

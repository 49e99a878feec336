import { expect, test } from 'vitest'
import { postureRulesOf } from '../../../rules/policy/posture-of-document.ts'
import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'

test('a policy that says nothing of posture asks what requirements.md 7.4 does', () => {
  expect(postureRulesOf(undefined)).toEqual(DEFAULT_POSTURE_RULES)
  expect(postureRulesOf({ required_for: [], grace_hours: {} })).toEqual(DEFAULT_POSTURE_RULES)
})

test('what is named counts, `false` asks nothing, the rest is as usual', () => {
  const rules = postureRulesOf({
    required_for: [],
    max_age_min: 60,
    checks: { patch_max_days: false, firewall: true, min_os: { macos: '14.0' } },
    grace_hours: { patches: 72 },
  })
  expect(rules).toEqual({
    ...DEFAULT_POSTURE_RULES,
    maxAgeMin: 60,
    checks: {
      ...DEFAULT_POSTURE_RULES.checks,
      patchMaxDays: null,
      firewall: true,
      minOs: { macos: '14.0' },
    },
    graceHours: { patches: 72 },
  })
})

import { expect, test } from 'vitest'
import { rulesForExport } from '../../../rules/posture/export-rules.ts'
import { failedChecks } from '../../../rules/posture/judge-posture.ts'
import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'
import { postureOf } from '../../support/sample-posture.ts'

const RULES = {
  ...DEFAULT_POSTURE_RULES,
  checks: { ...DEFAULT_POSTURE_RULES.checks, mdm: true, firewall: true, minOs: { ios: '17.0' } },
}
/** What nobody told. */
const NOTHING = postureOf({
  ...{ os_version: null, disk_encrypted: null, jailbroken: null, firewall: null, mdm: null },
  ...{ screen_lock: null, auto_lock_min: null, patch_age_days: null, unknown_sources: null },
  av: { product: null, running: null, defs_age_days: null },
})

test.each([
  ['google', 'chromeos', ['jailbreak', 'mdm']],
  ['intune', 'windows', ['mdm', 'disk_encryption']],
  ['intune', 'ios', ['jailbreak', 'mdm', 'os_supported', 'disk_encryption']],
  ['jamf', 'macos', ['firewall', 'mdm', 'disk_encryption']],
] as const)(
  '%s of %s is asked what it can tell, and unknown is never a pass',
  (from, os, checks) => {
    const { checks: asked } = rulesForExport(from, os, RULES)
    expect(failedChecks({ ...NOTHING, os }, asked)).toEqual(checks)
  },
)

test('a check that the policy does not ask is not asked of an export', () => {
  const none = { ...RULES.checks, mdm: false, notJailbroken: false }
  const { checks } = rulesForExport('google', 'chromeos', { ...RULES, checks: none })
  expect(failedChecks({ ...NOTHING, os: 'chromeos' }, checks)).toEqual([])
})

test('a week counts, and nothing wakes', () => {
  expect(rulesForExport('jamf', 'macos', RULES)).toMatchObject({ maxAgeMin: 10_080, wakeMin: 0 })
})

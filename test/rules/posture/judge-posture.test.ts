import { expect, test } from 'vitest'
import { compareVersions, failedChecks } from '../../../rules/posture/judge-posture.ts'
import type { PostureFacts } from '../../../rules/posture/posture-report.ts'
import {
  DEFAULT_POSTURE_RULES,
  POSTURE_CHECKS,
  type PostureCheck,
  type PostureChecks,
} from '../../../rules/posture/posture-rules.ts'
import { postureOf } from '../../support/sample-posture.ts'

const EVERY_CHECK: PostureChecks = {
  ...DEFAULT_POSTURE_RULES.checks,
  firewall: true,
  schoolCa: true,
  mdm: true,
  minOs: { macos: '14.5' },
}

/** What is wrong with a device that is otherwise in order, and the one check that says so (V13). */
const WRONG: readonly [says: string, facts: Partial<PostureFacts>, check: PostureCheck][] = [
  ['the agent was changed', { tamper: true }, 'tamper'],
  ['it is jailbroken', { jailbroken: true }, 'jailbreak'],
  ['it has a VPN', { vpn_or_proxy_profile: true }, 'vpn_profile'],
  ['its antivirus is stopped', { av: av({ running: false }) }, 'antivirus'],
  ['its definitions are four days old', { av: av({ defs_age_days: 4 }) }, 'av_definitions'],
  ['its firewall is off', { firewall: false }, 'firewall'],
  ['its screen does not lock', { screen_lock: false }, 'screen_lock'],
  ['its screen locks after 11 minutes', { auto_lock_min: 11 }, 'auto_lock'],
  ['it takes software from anywhere', { unknown_sources: true }, 'unknown_sources'],
  ["it lacks the school's certificate", { school_ca_present: false }, 'school_ca'],
  ['nobody manages it', { mdm: false }, 'mdm'],
  ['its system is older than 14.5', { os_version: '14.4.1' }, 'os_supported'],
  ['it was last patched 31 days ago', { patch_age_days: 31 }, 'patches'],
  ['its disk is not encrypted', { disk_encrypted: false }, 'disk_encryption'],
]

test.each(WRONG)('V13: %s, and that check alone fails', (_says, facts, check) => {
  expect(failedChecks(postureOf(facts), EVERY_CHECK)).toEqual([check])
})

test('V13: the table above has every check there is', () => {
  expect(WRONG.map(([, , check]) => check).toSorted()).toEqual([...POSTURE_CHECKS].toSorted())
})

const UNKNOWN: Partial<PostureFacts> = {
  ...{ os_version: null, patch_age_days: null, screen_lock: null, auto_lock_min: null },
  ...{ disk_encrypted: null, firewall: null, jailbroken: null, unknown_sources: null, mdm: null },
  ...{ vpn_or_proxy_profile: null, school_ca_present: null, tamper: null },
  av: { product: null, running: null, defs_age_days: null },
}

test('what the agent could not find out is never a pass: every check that is asked fails', () => {
  expect(failedChecks(postureOf(UNKNOWN), EVERY_CHECK)).toEqual(POSTURE_CHECKS)
})

test('a check that the policy does not ask fails nobody, but for a changed agent', () => {
  const none: PostureChecks = {
    ...{ screenLock: false, autoLockMaxMin: null, diskEncryption: false, avRunning: false },
    ...{ avDefsMaxDays: null, patchMaxDays: null, firewall: false, notJailbroken: false },
    ...{ noUnknownSources: false, noVpnProfile: false, schoolCa: false, mdm: false, minOs: {} },
  }
  expect(failedChecks(postureOf(UNKNOWN), none)).toEqual(['tamper'])
})

test('a limit itself passes', () => {
  const atLimit = postureOf({
    ...{ auto_lock_min: 10, patch_age_days: 30, os_version: '14.5', av: av({ defs_age_days: 3 }) },
  })
  expect(failedChecks(atLimit, EVERY_CHECK)).toEqual([])
})

test('a Linux has no lowest version: each distribution counts its own', () => {
  expect(failedChecks(postureOf({ os: 'linux', os_version: '12' }), EVERY_CHECK)).toEqual([])
})

test.each([
  ['14.6.1', '14.6.1', 0],
  ['14.6', '14.6.0', 0],
  ['14.10', '14.9', 1],
  ['9', '10', -1],
  ['10.0.22631', '10.0.19045', 1],
  ['garbage', '1', -1],
])('of versions %s and %s the order is %i', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order)
  expect(Math.sign(compareVersions(b, a)) + order).toBe(0)
})

function av(more: Partial<PostureFacts['av']>): PostureFacts['av'] {
  return { product: 'Sophos Endpoint', running: true, defs_age_days: 0, ...more }
}

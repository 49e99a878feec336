import { DEFAULT_POSTURE_RULES, type PostureRules } from '../posture/posture-rules.ts'
import type { PolicyDocument } from './policy-schema.ts'

/** What the policy file asks of a device's security state; what it leaves out is as the defaults say. */
export function postureRulesOf(posture: PolicyDocument['posture']): PostureRules {
  const usual = DEFAULT_POSTURE_RULES
  if (posture === undefined) return usual
  return {
    maxAgeMin: posture.max_age_min ?? usual.maxAgeMin,
    wakeMin: posture.wake_min ?? usual.wakeMin,
    checks: checksOf(posture.checks),
    graceHours: posture.grace_hours,
  }
}

type Written = NonNullable<NonNullable<PolicyDocument['posture']>['checks']>

function checksOf(checks: Written | undefined): PostureRules['checks'] {
  const usual = DEFAULT_POSTURE_RULES.checks
  if (checks === undefined) return usual
  return {
    screenLock: checks.screen_lock ?? usual.screenLock,
    autoLockMaxMin: limitOf(checks.auto_lock_max_min, usual.autoLockMaxMin),
    diskEncryption: checks.disk_encryption ?? usual.diskEncryption,
    avRunning: checks.av_running ?? usual.avRunning,
    avDefsMaxDays: limitOf(checks.av_defs_max_days, usual.avDefsMaxDays),
    patchMaxDays: limitOf(checks.patch_max_days, usual.patchMaxDays),
    ...switchesOf(checks),
    minOs: checks.min_os,
  }
}

function switchesOf(checks: Written) {
  const usual = DEFAULT_POSTURE_RULES.checks
  return {
    firewall: checks.firewall ?? usual.firewall,
    notJailbroken: checks.not_jailbroken ?? usual.notJailbroken,
    noUnknownSources: checks.no_unknown_sources ?? usual.noUnknownSources,
    noVpnProfile: checks.no_vpn_profile ?? usual.noVpnProfile,
    schoolCa: checks.school_ca ?? usual.schoolCa,
    mdm: checks.mdm ?? usual.mdm,
  }
}

function limitOf(written: number | false | undefined, usual: number | null): number | null {
  return written === false ? null : (written ?? usual)
}

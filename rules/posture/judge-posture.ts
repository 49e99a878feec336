import type { PostureFacts } from './posture-report.ts'
import {
  POSTURE_CHECKS,
  VERSIONED_SYSTEMS,
  type PostureCheck,
  type PostureChecks,
  type VersionedSystem,
} from './posture-rules.ts'

/**
 * Whether a device passes one check; true where the policy does not ask. A fact that the agent could not
 * find out fails it: what nobody knows is not in order.
 */
type Test = (facts: PostureFacts, checks: PostureChecks) => boolean

const TESTS: Readonly<Record<PostureCheck, Test>> = {
  // Not for the policy to leave out: a report of a changed agent says nothing of the device.
  tamper: ({ tamper }) => tamper === false,
  jailbreak: ({ jailbroken }, { notJailbroken }) => !notJailbroken || jailbroken === false,
  vpn_profile: ({ vpn_or_proxy_profile: profile }, { noVpnProfile }) =>
    !noVpnProfile || profile === false,
  antivirus: ({ av }, { avRunning }) => !avRunning || av.running === true,
  firewall: ({ firewall }, checks) => !checks.firewall || firewall === true,
  screen_lock: ({ screen_lock: locks }, { screenLock }) => !screenLock || locks === true,
  auto_lock: ({ auto_lock_min: delay }, { autoLockMaxMin }) => isAtMost(delay, autoLockMaxMin),
  unknown_sources: ({ unknown_sources: allowed }, { noUnknownSources }) =>
    !noUnknownSources || allowed === false,
  school_ca: ({ school_ca_present: present }, { schoolCa }) => !schoolCa || present === true,
  mdm: ({ mdm }, checks) => !checks.mdm || mdm === true,
  av_definitions: ({ av }, { avDefsMaxDays }) => isAtMost(av.defs_age_days, avDefsMaxDays),
  os_supported: ({ os, os_version: version }, { minOs }) => {
    const least = isVersioned(os) ? minOs[os] : undefined
    return least === undefined || (version !== null && compareVersions(version, least) >= 0)
  },
  patches: ({ patch_age_days: age }, { patchMaxDays }) => isAtMost(age, patchMaxDays),
  disk_encryption: ({ disk_encrypted: encrypted }, { diskEncryption }) =>
    !diskEncryption || encrypted === true,
}

/** Every check that the facts do not pass, in the order of `POSTURE_CHECKS`. */
export function failedChecks(facts: PostureFacts, checks: PostureChecks): readonly PostureCheck[] {
  return POSTURE_CHECKS.filter((check) => !TESTS[check](facts, checks))
}

/** Below zero where `a` is older. Numbers between dots and blanks count; what has none is 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function numbersOf(version: string): readonly number[] {
  return version.split(/\D+/).filter(Boolean).map(Number)
}

function isAtMost(value: number | null, most: number | null): boolean {
  return most === null || (value !== null && value <= most)
}

function isVersioned(os: PostureFacts['os']): os is VersionedSystem {
  return (VERSIONED_SYSTEMS as readonly string[]).includes(os)
}

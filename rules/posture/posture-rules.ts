/** What the policy asks of a device's security state, and for how long it waits. */
export interface PostureRules {
  /** A device that has not reported for so many minutes is `stale`. */
  readonly maxAgeMin: number
  /** After a silence that was sleep: the device keeps its last standing so long until its first report. */
  readonly wakeMin: number
  readonly checks: PostureChecks
  /** How many hours a check may fail before it counts; none for those that are not named. */
  readonly graceHours: Readonly<Partial<Record<PostureCheck, number>>>
}

/** Null: not asked. Limits are the most that passes. */
export interface PostureChecks {
  readonly screenLock: boolean
  readonly autoLockMaxMin: number | null
  readonly diskEncryption: boolean
  readonly avRunning: boolean
  readonly avDefsMaxDays: number | null
  readonly patchMaxDays: number | null
  readonly firewall: boolean
  readonly notJailbroken: boolean
  readonly noUnknownSources: boolean
  readonly noVpnProfile: boolean
  readonly schoolCa: boolean
  readonly mdm: boolean
  /** The lowest version that passes for each system; a system that is not named passes. */
  readonly minOs: Readonly<Partial<Record<VersionedSystem, string>>>
}

/** Systems whose version numbers mean the same on every machine; each Linux distribution counts its own. */
export const VERSIONED_SYSTEMS = [
  'macos',
  'windows',
  'chromeos',
  'ios',
  'ipados',
  'android',
] as const
export type VersionedSystem = (typeof VERSIONED_SYSTEMS)[number]

/**
 * The checks by the name that reason codes carry (`posture:disk_encryption`), in the order in which a user
 * mends them: what is dangerous, then what takes a minute, then what takes a day.
 */
export const POSTURE_CHECKS = [
  'tamper',
  'jailbreak',
  'vpn_profile',
  'antivirus',
  'firewall',
  'screen_lock',
  'auto_lock',
  'unknown_sources',
  'school_ca',
  'mdm',
  'av_definitions',
  'os_supported',
  'patches',
  'disk_encryption',
] as const
export type PostureCheck = (typeof POSTURE_CHECKS)[number]

/** The school's own tampering and a broken system are never given time (A042, A055, A326: at once). */
export const NEVER_GRACED: readonly PostureCheck[] = ['tamper', 'jailbreak', 'antivirus']

/** Where a policy says nothing: the values of requirements.md 7.4. */
export const DEFAULT_POSTURE_RULES: PostureRules = {
  maxAgeMin: 30,
  wakeMin: 2,
  checks: {
    screenLock: true,
    autoLockMaxMin: 10,
    diskEncryption: true,
    avRunning: true,
    avDefsMaxDays: 3,
    patchMaxDays: 30,
    firewall: false,
    notJailbroken: true,
    noUnknownSources: true,
    noVpnProfile: true,
    schoolCa: false,
    mdm: false,
    minOs: {},
  },
  graceHours: {},
}

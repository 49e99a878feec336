import type { OperatingSystem } from './posture-report.ts'
import type { PostureCheck, PostureChecks, PostureRules } from './posture-rules.ts'

/** Device managements whose exports stand in for an agent, where none can run. */
export const EXPORT_SOURCES = ['google', 'intune', 'jamf'] as const
export type ExportSource = (typeof EXPORT_SOURCES)[number]

/** An export is made once a day; what a device management has not seen for a week is nobody's word. */
const EXPORT_MAX_AGE_MIN = 7 * 24 * 60

/** The checks that a source's published fields can tell of every system that it manages. */
const TELLS: Readonly<Record<ExportSource, readonly PostureCheck[]>> = {
  google: ['jailbreak', 'mdm', 'os_supported'],
  intune: ['mdm', 'os_supported', 'disk_encryption'],
  jamf: ['firewall', 'mdm', 'os_supported', 'disk_encryption'],
}

/** Intune says of phones and tablets alone whether they are jailbroken or rooted. */
const HANDHELD: readonly OperatingSystem[] = ['ios', 'ipados', 'android']

/**
 * What a policy asks of a device that an export speaks for: of its checks those that the source can tell.
 * The others are not applicable, for no agent runs there; what the source could tell and does not, fails.
 */
export function rulesForExport(
  source: ExportSource,
  os: OperatingSystem,
  { checks, ...rules }: PostureRules,
): PostureRules {
  const isHandheld = source === 'intune' && HANDHELD.includes(os)
  const told = new Set([...TELLS[source], ...(isHandheld ? (['jailbreak'] as const) : [])])
  const asked: PostureChecks = {
    ...NOTHING_ASKED,
    diskEncryption: checks.diskEncryption && told.has('disk_encryption'),
    firewall: checks.firewall && told.has('firewall'),
    notJailbroken: checks.notJailbroken && told.has('jailbreak'),
    mdm: checks.mdm && told.has('mdm'),
    minOs: checks.minOs,
  }
  // A device that nobody has seen can't have been asleep under anybody's eyes.
  return { ...rules, checks: asked, maxAgeMin: EXPORT_MAX_AGE_MIN, wakeMin: 0 }
}

const NOTHING_ASKED: PostureChecks = {
  ...{ screenLock: false, autoLockMaxMin: null, diskEncryption: false, avRunning: false },
  ...{ avDefsMaxDays: null, patchMaxDays: null, firewall: false, notJailbroken: false },
  ...{ noUnknownSources: false, noVpnProfile: false, schoolCa: false, mdm: false, minOs: {} },
}

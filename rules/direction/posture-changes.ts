import {
  NEVER_GRACED,
  POSTURE_CHECKS,
  VERSIONED_SYSTEMS,
  type PostureRules,
} from '../posture/posture-rules.ts'
import { compareVersions } from '../posture/judge-posture.ts'

/** One thing that the posture section asks otherwise than before. */
export interface PostureChange {
  /** Dotted, as in the policy file. */
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly side: 'loosens' | 'tightens'
}

/** How strict the rules are in each thing they say: more is stricter. */
type Strictness = (rules: PostureRules) => { readonly shown: string; readonly strict: number }

const NEVER = 'not asked'

const THINGS: Readonly<Record<string, Strictness>> = {
  'posture.max_age_min': ({ maxAgeMin }) => atMost(maxAgeMin),
  'posture.wake_min': ({ wakeMin }) => atMost(wakeMin),
  'posture.checks.screen_lock': ({ checks }) => asked(checks.screenLock),
  'posture.checks.auto_lock_max_min': ({ checks }) => atMost(checks.autoLockMaxMin),
  'posture.checks.disk_encryption': ({ checks }) => asked(checks.diskEncryption),
  'posture.checks.av_running': ({ checks }) => asked(checks.avRunning),
  'posture.checks.av_defs_max_days': ({ checks }) => atMost(checks.avDefsMaxDays),
  'posture.checks.patch_max_days': ({ checks }) => atMost(checks.patchMaxDays),
  'posture.checks.firewall': ({ checks }) => asked(checks.firewall),
  'posture.checks.not_jailbroken': ({ checks }) => asked(checks.notJailbroken),
  'posture.checks.no_unknown_sources': ({ checks }) => asked(checks.noUnknownSources),
  'posture.checks.no_vpn_profile': ({ checks }) => asked(checks.noVpnProfile),
  'posture.checks.school_ca': ({ checks }) => asked(checks.schoolCa),
  'posture.checks.mdm': ({ checks }) => asked(checks.mdm),
  ...Object.fromEntries(
    POSTURE_CHECKS.filter((check) => !NEVER_GRACED.includes(check)).map((check) => [
      `posture.grace_hours.${check}`,
      ({ graceHours }: PostureRules) => atMost(graceHours[check] ?? 0),
    ]),
  ),
}

/** What of the posture section lets a device that reports be worse, or demands that it be better. */
export function postureChanges(
  before: PostureRules,
  after: PostureRules,
): readonly PostureChange[] {
  const ordered = Object.entries(THINGS).flatMap(([subject, strictness]) => {
    const [was, is] = [strictness(before), strictness(after)]
    if (was.strict === is.strict) return []
    const side = is.strict < was.strict ? ('loosens' as const) : ('tightens' as const)
    return [{ subject, from: was.shown, to: is.shown, side }]
  })
  return [...ordered, ...versionChanges(before, after)]
}

function versionChanges(before: PostureRules, after: PostureRules): readonly PostureChange[] {
  return VERSIONED_SYSTEMS.flatMap((os) => {
    const [was = '', is = ''] = [before.checks.minOs[os], after.checks.minOs[os]]
    const order = was === '' || is === '' ? is.length - was.length : compareVersions(is, was)
    if (order === 0) return []
    const side = order < 0 ? ('loosens' as const) : ('tightens' as const)
    const subject = `posture.checks.min_os.${os}`
    return [{ subject, from: was === '' ? NEVER : was, to: is === '' ? NEVER : is, side }]
  })
}

function asked(isAsked: boolean): ReturnType<Strictness> {
  return { shown: isAsked ? 'asked' : NEVER, strict: isAsked ? 1 : 0 }
}

function atMost(most: number | null): ReturnType<Strictness> {
  return most === null
    ? { shown: NEVER, strict: -Infinity }
    : { shown: String(most), strict: -most }
}

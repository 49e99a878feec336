import type { Policy } from '../policy/policy.ts'
import type { Warning } from '../warnings/policy-warnings.ts'
import { octetsInWords, type BandwidthClass, type HeavyTalkerRule } from './bandwidth.ts'

const SECONDS_OF: Readonly<Record<string, number>> = { day: 86_400, week: 7 * 86_400 }

/** Values of `bandwidth` that are in order and can't mean anything: nobody would ever notice them. */
export function bandwidthWarnings({ bandwidth, profiles }: Policy): readonly Warning[] {
  if (bandwidth === undefined || bandwidth === null) return []
  const named = new Set(profiles.map((profile) => profile.bandwidth))
  return [
    ...bandwidth.classes.flatMap((one) => [
      ...(named.has(one.id) ? [] : [warning(one, 'no profile names this class')]),
      ...quotaWarnings(one),
    ]),
    ...heavyWarnings(bandwidth.heavyTalker, bandwidth.classes, profiles.length > 0),
  ]
}

function quotaWarnings(one: BandwidthClass): Warning[] {
  const { quota } = one
  if (quota === null) return []
  const warnings: Warning[] = []
  const seconds = SECONDS_OF[quota.per]
  const most = seconds === undefined ? null : mostIn(one, seconds)
  if (most !== null && quota.octets > most)
    warnings.push(
      warning(one, `at its rates nobody can use ${octetsInWords(quota.octets)} in a ${quota.per}`),
    )
  if (
    quota.slow !== null &&
    [one.down, one.up].every((rate) => (rate ?? Infinity) <= (quota.slow ?? 0))
  )
    warnings.push(warning(one, '`throttle_mbps` is no slower than the class itself'))
  return warnings
}

/** Octets that both directions together can carry; null where one of them has no limit. */
function mostIn({ down, up }: BandwidthClass, seconds: number): number | null {
  return down === null || up === null ? null : (down + up) * seconds
}

function heavyWarnings(
  heavy: HeavyTalkerRule | null,
  classes: readonly BandwidthClass[],
  hasProfiles: boolean,
): Warning[] {
  if (heavy === null || classes.length === 0 || !hasProfiles) return []
  const seconds = heavy.withinMs / 1000
  const canReach = classes.some((one) => (mostIn(one, seconds) ?? Infinity) >= heavy.octets)
  if (canReach) return []
  const message = `at the rates of the classes nobody can use ${octetsInWords(heavy.octets)} in ${heavy.withinMs / 60_000} minutes`
  return [{ path: ['bandwidth', 'heavy_talker'], message }]
}

function warning({ id }: BandwidthClass, message: string): Warning {
  return { path: ['bandwidth', 'classes', id], message }
}

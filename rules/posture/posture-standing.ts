import { failedChecks } from './judge-posture.ts'
import type { PostureFacts } from './posture-report.ts'
import { NEVER_GRACED, type PostureCheck, type PostureRules } from './posture-rules.ts'

/** The last that is known of a device. Times are gate time, epoch ms. */
export interface LastReport {
  readonly facts: PostureFacts
  /** When the gate took it, not when the device says that it wrote it. */
  readonly at: number
  /** Since when each check that fails has failed, over all reports in a row. */
  readonly failingSince: Readonly<Partial<Record<PostureCheck, number>>>
}

/** Where a device stands on the dial. */
export interface PostureStanding {
  /** `grace`: something fails and still has time. `stale`: it has been silent for too long. */
  readonly standing: 'good' | 'grace' | 'stale' | 'failing'
  /** The register's word for it (`DeviceFacts.posture`): what the decision reads. */
  readonly posture: string
  /** The one thing to mend first; null where nothing fails. */
  readonly mend: PostureCheck | null
  readonly failed: readonly PostureCheck[]
  /** When it will be another one if nothing is heard; null where that never happens. */
  readonly until: number | null
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/**
 * A device's standing at `now`. Silence first: nothing old speaks for the present, good or bad, so a
 * device whose agent is stopped ends as `stale` whatever it said last. Null is a device that has an agent
 * and was never heard of.
 */
export function standingAt(
  last: LastReport | null,
  rules: PostureRules,
  now: number,
): PostureStanding {
  const staleAt = last === null ? -Infinity : last.at + rules.maxAgeMin * MINUTE_MS
  const failed = last === null ? [] : failedChecks(last.facts, rules.checks)
  if (last === null || now >= staleAt)
    return { standing: 'stale', posture: 'stale', mend: failed[0] ?? null, failed, until: null }
  const ends = failed.map((check) => ({ check, at: graceEnd(check, last, rules) }))
  const over = ends.find(({ at }) => now >= at)
  if (over !== undefined)
    return {
      standing: 'failing',
      posture: `failed:${over.check}`,
      mend: over.check,
      failed,
      until: staleAt,
    }
  const next = Math.min(staleAt, ...ends.map(({ at }) => at))
  const soonest = ends.toSorted((a, b) => a.at - b.at)[0]
  if (soonest === undefined)
    return { standing: 'good', posture: 'ok', mend: null, failed, until: staleAt }
  return { standing: 'grace', posture: 'ok', mend: soonest.check, failed, until: next }
}

/**
 * Since when each check has failed once `facts` have come at `at`: what failed before goes on, what is new
 * begins, and what was mended is forgotten. A silence does not begin the time anew.
 */
export function failingSince(
  facts: PostureFacts,
  at: number,
  {
    rules,
    before,
  }: {
    readonly rules: PostureRules
    readonly before: Pick<LastReport, 'failingSince'> | null
  },
): LastReport['failingSince'] {
  const failed = failedChecks(facts, rules.checks)
  return Object.fromEntries(failed.map((check) => [check, before?.failingSince[check] ?? at]))
}

/** A check that a newer policy asks for has no beginning yet: its time runs from the report. */
function graceEnd(check: PostureCheck, last: LastReport, { graceHours }: PostureRules): number {
  const hours = NEVER_GRACED.includes(check) ? 0 : (graceHours[check] ?? 0)
  return (last.failingSince[check] ?? last.at) + hours * HOUR_MS
}

import type { PostureFacts } from '../../rules/posture/posture-report.ts'

/** What a system's collectors find out; the rest of a report is the same on every system. */
export type Collected = Omit<PostureFacts, 'agent_version' | 'os' | 'tamper' | 'school_ca_present'>

const DAY_MS = 86_400_000

/** Whole days between a moment and now; null where there is none, or it lies ahead by more than a day. */
export function daysSince(at: number | null, now: number): number | null {
  if (at === null || !Number.isFinite(at) || at > now + DAY_MS) return null
  return Math.max(0, Math.floor((now - at) / DAY_MS))
}

/** Seconds as the minutes that a report has, rounded up: 601 s are more than ten minutes. */
export function minutesOf(seconds: number | null): number | null {
  return seconds === null || !Number.isFinite(seconds) ? null : Math.ceil(seconds / 60)
}

/** True where one is; else unknown where one is unknown, because it might have been. */
export function anyOf(facts: readonly (boolean | null)[]): boolean | null {
  if (facts.includes(true)) return true
  return facts.includes(null) ? null : false
}

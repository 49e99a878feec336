import type { Alert } from './alert-store.ts'

const MINUTE_MS = 60_000

/** After so long without an acknowledgement the next office is told: 30 minutes, then 30 more. */
const HIGH_STEPS_MS = [30 * MINUTE_MS, 60 * MINUTE_MS]
const OTHER_STEPS_MS = [240 * MINUTE_MS, 480 * MINUTE_MS]

/** 17:00: what is high and was not seen goes one office up before the day is over (V24). */
export const END_OF_DAY_SECONDS = 17 * 3_600

/**
 * How many offices up an unacknowledged alert belongs at `now`; 0 is where it was told first. `endOfDay`
 * is 17:00 of the day it was told.
 */
export function escalationAt(
  { severity, toldAt }: Pick<Alert, 'severity' | 'toldAt'>,
  now: number,
  endOfDay: number,
): number {
  if (toldAt === null) return 0
  const steps = severity === 'high' ? HIGH_STEPS_MS : OTHER_STEPS_MS
  const byTime = steps.filter((step) => now - toldAt >= step).length
  const isLate = severity === 'high' && toldAt < endOfDay && now >= endOfDay
  return isLate ? steps.length : byTime
}

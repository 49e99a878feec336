import { formatDate, parseDate } from '../time/clock-text.ts'
import type { Moment } from '../time/school-time.ts'
import { weekdayOf } from '../time/school-calendar.ts'

/**
 * The stretch of time that counts for a quota, as a key: another key, another allowance. Null while a
 * quota of a window does not count, because the window is not in force for the phase.
 */
export function quotaPeriod(per: string, moment: Moment, phase: string | null): string | null {
  if (per === 'day') return moment.date
  if (per !== 'week') return moment.inForce(per, phase) ? `${moment.date} ${per}` : null
  const day = parseDate(moment.date)
  if (day === undefined) return moment.date
  return `week of ${formatDate(day - (weekdayOf(day) - MONDAY))}`
}

const MONDAY = 1

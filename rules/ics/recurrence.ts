import { DAY_MS } from '../time/clock-text.ts'
import { weekdayOf } from '../time/school-calendar.ts'

/** Three school years: nobody has a fourth yet, and a birthday repeats for ever. */
export const MAX_RECURRENCE_DAYS = 3 * 366

/** The days on which something repeats. `more`: it goes on beyond what was looked at. */
export interface Repeated {
  readonly days: readonly number[]
  readonly more: boolean
}

/** What ical.js makes of an RRULE (RFC 5545 section 3.3.10), as far as it is known here. */
interface Rule {
  readonly freq: string
  readonly interval: number
  readonly count: number
  readonly until: string | null
  readonly byDay: readonly { readonly nth: number; readonly weekday: number }[]
  readonly byMonthDay: readonly number[]
  readonly byMonth: readonly number[]
  readonly weekStart: number
}

/**
 * The days (day numbers) from `start` on which a recurrence rule holds; undefined for a rule that is not
 * understood. Every day of three years is asked whether it is one, so that a rule that never comes true,
 * or comes true every second, costs what any other costs.
 */
export function repeatedDays(
  rule: unknown,
  start: number,
  maxDays = MAX_RECURRENCE_DAYS,
): Repeated | undefined {
  const read = readRule(rule)
  if (read === undefined) return undefined
  const until = read.until === null ? Infinity : Date.parse(`${read.until}T00:00:00Z`) / DAY_MS
  const days: number[] = []
  const last = Math.min(until, start + maxDays)
  for (let day = start; day <= last && days.length < read.count; day += 1)
    // The first occurrence is DTSTART itself, whether or not the rule has it (section 3.8.5.3).
    if (day === start || holds(read, day, start)) days.push(day)
  return { days, more: days.length < read.count && until > last }
}

function holds(rule: Rule, day: number, start: number): boolean {
  const date = dateOf(day)
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(date.month)) return false
  switch (rule.freq) {
    case 'DAILY':
      return (day - start) % rule.interval === 0 && isByDay(rule, day) && isByMonthDay(rule, date)
    case 'WEEKLY':
      return weeksBetween(start, day, rule) % rule.interval === 0 && isWeekday(rule, day, start)
    case 'MONTHLY':
      return monthsBetween(start, day) % rule.interval === 0 && isDayOfMonth(rule, day, start)
    case 'YEARLY':
      return (date.year - dateOf(start).year) % rule.interval === 0 && isDayOfYear(rule, day, start)
    default:
      return false
  }
}

function isWeekday(rule: Rule, day: number, start: number): boolean {
  return rule.byDay.length > 0 ? isByDay(rule, day) : weekdayOf(day) === weekdayOf(start)
}

function isDayOfMonth(rule: Rule, day: number, start: number): boolean {
  const date = dateOf(day)
  if (rule.byDay.length === 0 && rule.byMonthDay.length === 0)
    return date.dayOfMonth === dateOf(start).dayOfMonth
  return isByDay(rule, day) && isByMonthDay(rule, date)
}

function isDayOfYear(rule: Rule, day: number, start: number): boolean {
  const isNamed = rule.byMonth.length > 0 || rule.byMonthDay.length > 0
  if (!isNamed && dateOf(day).month !== dateOf(start).month) return false
  return isDayOfMonth(rule, day, start)
}

function isByDay({ byDay }: Rule, day: number): boolean {
  if (byDay.length === 0) return true
  const { dayOfMonth, daysInMonth } = dateOf(day)
  return byDay.some(({ nth, weekday }) => {
    if (weekday !== weekdayOf(day)) return false
    if (nth === 0) return true
    const place = nth > 0 ? dayOfMonth : daysInMonth - dayOfMonth + 1
    return Math.ceil(place / 7) === Math.abs(nth)
  })
}

function isByMonthDay({ byMonthDay }: Rule, { dayOfMonth, daysInMonth }: CalendarDate): boolean {
  if (byMonthDay.length === 0) return true
  return byMonthDay.some(
    (wanted) => dayOfMonth === (wanted > 0 ? wanted : daysInMonth + 1 + wanted),
  )
}

interface CalendarDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly dayOfMonth: number
  readonly daysInMonth: number
}

function dateOf(day: number): CalendarDate {
  const date = new Date(day * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return { year, month: month + 1, dayOfMonth: date.getUTCDate(), daysInMonth }
}

function monthsBetween(from: number, to: number): number {
  const [a, b] = [dateOf(from), dateOf(to)]
  return (b.year - a.year) * 12 + b.month - a.month
}

function weeksBetween(from: number, to: number, { weekStart }: Rule): number {
  const first = (day: number): number => day - ((weekdayOf(day) - weekStart + 7) % 7)
  return (first(to) - first(from)) / 7
}

const WEEKDAYS = ['', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
/** What each frequency may be narrowed by here; with ordinals only where a month is counted in. */
const KNOWN_KEYS = new Set('freq interval count until wkst byday bymonthday bymonth'.split(' '))
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']

function readRule(value: unknown): Rule | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const parts = value as Readonly<Record<string, unknown>>
  const { freq } = parts
  if (typeof freq !== 'string' || !FREQUENCIES.includes(freq)) return undefined
  if (!Object.keys(parts).every((key) => KNOWN_KEYS.has(key))) return undefined
  const byDay = listOf(parts['byday']).map(readWeekday)
  const rule = {
    freq,
    interval: wholeOr(1, parts['interval']),
    count: wholeOr(Infinity, parts['count']),
    until: typeof parts['until'] === 'string' ? parts['until'].slice(0, 10) : null,
    byDay: byDay.filter((each) => each !== undefined),
    byMonthDay: numbersOf(parts['bymonthday']),
    byMonth: numbersOf(parts['bymonth']),
    weekStart: weekStartOf(parts['wkst']),
  }
  return byDay.includes(undefined) || !isSimple(rule) ? undefined : rule
}

function isSimple({ freq, interval, byDay, byMonth, until }: Rule): boolean {
  const hasOrdinals = byDay.some(({ nth }) => nth !== 0)
  if (interval < 1) return false
  if (until !== null && !/^\d{4}-\d\d-\d\d$/.test(until)) return false
  if (hasOrdinals && (freq === 'DAILY' || freq === 'WEEKLY')) return false
  // The nth Monday of a year is counted otherwise than that of a month.
  return freq !== 'YEARLY' || byDay.length === 0 || byMonth.length > 0
}

function readWeekday(value: unknown): { nth: number; weekday: number } | undefined {
  const match = /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(typeof value === 'string' ? value : '')
  if (match === null) return undefined
  return { nth: Number(match[1] ?? 0), weekday: WEEKDAYS.indexOf(match[2] ?? '') }
}

/** Monday where the rule does not say. ical.js has a name or a number that counts Sunday as 1. */
function weekStartOf(value: unknown): number {
  if (typeof value === 'number') return value === 1 ? 7 : value - 1
  return typeof value === 'string' ? Math.max(1, WEEKDAYS.indexOf(value)) : 1
}

function wholeOr(fallback: number, value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : fallback
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}

function numbersOf(value: unknown): readonly number[] {
  return listOf(value).filter((each): each is number => typeof each === 'number')
}

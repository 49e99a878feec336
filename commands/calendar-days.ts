import { isIP } from 'node:net'
import type { Subject } from '../proxy/plane.ts'
import type { Revision } from '../proxy/policy/bundle.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { formatDate, parseDate } from '../rules/time/clock-text.ts'
import type { DayChange } from '../rules/time/time-policy.ts'
import { LocalDay } from '../rules/time/local-day.ts'
import { SchoolCalendar, USUAL_DAY, weekdayOf } from '../rules/time/school-calendar.ts'
import { SchoolTime } from '../rules/time/school-time.ts'
import { textOf, type Parsed } from './arguments.ts'
import type { LoadedConfig } from './read-config.ts'
import { readPolicy } from './read-school.ts'
import { SchoolHistory } from './school-history.ts'

const DEFAULT_DAYS = 14
/** A school year and a summer; beyond it nobody reads on. */
const MAX_DAYS = 400

interface Asked {
  /** A day number. */
  readonly from: number
  readonly days: number
  readonly device?: string
  readonly address?: string
  readonly zone?: string
}

/**
 * Prints what each date is for the school and, for a device, what it gets from when to when. What is
 * wrong with the question, else null.
 */
export async function showDays(parsed: Parsed, loaded: LoadedConfig): Promise<string | null> {
  const policy = readPolicy(loaded)
  if (typeof policy === 'string') return policy
  const asked = askedFrom(parsed, policy)
  if (typeof asked === 'string') return asked
  if (asked.device === undefined && asked.address === undefined) {
    printDays(policy, asked, () => [])
    return null
  }
  using history = SchoolHistory.open(loaded)
  const school = await history.at(Date.now())
  if (typeof school === 'string') return school
  const { subjects } = school.revision
  if (asked.zone !== undefined && !subjects.hasZone(asked.zone))
    return `no zone \`${asked.zone}\` in the policy`
  if (subjects.ask(asked, Date.now()) === null) return `no device \`${asked.device ?? ''}\``
  printDays(policy, asked, (day) => stretchesOf(school.revision, asked, day))
  return null
}

function askedFrom(parsed: Parsed, { time }: Policy): Asked | string {
  const wanted = textOf(parsed, 'from') ?? new SchoolTime(time).at(Date.now()).date
  const from = parseDate(wanted)
  if (from === undefined) return `\`${wanted}\` is not a date`
  const days = Number(textOf(parsed, 'days') ?? DEFAULT_DAYS)
  if (!Number.isSafeInteger(days) || days < 1 || days > MAX_DAYS)
    return `--days takes 1 to ${MAX_DAYS}`
  const address = textOf(parsed, 'ip')
  if (address !== undefined && isIP(address) === 0)
    return `\`${address.slice(0, 80)}\` is not an address`
  const who = { device: textOf(parsed, 'device'), address, zone: textOf(parsed, 'zone') }
  const said = Object.entries(who).filter(([, value]) => value !== undefined)
  return { from, days, ...Object.fromEntries(said) }
}

function printDays(
  policy: Policy,
  { from, days }: Asked,
  linesOf: (day: LocalDay) => readonly string[],
): void {
  const calendar = new SchoolCalendar(policy.time)
  for (let day = from; day < from + days; day += 1) {
    process.stdout.write(`${formatDate(day)} ${WEEKDAYS[weekdayOf(day)] ?? ''}  `)
    process.stdout.write(`${describeDay(policy, calendar, day)}\n`)
    for (const line of linesOf(new LocalDay(day, policy.time.timezone)))
      process.stdout.write(`  ${line}\n`)
  }
}

const WEEKDAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const KINDS = { school: 'school day', inset: 'INSET day', closed: 'closed' } as const

/** `school day`, `INSET day` or `closed`, and why it is not as other days. */
export function describeDay({ time }: Policy, calendar: SchoolCalendar, day: number): string {
  const kind = calendar.kindOf(day)
  const change = calendar.changeOn(day)
  const date = formatDate(day)
  const holiday = time.closed.find(({ from, to }) => from <= date && date <= to)
  const isHoliday = kind === 'closed' && change === undefined && holiday !== undefined
  const type = calendar.dayTypeOf(day)
  const words: readonly string[] = [
    KINDS[kind],
    ...(isHoliday ? [holiday.name] : []),
    ...(change === undefined ? [] : describeChange(change)),
    ...(kind === 'school' && type !== USUAL_DAY ? [type] : []),
    ...calendar.examsOn(day).map(({ paper }) => paper),
  ]
  return words.join(', ')
}

function describeChange({ name, opensSeconds, closesSeconds }: DayChange): readonly string[] {
  return [
    name,
    ...(opensSeconds === null ? [] : [`opens at ${clockOf(opensSeconds)}`]),
    ...(closesSeconds === null ? [] : [`closes at ${clockOf(closesSeconds)}`]),
  ]
}

function clockOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 16)
}

/** What the device gets on a date: a line from each edge that changes it on. */
function stretchesOf(revision: Revision, asked: Asked, day: LocalDay): string[] {
  const lines: string[] = []
  let last = ''
  for (let at = day.start; at < day.end; at = revision.subjects.nextEdge(at)) {
    const subject = revision.subjects.ask(asked, at)
    if (subject === null) break
    const line = describeSubject(subject)
    if (line !== last) lines.push(`${clockOf(day.clockAt(at))}  ${line}`)
    last = line
  }
  return lines
}

function describeSubject({ stance }: Subject): string {
  const { profile, reasonCode, ruleId, window } = stance
  const reason = reasonCode === null ? '' : ` (${reasonCode})`
  const gets = `${profile ?? 'refused'}${reason}`
  return `${gets.padEnd(34)}by ${ruleId}${window === null ? '' : ` during ${window}`}`
}

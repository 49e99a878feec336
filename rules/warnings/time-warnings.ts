import type { Policy } from '../policy/policy.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import { BANK_HOLIDAYS_KNOWN_UNTIL } from '../time/bank-holidays.ts'
import { parseDate } from '../time/clock-text.ts'
import { periodsOf } from '../time/periods.ts'
import { SchoolCalendar } from '../time/school-calendar.ts'
import type { Warning } from './policy-warnings.ts'

/** What a calendar in order says for nothing: windows that never hold, changes of days that nobody is in. */
export function timeWarnings(policy: Policy, document: PolicyDocument): readonly Warning[] {
  const calendar = new SchoolCalendar(policy.time)
  return [
    ...neverInForce(policy, calendar),
    ...idleChanges(policy, calendar),
    ...unusedDayTypes(policy),
    ...unknownHolidays(document),
  ]
}

/** More than any calendar has: dates beyond it are looked at by nobody. */
const MAX_DAYS = 4_000

function neverInForce({ time }: Policy, calendar: SchoolCalendar): Warning[] {
  const holding = new Set<string>()
  const periods = periodsOf(time, calendar)
  const last = Math.min(calendar.last, calendar.first + MAX_DAYS)
  for (let day = calendar.first; day <= last; day += 1)
    for (const { name, phase, holdsOn } of periods)
      if (phase === null && !holding.has(name) && holdsOn(day)) holding.add(name)
  const names = new Set(time.windows.map(({ name }) => name))
  return [...names]
    .filter((name) => !holding.has(name))
    .map((name) => ({
      path: ['windows', name],
      message: `window \`${name}\` is never in force: no day of the calendar has it`,
    }))
}

function idleChanges({ time }: Policy, calendar: SchoolCalendar): Warning[] {
  return time.changes.flatMap((change, index) => {
    const path = ['calendar', 'changes', index]
    const kind = calendar.kindOf(parseDate(change.date) ?? NaN)
    const isTimed = [change.opensSeconds, change.closesSeconds, change.dayType].some(
      (each) => each !== null,
    )
    if (!isTimed || kind === 'school') return []
    return [{ path, message: `\`${change.name}\` changes a day that is \`${kind}\`` }]
  })
}

function unusedDayTypes({ time }: Policy): Warning[] {
  const used = new Set([...time.weekly, ...time.changes].map(({ dayType }) => dayType))
  return time.dayTypes
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: ['day_types', name],
      message: `no day is \`${name}\`: neither \`calendar.weekly\` nor \`calendar.changes\` names it`,
    }))
}

/** A holiday that the table does not have yet would be a school day. */
function unknownHolidays({ calendar }: PolicyDocument): Warning[] {
  if (calendar.bank_holidays === undefined) return []
  return calendar.terms.flatMap(({ name, to }, index) =>
    to > BANK_HOLIDAYS_KNOWN_UNTIL
      ? [
          {
            path: ['calendar', 'terms', index],
            message: `bank holidays are known until ${BANK_HOLIDAYS_KNOWN_UNTIL}, and \`${name}\` ends after it`,
          },
        ]
      : [],
  )
}

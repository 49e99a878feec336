import type { Term } from '../permissions/permissions.ts'
import { parseClock, parseDate, parseInstant, DAY_SECONDS } from '../time/clock-text.ts'
import { LocalDay } from '../time/local-day.ts'

/** As the policy file has them. */
export interface WrittenTerm {
  readonly from?: string | undefined
  readonly until?: string | undefined
}

/** Null where the rule says neither, and so holds always. INVARIANT: `faultsOfTerm` found nothing. */
export function termOfSite({ from, until }: WrittenTerm, timezone: string): Term | null {
  if (from === undefined && until === undefined) return null
  return {
    from: from === undefined ? -Infinity : (instantOf(from, timezone, 'start') ?? -Infinity),
    to: until === undefined ? Infinity : (instantOf(until, timezone, 'end') ?? -Infinity),
  }
}

/** What is wrong with `from` and `until`, by key. */
export function faultsOfTerm(
  { from, until }: WrittenTerm,
  timezone: string,
): readonly (readonly ['from' | 'until', string])[] {
  const begin = from === undefined ? -Infinity : instantOf(from, timezone, 'start')
  const end = until === undefined ? Infinity : instantOf(until, timezone, 'end')
  if (begin === undefined) return [['from', noTime(from ?? '')]]
  if (end === undefined) return [['until', noTime(until ?? '')]]
  return end <= begin ? [['until', `it would end at \`${until ?? ''}\`, before it begins`]] : []
}

function noTime(text: string): string {
  return `\`${text.slice(0, 80)}\` is no time: write a date (2026-12-18) or one with the school's time of day (2026-12-18T15:30)`
}

const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d{1,2}:\d\d(?::\d\d)?))?$/

/**
 * Epoch ms of a time as people write it: by the school's clock, or with an offset (RFC 3339). A date alone is
 * all of it: from its beginning, until its end, as people say "until Friday".
 */
function instantOf(text: string, timezone: string, edge: 'start' | 'end'): number | undefined {
  const match = LOCAL.exec(text)
  if (match === null) {
    const reading = parseInstant(text)
    return reading.ok ? reading.ms : undefined
  }
  const day = parseDate(match[1] ?? '')
  const clock = match[2] === undefined ? null : parseClock(match[2])
  if (day === undefined || clock === undefined) return undefined
  return new LocalDay(day, timezone).instantAt(clock ?? (edge === 'start' ? 0 : DAY_SECONDS))
}

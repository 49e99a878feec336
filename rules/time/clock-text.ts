/**
 * Dates, times of day and instants as people and files write them. Inside, a date is a day number
 * (days since 1970-01-01, no time zone), a time of day is seconds since local midnight and an instant
 * is epoch milliseconds: integers compare and cache without Temporal objects.
 */

export const DAY_SECONDS = 86_400
export const DAY_MS = DAY_SECONDS * 1000

/**
 * `HH:MM` or `HH:MM:SS` as seconds since midnight; `undefined` for anything else. `24:00` is the
 * midnight that ends the day, so that a window can cover all of it. No leap seconds.
 */
export function parseClock(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text)
  if (match === null) return undefined
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
  if (minutes > 59 || seconds > 59) return undefined
  const clock = (hours * 60 + minutes) * 60 + seconds
  return clock <= DAY_SECONDS ? clock : undefined
}

/** `YYYY-MM-DD` as a day number; `undefined` where the text or the calendar has no such date. */
export function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(ms)) return undefined
  const day = ms / DAY_MS
  // V8 reads 30 February as 2 March; a typing error in a term date must not move the holidays.
  return formatDate(day) === text ? day : undefined
}

/** A day number as `YYYY-MM-DD`. Throws a `RangeError` outside the range of `Date`. */
export function formatDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length)
}

/** An instant in epoch milliseconds, or a problem that tells the person what to write instead. */
export type InstantReading =
  { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly problem: string }

/** A date, a time and nine decimals of a second take 35 characters; more is not an instant. */
const MAX_INSTANT_CHARACTERS = 64

const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/i
const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/i

/**
 * An RFC 3339 section 5.6 `date-time`, digits below the millisecond cut off. Stricter than `Date.parse`:
 * a time without an offset means another instant on every machine, so it is a problem and not local time.
 */
export function parseInstant(text: string): InstantReading {
  if (text.length > MAX_INSTANT_CHARACTERS) return problem('the text is too long for an instant')
  const match = RFC_3339.exec(text)
  if (match === null) return problem(malformed(text))
  const [, dateText = '', timeText = '', fraction = '', offsetText = ''] = match
  const day = parseDate(dateText)
  if (day === undefined) return problem(`\`${dateText}\` is not a date`)
  const seconds = parseClock(timeText)
  if (seconds === undefined || seconds === DAY_SECONDS)
    return problem(`\`${timeText}\` is not a time of day from 00:00:00 to 23:59:59`)
  const offset = parseOffset(offsetText)
  if (offset === undefined)
    return problem(`\`${offsetText}\` is not an offset from -23:59 to +23:59`)
  const milliseconds = Number(fraction.slice(1, 4).padEnd(3, '0'))
  return { ok: true, ms: day * DAY_MS + (seconds - offset) * 1000 + milliseconds }
}

/** An instant in RFC 3339, UTC: `2026-11-24T15:30:00Z`, with milliseconds only where there are any. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/**
 * Whether `name` is an IANA time zone that this Node knows. A bare offset such as `+00:00` is none: it
 * would be right in winter and ring every bell an hour late in summer.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Seconds east of UTC. */
function parseOffset(text: string): number | undefined {
  if (text.toUpperCase() === 'Z') return 0
  const magnitude = parseClock(text.slice(1))
  if (magnitude === undefined || magnitude === DAY_SECONDS) return undefined
  return text.startsWith('-') ? -magnitude : magnitude
}

function malformed(text: string): string {
  return WITHOUT_OFFSET.test(text)
    ? `\`${text}\` names no offset from UTC: end it with \`Z\` or one such as \`+01:00\``
    : `\`${text}\` is not an instant: write it as \`2026-11-24T15:30:00Z\``
}

function problem(text: string): InstantReading {
  return { ok: false, problem: text }
}

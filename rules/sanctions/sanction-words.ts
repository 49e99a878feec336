import { Temporal } from 'temporal-polyfill'

/** What is said to somebody who is locked out; `until` is epoch ms. Plain words, no blame of a person. */
export function lockoutSentence(until: number, timeZone: string): string {
  return `After repeated attempts to get round the filter, access is closed until ${endOf(until, timeZone)}; the safeguarding lead knows of it.`
}

/** What the gate imposes has an end; of what has none a decision must not fail. */
function endOf(until: number, timeZone: string): string {
  if (!Number.isFinite(until)) return 'somebody lifts it'
  const at = Temporal.Instant.fromEpochMilliseconds(until).toZonedDateTimeISO(timeZone)
  return `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')}`
}

export const TUNNEL_SENTENCE =
  'Something on this device sends data through name look-ups of this site, past the filter: the site is closed to it for a while.'

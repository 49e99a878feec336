import { parseHostname } from '../names/hostname.ts'

/** Lines each in whichever form, a response policy zone, or UT1's archive of many lists. */
export const LIST_FORMATS = ['text', 'rpz', 'ut1'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

/** Where a fetched list comes from. */
export type ListPlace =
  | { readonly kind: 'http'; readonly url: string }
  /** A zone transfer (RFC 5936) from a primary. */
  | { readonly kind: 'axfr'; readonly host: string; readonly port: number; readonly zone: string }

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Asking more often than this only makes the publisher turn the school away. */
const SHORTEST_MS = 5 * 60_000
const LONGEST_MS = 31 * 86_400_000

/** `30m`, `6h`, `1d` in milliseconds; undefined when it is none, or not from five minutes to a month. */
export function parseInterval(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const ms = Number(digits) * (UNITS[unit] ?? 0)
  return ms >= SHORTEST_MS && ms <= LONGEST_MS ? ms : undefined
}

/** The place that a `url` names, or why it names none. No place holds a password: the ledger keeps it. */
export function parseListPlace(text: string): ListPlace | { readonly problem: string } {
  const url = URL.parse(text)
  if (url === null) return { problem: 'not a URL' }
  if (url.username !== '' || url.password !== '') return { problem: 'a URL with a password in it' }
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'http', url: url.href }
  if (url.protocol !== 'axfr:') return { problem: 'neither `https://`, `http://` nor `axfr://`' }
  const zone = parseHostname(url.pathname.slice(1))
  if (zone === undefined || url.hostname === '') {
    return { problem: 'not `axfr://server[:port]/zone`' }
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { kind: 'axfr', host, port: url.port === '' ? 53 : Number(url.port), zone }
}

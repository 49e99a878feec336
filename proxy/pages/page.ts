import type { PageFormat } from './accept.ts'

/** What a page needs of the school. All of it is shown, so all of it is escaped. */
export interface School {
  readonly name: string
  /** Whom to ask, in words: `Ms Field in the SLT office`. */
  readonly askWhom: string
  readonly helpLinks: readonly HelpLink[]
  readonly monitoringNotice: string
  /** IANA name, for the times on the pages. */
  readonly timeZone: string
}

export interface HelpLink {
  readonly label: string
  /** Anything but an http, https or tel URL is shown as text without a link. */
  readonly url: string
}

/** Where a pupil in this country finds help; a school's own list may replace it. */
export const UK_HELP_LINKS: readonly HelpLink[] = [
  {
    label: 'Childline: 0800 1111, free and private, day and night',
    url: 'https://www.childline.org.uk/',
  },
  { label: 'CEOP: report someone who worries you online', url: 'https://www.ceop.police.uk/' },
  {
    label: 'UK Safer Internet Centre helpline for school staff: 0344 381 4772',
    url: 'https://saferinternet.org.uk/professionals-online-safety-helpline',
  },
]

/** An answer of the gate itself, before it is put on the wire. */
export interface Page {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Field lines beyond the usual, each with its CRLF. */
  readonly extraFields: string
}

const CONTENT_TYPES: Readonly<Record<PageFormat, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/problem+json',
  text: 'text/plain; charset=utf-8',
}

export function makePage(status: number, format: PageFormat, body: string): Page {
  return { status, contentType: CONTENT_TYPES[format], body, extraFields: '' }
}

/**
 * For text and for attribute values in double or single quotes. What is not ASCII becomes a reference
 * too: a page of one-byte characters is encoded in 1 us, one with a single curly quote took 14.
 */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']|\P{ASCII}/gu,
    (char) => NAMED[char] ?? `&#${char.codePointAt(0) ?? 0};`,
  )
}

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Causes are written without a full stop; on a page they stand alone. */
export function sentence(cause: string): string {
  const upper = cause.charAt(0).toUpperCase() + cause.slice(1)
  return /[.!?]$/.test(upper) ? upper : `${upper}.`
}

/** `Tuesday, 24 November 2026 at 10:15` in the school's time zone. */
export function formatMoment(at: number, timeZone: string): string {
  return formatted(at, timeZone, LONG)
}

/** `24 Nov, 10:15`, where many stand in a narrow column. */
export function formatShortMoment(at: number, timeZone: string): string {
  return formatted(at, timeZone, SHORT)
}

interface MomentStyle {
  readonly options: Intl.DateTimeFormatOptions
  /** INVARIANT: `format` is made of `options` and `timeZone`; making one costs 50 us, which was half a page. */
  timeZone: string
  format: Intl.DateTimeFormat | null
  /** INVARIANT: `text` is the moment `minute`, as `format` words it. */
  minute: number
  text: string
}

function formatted(at: number, timeZone: string, style: MomentStyle): string {
  const minute = Math.floor(at / 60_000)
  if (style.format === null || style.timeZone !== timeZone) {
    style.format = new Intl.DateTimeFormat('en-GB', { ...style.options, timeZone })
    style.timeZone = timeZone
    style.minute = NaN
  }
  if (style.minute !== minute) {
    style.text = style.format.format(at)
    style.minute = minute
  }
  return style.text
}

const TIME_OF_DAY: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
const LONG = momentStyle({
  ...TIME_OF_DAY,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const SHORT = momentStyle({ ...TIME_OF_DAY, day: 'numeric', month: 'short' })

function momentStyle(options: Intl.DateTimeFormatOptions): MomentStyle {
  return { options, timeZone: '', format: null, minute: NaN, text: '' }
}

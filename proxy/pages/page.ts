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

/** For text and for attribute values in double or single quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** `Tuesday 24 November 2026 at 10:15` in the school's time zone. */
export function formatMoment(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at)
}

/** `24 Nov, 10:15`, where many stand in a narrow column. */
export function formatShortMoment(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at)
}

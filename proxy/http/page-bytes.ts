import { STATUS_CODES } from 'node:http'
import type { Page } from '../pages/page.ts'

export interface PageDelivery {
  /** HEAD: the head alone. */
  readonly headOnly: boolean
  readonly keepAlive: boolean
  readonly minor: 0 | 1
}

/**
 * Nothing but the one inline style may load or run, nothing may frame the page or take its forms, no
 * cache may keep a refusal beyond the moment.
 */
const GUARD_FIELDS =
  "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n" +
  'X-Content-Type-Options: nosniff\r\n' +
  'Referrer-Policy: no-referrer\r\n' +
  'Cache-Control: no-store\r\n'

/** A page as it goes on the wire. */
export function pageBytes(page: Page, delivery: PageDelivery): Buffer {
  const body = Buffer.from(page.body)
  const head = Buffer.from(
    `HTTP/1.1 ${page.status} ${STATUS_CODES[page.status] ?? ''}\r\n` +
      `Date: ${httpDate()}\r\n` +
      `Content-Type: ${page.contentType}\r\n` +
      `Content-Length: ${body.length}\r\n` +
      GUARD_FIELDS +
      page.extraFields +
      connectionField(delivery) +
      '\r\n',
    'latin1',
  )
  return delivery.headOnly ? head : Buffer.concat([head, body])
}

function connectionField(delivery: PageDelivery): string {
  if (!delivery.keepAlive) return 'Connection: close\r\n'
  return delivery.minor === 0 ? 'Connection: keep-alive\r\n' : ''
}

let dateSecond = 0
let dateText = ''

/** INVARIANT: `dateText` is the text of `dateSecond`; it is made once a second, not once a page. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1_000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(second * 1_000).toUTCString()
  }
  return dateText
}

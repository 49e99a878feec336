import type { Framing } from './body-framing.ts'
import { NO_BODY, UNTIL_CLOSE } from './body-framing.ts'
import type { FieldSection, HeadProblem } from './field-section.ts'
import { framingOf, hasStrayOctet, malformed, readFields } from './field-section.ts'
import { MAX_HEAD_OCTETS } from './limits.ts'
import type { UnreadBytes } from './unread-bytes.ts'

export interface ResponseHead {
  readonly kind: 'head'
  readonly status: number
  readonly reason: string
  readonly minor: 0 | 1
  readonly body: Framing
  /** What HEAD and 304 say about a body that doesn't follow; -1 where nothing does. */
  readonly announcedOctets: number
  readonly keepAlive: boolean
  readonly websocket: boolean
  readonly connectionLogin: boolean
  readonly fields: string
  readonly octets: number
}

export type ResponseReading = ResponseHead | HeadProblem | { readonly kind: 'need-more' }

const NEED_MORE = { kind: 'need-more' } as const

/**
 * The next head of an origin's answer to a request with `method`, without consuming it. A malformed
 * one means that the connection can't be believed any more.
 */
export function readResponseHead(unread: UnreadBytes, method: string): ResponseReading {
  const end = unread.findHeadEnd()
  if (end.kind === 'bare-line-feed') return malformed('a line ends in LF without CR')
  if ((end.kind === 'end' ? end.octets : unread.length) > MAX_HEAD_OCTETS)
    return malformed('the head is too long', 431)
  if (end.kind === 'need-more') return NEED_MORE
  return parseHead(unread.view().toString('latin1', 0, end.octets - 2), end.octets, method)
}

/** The reason phrase may be empty, and its space missing: origins that forget it are many. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\r\n]*))?\r\n/

function parseHead(head: string, octets: number, method: string): ResponseReading {
  if (hasStrayOctet(head)) return malformed('a control character in the head')
  const line = STATUS_LINE.exec(head)
  if (line === null) return malformed('no HTTP status line')
  const fields = readFields(head, line[0].length)
  if (fields.kind === 'malformed') return fields
  const status = Number(line[2])
  const body = responseFraming(fields, status, method)
  if (body.kind === 'malformed') return body
  const minor = line[1] === '1' ? 1 : 0
  return {
    kind: 'head',
    status,
    reason: line[3] ?? '',
    minor,
    body,
    announcedOctets: fields.codings === null ? fields.contentLength : -1,
    keepAlive: isReusable(fields, minor),
    websocket: fields.upgrades && fields.upgrade === 'websocket',
    connectionLogin: fields.connectionLogin,
    fields: fields.kept,
    octets,
  }
}

function responseFraming(
  fields: FieldSection,
  status: number,
  method: string,
): Framing | HeadProblem {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY
  return framingOf(fields) ?? UNTIL_CLOSE
}

function isReusable(fields: FieldSection, minor: 0 | 1): boolean {
  // RFC 9112 section 6.3: with both, chunked holds, but such an origin is not trusted with a second request.
  if (fields.codings !== null && fields.contentLength >= 0) return false
  return !fields.close && (minor === 1 || fields.keepAlive)
}

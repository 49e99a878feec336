import type { Authority } from './authority.ts'
import { parseAuthority } from './authority.ts'
import type { Framing } from './body-framing.ts'
import { NO_BODY } from './body-framing.ts'
import type { FieldSection, HeadProblem } from './field-section.ts'
import { framingOf, hasStrayOctet, malformed, readFields } from './field-section.ts'
import { MAX_HEAD_OCTETS, MAX_METHOD_OCTETS, MAX_TARGET_OCTETS } from './limits.ts'
import type { UnreadBytes } from './unread-bytes.ts'

/** A request as the gate judges and relays it; nothing in it needs to be checked again. */
export interface RequestHead {
  readonly kind: 'head'
  readonly method: string
  /** `connect`: authority-form; `origin`: only on the block page's port. */
  readonly form: 'absolute' | 'origin' | 'connect'
  /** A name or the canonical spelling of an address; `''` for an HTTP/1.0 request without one. */
  readonly host: string
  readonly port: number
  /** Begins with `/`, or is `*`; `''` for CONNECT. Non-ASCII octets are percent-encoded. */
  readonly path: string
  readonly minor: 0 | 1
  /** The client keeps the connection for another request. */
  readonly keepAlive: boolean
  readonly body: Framing
  readonly expectsContinue: boolean
  /** The one upgrade that is relayed. `h2c` isn't: it would hide requests from the filter. */
  readonly upgradesToWebsocket: boolean
  readonly connectionLogin: boolean
  readonly acceptsTrailers: boolean
  readonly maxForwards: number
  readonly accept: string
  /** Field lines to pass on. */
  readonly fields: string
  readonly octets: number
}

export type RequestReading = RequestHead | HeadProblem | { readonly kind: 'need-more' }

const NEED_MORE = { kind: 'need-more' } as const

/** Which request-targets a listener takes (RFC 9112 section 3.2). */
export type TargetForms = 'proxy' | 'page'

/** The next request head of `unread`, without consuming it. Strict as RFC 9112; never throws. */
export function readRequestHead(unread: UnreadBytes, forms: TargetForms): RequestReading {
  skipEmptyLines(unread)
  const end = unread.findHeadEnd()
  switch (end.kind) {
    case 'bare-line-feed':
      return malformed('a line ends in LF without CR')
    case 'need-more':
      return unread.length > MAX_HEAD_OCTETS ? tooLong(unread) : NEED_MORE
    case 'end':
      if (end.octets > MAX_HEAD_OCTETS) return tooLong(unread)
      // Without the blank line: every line left ends in CRLF.
      return parseHead(unread.view().toString('latin1', 0, end.octets - 2), end.octets, forms)
  }
}

/** RFC 9112 section 2.2: old clients send an empty line after a body. */
function skipEmptyLines(unread: UnreadBytes): void {
  const bytes = unread.view()
  let at = 0
  while (bytes[at] === 13 && bytes[at + 1] === 10) at += 2
  if (at > 0) unread.consume(at)
}

function tooLong(unread: UnreadBytes): HeadProblem {
  const lineEnd = unread.view().indexOf('\r\n', 0, 'latin1')
  return lineEnd < 0 || lineEnd > MAX_TARGET_OCTETS
    ? malformed('the request target is too long', 414)
    : malformed('the request head is too long', 431)
}

function parseHead(head: string, octets: number, forms: TargetForms): RequestReading {
  if (hasStrayOctet(head)) return malformed('a control character in the head')
  const line = parseRequestLine(head)
  if (line.kind === 'malformed') return line
  const fields = readFields(head, line.octets)
  if (fields.kind === 'malformed') return fields
  if (fields.hosts === 0 && line.minor === 1) return malformed('no host field')
  const target = parseTarget(line, fields, forms)
  if (target.kind === 'malformed') return target
  const body = requestFraming(line, fields)
  if (body.kind === 'malformed') return body
  return {
    kind: 'head',
    method: line.method,
    form: target.form,
    host: target.host,
    port: target.port,
    path: target.path,
    minor: line.minor,
    keepAlive: !fields.close && (line.minor === 1 || fields.keepAlive),
    body,
    expectsContinue: line.minor === 1 && fields.expect === '100-continue',
    upgradesToWebsocket: isWebsocket(line, fields, body),
    connectionLogin: fields.connectionLogin,
    acceptsTrailers: fields.acceptsTrailers,
    maxForwards: fields.maxForwards,
    accept: fields.accept,
    fields: fields.kept,
    octets,
  }
}

interface RequestLine {
  readonly kind: 'line'
  readonly method: string
  readonly target: string
  readonly minor: 0 | 1
  readonly octets: number
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function parseRequestLine(head: string): RequestLine | HeadProblem {
  const end = head.indexOf('\r\n')
  const first = head.indexOf(' ')
  const second = head.indexOf(' ', first + 1)
  if (first <= 0 || first > MAX_METHOD_OCTETS || second < 0 || second > end)
    return malformed('the request line is not `method target version`')
  const method = head.slice(0, first)
  if (!METHOD.test(method)) return malformed('the method is not a token')
  if (second - first > MAX_TARGET_OCTETS) return malformed('the request target is too long', 414)
  const version = head.slice(second + 1, end)
  const minor = minorOf(version)
  if (typeof minor !== 'number') return minor
  const target = head.slice(first + 1, second)
  if (/[\t#]/.test(target) || target === '') return malformed('a character that no target may hold')
  return { kind: 'line', method, target, minor, octets: end + 2 }
}

function minorOf(version: string): 0 | 1 | HeadProblem {
  if (version === 'HTTP/1.1') return 1
  if (version === 'HTTP/1.0') return 0
  return /^HTTP\/\d\.\d$/.test(version)
    ? malformed('only HTTP/1.1 and HTTP/1.0 are spoken here', 505)
    : malformed('the request line has no HTTP version')
}

interface Target extends Authority {
  readonly kind: 'target'
  readonly form: RequestHead['form']
  readonly path: string
}

function parseTarget(
  line: RequestLine,
  fields: FieldSection,
  forms: TargetForms,
): Target | HeadProblem {
  if (line.method === 'CONNECT') return parseConnect(line.target)
  if (/^http:\/\//i.test(line.target)) return parseAbsolute(line)
  if (forms === 'page' && (line.target.startsWith('/') || line.target === '*'))
    return parseOrigin(line, fields)
  return malformed('the request target is not an absolute http URL')
}

function parseConnect(text: string): Target | HeadProblem {
  const authority = parseAuthority(text)
  if (authority === undefined || authority.port === 0) return malformed('CONNECT needs `host:port`')
  return { kind: 'target', form: 'connect', ...authority, path: '' }
}

/** RFC 9112 section 3.2.2: the URL wins over the `Host` field, which is written anew from it. */
function parseAbsolute(line: RequestLine): Target | HeadProblem {
  const rest = line.target.slice('http://'.length)
  const at = rest.search(/[/?]/)
  const authority = parseAuthority(at < 0 ? rest : rest.slice(0, at))
  if (authority === undefined) return malformed('the URL has no valid host')
  const path = at < 0 ? '' : rest.slice(at)
  return {
    kind: 'target',
    form: 'absolute',
    host: authority.host,
    port: authority.port === 0 ? HTTP_PORT : authority.port,
    path: encodePath(path === '' && line.method === 'OPTIONS' ? '*' : rooted(path)),
  }
}

function parseOrigin(line: RequestLine, fields: FieldSection): Target | HeadProblem {
  const authority = fields.host === '' ? NO_AUTHORITY : parseAuthority(fields.host)
  if (authority === undefined) return malformed('the host field is not a host')
  return {
    kind: 'target',
    form: 'origin',
    host: authority.host,
    port: authority.port === 0 ? HTTP_PORT : authority.port,
    path: encodePath(line.target),
  }
}

const NO_AUTHORITY: Authority = { host: '', port: 0 }
export const HTTP_PORT = 80

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** Careless clients send raw UTF-8; encoded, every reader after us sees the same URL. */
function encodePath(path: string): string {
  return path.replace(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function requestFraming(line: RequestLine, fields: FieldSection): Framing | HeadProblem {
  // RFC 9112 sections 6.1 and 6.3: each of these is the start of a smuggled request.
  if (fields.codings !== null && fields.contentLength >= 0)
    return malformed('both transfer-encoding and content-length')
  if (fields.codings !== null && line.minor === 0)
    return malformed('transfer-encoding in an HTTP/1.0 request')
  const framing = framingOf(fields) ?? NO_BODY
  // A CONNECT's content has no meaning (RFC 9110 section 9.3.6); what follows the head is the tunnel's.
  if (line.method === 'CONNECT' && framing.kind !== 'malformed' && framing.kind !== 'none')
    return framing.kind === 'length' && framing.octets === 0
      ? NO_BODY
      : malformed('a CONNECT request with content')
  return framing
}

function isWebsocket(line: RequestLine, fields: FieldSection, body: Framing): boolean {
  return (
    fields.upgrades &&
    fields.upgrade === 'websocket' &&
    line.method === 'GET' &&
    line.minor === 1 &&
    body.kind === 'none'
  )
}

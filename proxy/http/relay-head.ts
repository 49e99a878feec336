import { formatAuthority } from './authority.ts'
import type { Framing } from './body-framing.ts'
import type { RequestHead } from './request-head.ts'
import { HTTP_PORT } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'

/** Our name in `Via` (RFC 9110 section 7.6.3): a pseudonym, so that no host name leaves the school. */
const VIA = 'schoolgate'

/** The head that goes to the origin: origin-form, `Host` from the URL, framing written anew. */
export function requestToOrigin(head: RequestHead): string {
  return (
    `${head.method} ${head.path} HTTP/1.1\r\n` +
    `Host: ${formatAuthority(head.host, head.port, HTTP_PORT)}\r\n` +
    head.fields +
    framingField(head.body) +
    (head.expectsContinue ? 'Expect: 100-continue\r\n' : '') +
    (head.maxForwards > 0 ? `Max-Forwards: ${head.maxForwards - 1}\r\n` : '') +
    connectionToOrigin(head) +
    `Via: 1.${head.minor} ${VIA}\r\n\r\n`
  )
}

function connectionToOrigin(head: RequestHead): string {
  if (head.upgradesToWebsocket) return 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  return head.acceptsTrailers ? 'TE: trailers\r\nConnection: TE\r\n' : ''
}

/** How the answer's body goes on to the client, and whether the connection lives on after it. */
export interface Delivery {
  readonly body: Framing
  /** HTTP/1.0 knows no chunks: they are taken off, and the close tells the end. */
  readonly unchunk: boolean
  readonly keepAlive: boolean
}

export function deliveryOf(request: RequestHead, answer: ResponseHead): Delivery {
  const unchunk = request.minor === 0 && answer.body.kind === 'chunked'
  const told = !unchunk && answer.body.kind !== 'until-close'
  return { body: answer.body, unchunk, keepAlive: request.keepAlive && told }
}

export function answerToClient(
  request: RequestHead,
  answer: ResponseHead,
  delivery: Delivery,
): string {
  return (
    `HTTP/1.1 ${answer.status} ${answer.reason}\r\n` +
    answer.fields +
    announcement(answer, delivery) +
    connectionToClient(request, delivery) +
    `Via: 1.${answer.minor} ${VIA}\r\n\r\n`
  )
}

/** 1xx answers (RFC 9110 section 15.2) have neither body nor a say about the connection. */
export function interimToClient(answer: ResponseHead): string {
  return `HTTP/1.1 ${answer.status} ${answer.reason}\r\n${answer.fields}\r\n`
}

export function upgradeToClient(answer: ResponseHead): string {
  return `HTTP/1.1 101 ${answer.reason}\r\n${answer.fields}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
}

function announcement(answer: ResponseHead, delivery: Delivery): string {
  if (delivery.unchunk) return ''
  if (answer.body.kind !== 'none') return framingField(answer.body)
  // RFC 9110 section 8.6: none on 204; on HEAD and 304 it describes the body that was not sent.
  if (answer.announcedOctets < 0 || answer.status === 204) return ''
  return `Content-Length: ${answer.announcedOctets}\r\n`
}

function connectionToClient(request: RequestHead, delivery: Delivery): string {
  if (!delivery.keepAlive) return 'Connection: close\r\n'
  return request.minor === 0 ? 'Connection: keep-alive\r\n' : ''
}

function framingField(body: Framing): string {
  switch (body.kind) {
    case 'length':
      return `Content-Length: ${body.octets}\r\n`
    case 'chunked':
      return 'Transfer-Encoding: chunked\r\n'
    case 'none':
    case 'until-close':
      return ''
  }
}

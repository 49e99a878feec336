import { BodyReader, CHUNKED } from '../../proxy/http/body-framing.ts'
import { answerToClient, deliveryOf, requestToOrigin } from '../../proxy/http/relay-head.ts'
import type { RequestHead } from '../../proxy/http/request-head.ts'
import { readRequestHead } from '../../proxy/http/request-head.ts'
import type { ResponseHead } from '../../proxy/http/response-head.ts'
import { readResponseHead } from '../../proxy/http/response-head.ts'
import { UnreadBytes } from '../../proxy/http/unread-bytes.ts'
import { measure } from './measure.ts'

const CURL =
  'GET http://www.bbc.co.uk/news HTTP/1.1\r\nHost: www.bbc.co.uk\r\nUser-Agent: curl/8\r\nAccept: */*\r\nProxy-Connection: Keep-Alive\r\n\r\n'

const CHROME =
  'GET http://www.bbc.co.uk/news/science?page=2 HTTP/1.1\r\nHost: www.bbc.co.uk\r\nProxy-Connection: keep-alive\r\n' +
  'Upgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nReferer: http://www.bbc.co.uk/\r\n' +
  `Accept-Encoding: gzip, deflate\r\nAccept-Language: en-GB,en;q=0.9\r\nCookie: ${'ckns_policy=111; '.repeat(30)}\r\nIf-None-Match: W/"x"\r\n\r\n`

const CONNECT =
  'CONNECT www.bbc.co.uk:443 HTTP/1.1\r\nHost: www.bbc.co.uk:443\r\nProxy-Connection: keep-alive\r\nUser-Agent: Mozilla/5.0\r\n\r\n'

const MALFORMED =
  'GET http://www.bbc.co.uk/ HTTP/1.1\r\nHost: www.bbc.co.uk\r\nContent-Length : 5\r\n\r\n'

const ANSWER =
  'HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 10:15:00 GMT\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 1024\r\n' +
  'Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nCache-Control: max-age=60\r\nETag: "abc"\r\nVary: Accept-Encoding\r\n\r\n'

function requestOf(bytes: Buffer): RequestHead | null {
  const unread = new UnreadBytes()
  unread.append(bytes)
  const reading = readRequestHead(unread, 'proxy')
  return reading.kind === 'head' ? reading : null
}

function answerOf(bytes: Buffer): ResponseHead | null {
  const unread = new UnreadBytes()
  unread.append(bytes)
  const reading = readResponseHead(unread, 'GET')
  return reading.kind === 'head' ? reading : null
}

function relayRequest(bytes: Buffer): string | null {
  const head = requestOf(bytes)
  return head === null ? null : requestToOrigin(head)
}

const asked = requestOf(Buffer.from(CURL))
if (asked === null) throw new Error('the bench’s own request is malformed')

measure('request head, curl, 5 fields', [Buffer.from(CURL)], relayRequest)
measure('request head, Chrome with cookies, 1.2 KB', [Buffer.from(CHROME)], relayRequest)
measure('request head, CONNECT', [Buffer.from(CONNECT)], requestOf)
measure('request head, malformed', [Buffer.from(MALFORMED)], requestOf)
measure('response head, 9 fields', [Buffer.from(ANSWER)], (bytes) => {
  const head = answerOf(bytes)
  return head === null ? null : answerToClient(asked, head, deliveryOf(asked, head))
})

const chunk = Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(16_384), Buffer.from('\r\n')])
const chunkedBody = Buffer.concat([chunk, chunk, chunk, chunk, Buffer.from('0\r\n\r\n')])
measure('chunked body, 64 KiB in 16 KiB chunks', [chunkedBody], (bytes) => {
  const reader = new BodyReader(CHUNKED)
  return reader.take(bytes, 0)
})

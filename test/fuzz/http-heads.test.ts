import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRequestHead } from '../../proxy/http/request-head.ts'
import { requestToOrigin } from '../../proxy/http/relay-head.ts'
import { readResponseHead } from '../../proxy/http/response-head.ts'
import { UnreadBytes } from '../../proxy/http/unread-bytes.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

function unreadOf(text: string): UnreadBytes {
  const unread = new UnreadBytes()
  unread.append(Buffer.from(text, 'latin1'))
  return unread
}

/** Pieces of heads, well-formed and not, so that random sequences get past the first line. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['GET ', 'POST ', 'CONNECT ', 'OPTIONS ', 'http://a.test', 'http://[::1]:80', 'a.test:443'],
    ...[
      '/',
      '?',
      '#',
      '*',
      '@',
      ' ',
      ' HTTP/1.1\r\n',
      ' HTTP/1.0\r\n',
      ' HTTP/2.0\r\n',
      '\r\n',
      '\n',
      '\r',
    ],
    ...[
      'Host: a.test\r\n',
      'Host:\r\n',
      'Content-Length: 5\r\n',
      'Content-Length: 6\r\n',
      ': ',
      'X: y\r\n',
    ],
    ...[
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: x\r\n',
      'Connection: close, X\r\n',
      '\t',
      '\0',
    ],
    ...[
      'Connection: upgrade\r\n',
      'Upgrade: websocket\r\n',
      'Expect: 100-continue\r\n',
      'TE: trailers\r\n',
    ],
    ...[
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.0 304 \r\n',
      'HTTP/1.1 101 x\r\n',
      'Max-Forwards: 3\r\n',
      '\r\n\r\n',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const head = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''))
/** Mostly well-formed, so that the properties of accepted heads are really tried. */
const nearlyGood = fc
  .array(piece, { maxLength: 6 })
  .map((pieces) => `GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n${pieces.join('')}\r\n\r\n`)

test('any bytes are a head, a problem, or too few; and the parts of a head are clean', () => {
  let heads = 0
  fc.assert(
    fc.property(
      fc.oneof(head, nearlyGood),
      fc.constantFrom('proxy' as const, 'page' as const),
      (text, forms) => {
        const reading = readRequestHead(unreadOf(text), forms)
        if (reading.kind !== 'head') return
        heads += 1
        expect(reading.octets).toBeLessThanOrEqual(text.length)
        expect(reading.host).toMatch(/^[a-z0-9._:-]*$/)
        // eslint-disable-next-line no-control-regex -- control characters are what may not be there
        expect(reading.path).toMatch(/^(?:[/*][^\x00-\x20\x7f-\xff]*)?$/)
        // eslint-disable-next-line no-control-regex -- as above
        expect(reading.fields).toMatch(/^(?:[^\x00-\x08\x0a-\x1f\x7f]+\r\n)*$/)
        expect(reading.fields).not.toMatch(
          /^(?:host|content-length|transfer-encoding|connection|upgrade)\s*:/im,
        )
      },
    ),
    { numRuns: FUZZ_RUNS * 3 },
  )
  // Guard against a vacuous pass.
  expect(heads).toBeGreaterThan(FUZZ_RUNS / 20)
})

test('what goes to an origin reads back as the same request', () => {
  fc.assert(
    fc.property(nearlyGood, (text) => {
      const reading = readRequestHead(unreadOf(text), 'proxy')
      if (reading.kind !== 'head') return
      const sent = requestToOrigin(reading)
      const again = readRequestHead(unreadOf(sent), 'page')
      expect(again).toMatchObject({
        kind: 'head',
        method: reading.method,
        host: reading.host,
        port: reading.port,
        path: reading.path,
        body: reading.body,
        octets: sent.length,
      })
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a head reads the same in one piece or in many', () => {
  fc.assert(
    fc.property(
      fc.oneof(head, nearlyGood),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (text, cuts) => {
        const whole = readRequestHead(unreadOf(text), 'proxy')
        const unread = new UnreadBytes()
        const bytes = Buffer.from(text, 'latin1')
        let at = 0
        for (const cut of [...cuts, bytes.length]) {
          unread.append(bytes.subarray(at, at + cut))
          at = Math.min(bytes.length, at + cut)
          const part = readRequestHead(unread, 'proxy')
          // Found in a part already: then the rest can't change it.
          if (part.kind !== 'need-more') {
            expect(part.kind).toBe(whole.kind)
            return
          }
        }
        expect(whole.kind).toBe('need-more')
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

test('any bytes of an origin are a head, a problem, or too few', () => {
  const answer = fc
    .array(piece, { maxLength: 6 })
    .map((pieces) => `HTTP/1.1 200 OK\r\n${pieces.join('')}\r\n\r\n`)
  fc.assert(
    fc.property(fc.oneof(head, answer), fc.constantFrom('GET', 'HEAD'), (text, method) => {
      const reading = readResponseHead(unreadOf(text), method)
      if (reading.kind !== 'head') return
      // eslint-disable-next-line no-control-regex -- control characters are what may not be there
      expect(reading.fields).toMatch(/^(?:[^\x00-\x08\x0a-\x1f\x7f]+\r\n)*$/)
      // eslint-disable-next-line no-control-regex -- as above
      expect(reading.reason).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

import { expect, test } from 'vitest'
import type { ResponseReading } from '../../../proxy/http/response-head.ts'
import { readResponseHead } from '../../../proxy/http/response-head.ts'
import { UnreadBytes } from '../../../proxy/http/unread-bytes.ts'

function read(text: string, method = 'GET'): ResponseReading {
  const unread = new UnreadBytes()
  unread.append(Buffer.from(text, 'latin1'))
  return readResponseHead(unread, method)
}

test.each([
  ['a length', 'GET', '200 OK\r\nContent-Length: 5\r\n', { kind: 'length', octets: 5 }],
  ['chunks', 'GET', '200 OK\r\nTransfer-Encoding: Chunked\r\n', { kind: 'chunked' }],
  ['neither', 'GET', '200 OK\r\n', { kind: 'until-close' }],
  [
    'chunks beside a length: chunks hold',
    'GET',
    '200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    { kind: 'chunked' },
  ],
  ['HEAD', 'HEAD', '200 OK\r\nContent-Length: 5\r\n', { kind: 'none' }],
  ['204', 'GET', '204 No\r\nContent-Length: 5\r\n', { kind: 'none' }],
  ['304', 'GET', '304 No\r\nTransfer-Encoding: chunked\r\n', { kind: 'none' }],
  ['103', 'GET', '103 Hint\r\n', { kind: 'none' }],
])('the body of an answer with %s', (_name, method, rest, body) => {
  expect(read(`HTTP/1.1 ${rest}\r\n`, method)).toMatchObject({ kind: 'head', body })
})

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', false],
])('%j keeps the origin’s connection: %s', (text, keepAlive) => {
  expect(read(text)).toMatchObject({ kind: 'head', keepAlive })
})

test.each([
  ['no status line', 'ICY 200 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a field smuggled by a lone CR', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n'],
  ['too many fields', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(300)}\r\n`],
])('%s is malformed', (_name, text) => {
  expect(read(text).kind).toBe('malformed')
})

test('a status line without a reason phrase is a status line', () => {
  expect(read('HTTP/1.1 200\r\n\r\n')).toMatchObject({ status: 200, reason: '' })
  expect(read('HTTP/1.1 200 \r\n\r\n')).toMatchObject({ status: 200, reason: '' })
})

test('three Set-Cookie lines stay three', () => {
  const fields = 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nSet-Cookie: c=3\r\n'
  expect(read(`HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\n${fields}\r\n`)).toMatchObject({
    fields,
  })
})

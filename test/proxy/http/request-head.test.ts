import { expect, test } from 'vitest'
import type { RequestReading, TargetForms } from '../../../proxy/http/request-head.ts'
import { readRequestHead } from '../../../proxy/http/request-head.ts'
import { UnreadBytes } from '../../../proxy/http/unread-bytes.ts'

function read(text: string, forms: TargetForms = 'proxy'): RequestReading {
  const unread = new UnreadBytes()
  unread.append(Buffer.from(text, 'latin1'))
  return readRequestHead(unread, forms)
}

const GET = 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n'
const POST = 'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n'

test.each([
  ['a folded field', `${GET}X: a\r\n b\r\n\r\n`],
  ['a first field that is folded', 'GET http://a.test/ HTTP/1.1\r\n Host: a.test\r\n\r\n'],
  ['a space before the colon', `${GET}Content-Length : 5\r\n\r\n`],
  ['a field without a colon', `${GET}Content-Length\r\n\r\n`],
  ['an empty field name', `${GET}: x\r\n\r\n`],
  ['a field name with a space', `${GET}X Y: z\r\n\r\n`],
  ['a lone LF between fields', `${GET}X: a\nY: b\r\n\r\n`],
  ['lone LFs throughout', 'GET http://a.test/ HTTP/1.1\nHost: a.test\n\n'],
  ['a lone CR in a value', `${GET}X: a\rY: b\r\n\r\n`],
  ['NUL in a value', `${GET}X: a\0b\r\n\r\n`],
  ['a vertical tab before chunked', `${POST}Transfer-Encoding:\x0bchunked\r\n\r\n`],
  ['DEL in a value', `${GET}X: \x7f\r\n\r\n`],
  ['two lengths that differ (CL.CL)', `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
  ['a list of lengths', `${POST}Content-Length: 5, 5\r\n\r\n`],
  ['a signed length', `${POST}Content-Length: +5\r\n\r\n`],
  ['a negative length', `${POST}Content-Length: -1\r\n\r\n`],
  ['a hexadecimal length', `${POST}Content-Length: 0x5\r\n\r\n`],
  ['an empty length', `${POST}Content-Length:\r\n\r\n`],
  ['a length with an exponent', `${POST}Content-Length: 1e3\r\n\r\n`],
  ['a length of 16 digits', `${POST}Content-Length: 9999999999999999\r\n\r\n`],
  [
    'a length before chunked (CL.TE)',
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ],
  [
    'chunked before a length (TE.CL)',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`,
  ],
  ['chunked twice in one field (TE.TE)', `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n`],
  [
    'chunked twice in two fields',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ],
  [
    'chunked in an HTTP/1.0 request',
    'POST http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  ['no host field', 'GET http://a.test/ HTTP/1.1\r\n\r\n'],
  ['two host fields', `${GET}Host: a.test\r\n\r\n`],
  ['a host field that is a list', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n'],
  ['a host field with user information', 'GET http://a.test/ HTTP/1.1\r\nHost: a@b.test\r\n\r\n'],
  ['a host field with a path', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test/x\r\n\r\n'],
  ['origin-form towards a proxy', 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['asterisk-form', 'OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['an https URL', 'GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a URL without a host', 'GET http:///x HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a URL with user information', 'GET http://school.test@evil.test/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a backslash in the host', 'GET http://a.test\\@b.test/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a fragment', 'GET http://a.test/#x HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a tab in the target', 'GET http://a.test/\tx HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a percent-encoded host', 'GET http://a%2etest/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['octets above ASCII in the host', 'GET http://\xe4.test/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a port above 65535', 'GET http://a.test:65536/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an IPv6 address without brackets', 'GET http://::1/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an IPv6 address with a zone', 'GET http://[fe80::1%25lo]/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an IPv4 address in brackets', 'GET http://[127.0.0.1]/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two spaces in the request line', 'GET  http://a.test/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a space at the end of the request line', 'GET http://a.test/ HTTP/1.1 \r\nHost: a\r\n\r\n'],
  ['no version', 'GET http://a.test/\r\nHost: a\r\n\r\n'],
  ['lower-case http version', 'GET http://a.test/ http/1.1\r\nHost: a\r\n\r\n'],
  ['a method that is no token', 'G{T http://a.test/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['CONNECT with a body', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'],
])('%s is 400', (_name, text) => {
  expect(read(text)).toMatchObject({ kind: 'malformed', status: 400 })
})

test.each([
  ['an unknown transfer coding', 501, `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['chunked with something behind it', 501, `${POST}Transfer-Encoding: chunked, identity\r\n\r\n`],
  ['a coding that looks like chunked', 501, `${POST}Transfer-Encoding: xchunked\r\n\r\n`],
  ['quoted chunked', 501, `${POST}Transfer-Encoding: "chunked"\r\n\r\n`],
  ['an empty transfer coding', 501, `${POST}Transfer-Encoding:\r\n\r\n`],
  ['HTTP/2 without asking', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/1.2', 505, 'GET http://a.test/ HTTP/1.2\r\nHost: a\r\n\r\n'],
  [
    'a target of 17 KiB',
    414,
    `GET http://a.test/${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  ],
  ['a target without end', 414, `GET http://a.test/${'x'.repeat(66_000)}`],
  ['a head of 70 KiB', 431, `${GET}X: ${'x'.repeat(70_000)}\r\n\r\n`],
  ['a head without end', 431, `${GET}X: ${'x'.repeat(70_000)}`],
  ['300 fields', 431, `${GET}${'X: y\r\n'.repeat(300)}\r\n`],
])('%s is %i', (_name, status, text) => {
  expect(read(text)).toMatchObject({ kind: 'malformed', status })
})

test.each([
  ['a plain URL', 'GET http://A.Test/x?y=1 HTTP/1.1', { host: 'a.test', port: 80, path: '/x?y=1' }],
  ['a root dot', 'GET http://a.test./ HTTP/1.1', { host: 'a.test', path: '/' }],
  ['a port', 'GET http://a.test:8080 HTTP/1.1', { port: 8080, path: '/' }],
  ['an empty port', 'GET http://a.test:/ HTTP/1.1', { port: 80 }],
  ['a query without a path', 'GET http://a.test?q HTTP/1.1', { path: '/?q' }],
  ['an upper-case scheme', 'GET HTTP://a.test/ HTTP/1.1', { host: 'a.test' }],
  ['raw UTF-8 in the path', 'GET http://a.test/\xc3\xa9 HTTP/1.1', { path: '/%C3%A9' }],
  ['OPTIONS of a whole server', 'OPTIONS http://a.test HTTP/1.1', { path: '*' }],
  ['an IPv6 address', 'GET http://[2001:DB8:0::1]:81/ HTTP/1.1', { host: '2001:db8::1', port: 81 }],
  ['a mapped address', 'GET http://[::ffff:127.0.0.1]/ HTTP/1.1', { host: '127.0.0.1' }],
  [
    'a number that is no address, hence a name',
    'GET http://2130706433/ HTTP/1.1',
    { host: '2130706433' },
  ],
  ['an address in another base, hence a name', 'GET http://0x7f.1/ HTTP/1.1', { host: '0x7f.1' }],
  [
    'a tunnel',
    'CONNECT a.test:443 HTTP/1.1',
    { form: 'connect', host: 'a.test', port: 443, path: '' },
  ],
  ['a tunnel to an IPv6 address', 'CONNECT [::1]:443 HTTP/1.1', { host: '::1', port: 443 }],
])('%s', (_name, line, wanted) => {
  expect(read(`${line}\r\nHost: whatever.test\r\n\r\n`)).toMatchObject({ kind: 'head', ...wanted })
})

test.each([
  ['HTTP/1.1', '', true],
  ['HTTP/1.1', 'Connection: close\r\n', false],
  ['HTTP/1.1', 'Connection: X, CLOSE\r\n', false],
  ['HTTP/1.1', 'Proxy-Connection: close\r\n', false],
  ['HTTP/1.0', '', false],
  ['HTTP/1.0', 'Connection: Keep-Alive\r\n', true],
  ['HTTP/1.0', 'Proxy-Connection: keep-alive\r\n', true],
])('%s with `%s` keeps the connection: %s', (version, field, keepAlive) => {
  expect(read(`GET http://a.test/ ${version}\r\nHost: a\r\n${field}\r\n`)).toMatchObject({
    keepAlive,
  })
})

test('an upgrade to h2c is not passed on, one to websocket is', () => {
  const h2c = read(
    `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`,
  )
  expect(h2c).toMatchObject({ upgradesToWebsocket: false, fields: '' })
  const websocket = read(`${GET}Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n`)
  expect(websocket).toMatchObject({ upgradesToWebsocket: true, fields: '' })
})

test('equal lengths are one length', () => {
  const head = read(`${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`)
  expect(head).toMatchObject({ body: { kind: 'length', octets: 5 }, fields: '' })
})

test('empty lines before a request are skipped', () => {
  expect(read(`\r\n\r\n${GET}\r\n`)).toMatchObject({ kind: 'head', host: 'a.test' })
})

test('a head in pieces is read as a whole one, wherever it is cut', () => {
  const text = `${GET}X-Long: ${'v'.repeat(50)}\r\n\r\n`
  const whole = read(text)
  for (let cut = 1; cut < text.length; cut += 1) {
    const unread = new UnreadBytes()
    unread.append(Buffer.from(text.slice(0, cut)))
    expect(readRequestHead(unread, 'proxy')).toEqual({ kind: 'need-more' })
    unread.append(Buffer.from(text.slice(cut)))
    expect(readRequestHead(unread, 'proxy')).toEqual(whole)
  }
})

test('a head of 60 KiB, one octet at a time, costs time linear in its length', () => {
  const text = Buffer.from(`${GET}X: ${'x'.repeat(60_000)}\r\n\r\n`)
  const unread = new UnreadBytes()
  const started = performance.now()
  let last: RequestReading = { kind: 'need-more' }
  for (let at = 0; at < text.length; at += 1) {
    unread.append(text.subarray(at, at + 1))
    last = readRequestHead(unread, 'proxy')
  }
  expect(last.kind).toBe('head')
  // Quadratic copying and searching took seconds.
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('the block page’s port takes origin-form with its host field, and HTTP/1.0 without one', () => {
  expect(read('GET /x HTTP/1.1\r\nHost: B.test:81\r\n\r\n', 'page')).toMatchObject({
    form: 'origin',
    host: 'b.test',
    port: 81,
    path: '/x',
  })
  expect(read('GET / HTTP/1.0\r\n\r\n', 'page')).toMatchObject({ host: '', path: '/' })
})

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makeFetchGuard } from '../../../../proxy/lists/feeds/fetch-guard.ts'
import { fetchHttp, type HttpOrder } from '../../../../proxy/lists/feeds/fetch-http.ts'
import { FETCH_LIMITS, FetchRefused } from '../../../../proxy/lists/feeds/fetch-limits.ts'
import { ListServer } from '../../../support/list-server.ts'
import { makeCertificates } from '../../../support/redis-tls.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

const LOOPBACK = ['127.0.0.0/8', '::1/128']
const LIMITS = {
  ...FETCH_LIMITS,
  octets: 10_000,
  unpackedOctets: 20_000,
  totalMs: 700,
  stallMs: 300,
}
const NONE = { etag: null, lastModified: null }

function orderFor(url: string, more: Partial<HttpOrder> = {}): HttpOrder {
  const guard = makeFetchGuard({ allowTargets: LOOPBACK, ownEndpoints: [] })
  const into = join(tempDirectory(), 'list')
  return { url, validators: NONE, into, limits: LIMITS, guard, caFile: null, ...more }
}

async function refusalOf(order: HttpOrder): Promise<string> {
  const refusal: unknown = await fetchHttp(order).catch((cause: unknown) => cause)
  expect(refusal).toBeInstanceOf(FetchRefused)
  return String(refusal)
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a list comes with what its publisher calls it, and is not sent again while it is current', async () => {
  await using server = await ListServer.start()
  server.serve('a.example\n', '"one"')
  const order = orderFor(server.url())
  const first = await fetchHttp(order)
  expect(first).toEqual({
    ...{ kind: 'new', digest: sha256('a.example\n') },
    ...{ etag: '"one"', lastModified: null },
  })
  expect(readFileSync(order.into, 'utf8')).toBe('a.example\n')
  const validators = { etag: '"one"', lastModified: 'Mon, 23 Nov 2026 00:00:00 GMT' }
  expect(await fetchHttp({ ...order, validators })).toEqual({ kind: 'same' })
  expect(server.asked.at(-1)?.headers).toMatchObject({
    'if-none-match': '"one"',
    'if-modified-since': validators.lastModified,
  })
})

test('a transfer that is compressed is kept as what it holds', async () => {
  await using server = await ListServer.start()
  server.answer = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a.example\n'))
  }
  const order = orderFor(server.url())
  expect(await fetchHttp(order)).toMatchObject({ digest: sha256('a.example\n') })
  expect(readFileSync(order.into, 'utf8')).toBe('a.example\n')
})

const to =
  (status: number, location: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { location }).end('x'.repeat(50_000))

test('a redirect is followed, five at most, to http and https alone', async () => {
  await using server = await ListServer.start()
  server.answer = (request, response) => {
    if (request.url === '/list') to(302, '/elsewhere')(request, response)
    else response.end('a.example\n')
  }
  expect(await fetchHttp(orderFor(server.url()))).toMatchObject({ kind: 'new' })
  server.answer = to(307, '/list')
  expect(await refusalOf(orderFor(server.url()))).toContain('more than 5 redirects')
  expect(server.asked.length).toBe(2 + 6)
  server.answer = to(301, 'file:///etc/passwd')
  expect(await refusalOf(orderFor(server.url()))).toContain('a redirect to `file:`')
  server.answer = (_request, response) => void response.writeHead(302).end()
  expect(await refusalOf(orderFor(server.url()))).toContain('a redirect to nowhere')
})

const MISBEHAVIOURS: readonly [what: string, says: RegExp, answer: RequestListener][] = [
  ['404', /answered 404/, (_q, r) => void r.writeHead(404).end()],
  ['503', /answered 503/, (_q, r) => void r.writeHead(503, { 'retry-after': '1' }).end('later')],
  ['204', /answered 204/, (_q, r) => void r.writeHead(204).end()],
  ['206 unasked', /answered 206/, (_q, r) => void r.writeHead(206).end('part')],
  ['nothing newer, without a copy', /there is no copy/, (_q, r) => void r.writeHead(304).end()],
  ['nothing in it', /an empty answer/, (_q, r) => void r.end()],
  [
    'a web page',
    /a web page/,
    (_q, r) => void r.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
  ],
  [
    'a coding that nobody asked for',
    /content coding `br`/,
    (_q, r) => void r.writeHead(200, { 'content-encoding': 'br' }).end('x'),
  ],
  [
    'less than it said',
    /ended within the list/,
    (_q, r) => {
      r.writeHead(200, { 'content-length': '500' }).write('a.example\n')
      setImmediate(() => r.socket?.end())
    },
  ],
  [
    'a connection that is reset',
    /ended within the list/,
    (_q, r) => {
      r.write('a.example\n')
      setImmediate(() => r.socket?.resetAndDestroy())
    },
  ],
  ['no answer at all', /silent for 0.3 s/, () => undefined],
  ['a body that never ends', /silent for 0.3 s/, (_q, r) => void r.write('a.example\n')],
  [
    'a slow body',
    /not finished in 0.7 s/,
    (_q, r) => {
      const drip = setInterval(() => r.write('a'), 20)
      r.on('close', () => {
        clearInterval(drip)
      })
    },
  ],
  [
    'a slow head',
    /not finished in 0.7 s/,
    (_q, r) => {
      const drip = setInterval(() => r.socket?.write('x'), 20)
      r.socket?.write('HTTP/1.1 200 OK\r\nx-slow: ')
      r.socket?.on('close', () => {
        clearInterval(drip)
      })
    },
  ],
  [
    'an endless body',
    /more than 10000 octets/,
    (_q, r) => {
      const more = (): void => {
        while (!r.destroyed && r.write('a.example\n'.repeat(500)));
        r.once('drain', more)
      }
      more()
    },
  ],
  [
    'a bomb',
    /unpacks to more than 20000 octets/,
    (_q, r) =>
      void r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2_000_000))),
  ],
  [
    'half of what is compressed',
    /cut short/,
    (_q, r) =>
      void r
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync('a.example\n'.repeat(99)).subarray(0, 20)),
  ],
  [
    'what is not compressed and says so',
    /damaged/,
    (_q, r) => void r.writeHead(200, { 'content-encoding': 'gzip' }).end('a.example\n'),
  ],
  ['no HTTP', /HPE_|Parse Error/, (_q, r) => void r.socket?.end('SSH-2.0-x\r\n')],
  [
    'a head without end',
    /HPE_HEADER_OVERFLOW/,
    (_q, r) => void r.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99_000)}`),
  ],
]

test.each(MISBEHAVIOURS)(
  '%s is refused in words, within the limits',
  async (_what, says, answer) => {
    await using server = await ListServer.start()
    server.answer = answer
    expect(await refusalOf(orderFor(server.url()))).toMatch(says)
  },
)

test('a server that is not there is told', async () => {
  const server = await ListServer.start()
  const url = server.url()
  await server[Symbol.asyncDispose]()
  expect(await refusalOf(orderFor(url))).toContain('refuses connections')
})

test('nothing is fetched from the machines beside the gate, by address, name or redirect', async () => {
  await using server = await ListServer.start()
  const guard = makeFetchGuard({ allowTargets: [], ownEndpoints: [] })
  const refused = /is an address that nothing is fetched from/
  expect(await refusalOf(orderFor(server.url(), { guard }))).toMatch(refused)
  expect(await refusalOf(orderFor(server.url('/', 'localhost'), { guard }))).toMatch(refused)
  server.answer = to(302, 'http://169.254.169.254/latest/meta-data')
  expect(await refusalOf(orderFor(server.url()))).toMatch(/`169.254.169.254` is an address/)
  expect(server.asked.length).toBe(1)
})

test('the gate’s own listeners are nobody’s list, whatever is allowed', async () => {
  await using server = await ListServer.start()
  const ownEndpoints = [{ host: '127.0.0.1', port: server.port }]
  const guard = makeFetchGuard({ allowTargets: LOOPBACK, ownEndpoints })
  expect(await refusalOf(orderFor(server.url(), { guard }))).toContain('nothing is fetched from')
})

test('a certificate is believed for its name and from its authority alone, and https stays https', async () => {
  const made = makeCertificates(tempDirectory())
  const pem = { cert: readFileSync(made.certificate), key: readFileSync(made.key) }
  await using server = await ListServer.start(pem)
  server.serve('a.example\n')
  const caFile = made.ca
  expect(await fetchHttp(orderFor(server.url(), { caFile }))).toMatchObject({ kind: 'new' })
  const byName = server.url('/list', 'localhost')
  expect(await refusalOf(orderFor(byName, { caFile }))).toContain('for another name')
  expect(await refusalOf(orderFor(server.url()))).toContain('signed by nobody this gate knows')
  server.answer = to(302, 'http://127.0.0.1/')
  expect(await refusalOf(orderFor(server.url(), { caFile }))).toContain('from https to http')
  expect(await refusalOf(orderFor(server.url(), { caFile: '/no/such.pem' }))).toContain('ENOENT')
})

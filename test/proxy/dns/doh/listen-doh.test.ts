import { once } from 'node:events'
import { request as httpsRequest } from 'node:https'
import { createConnection } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import {
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_GUESSES,
  MAX_WAITING,
  RESET_BURST,
} from '../../../../proxy/dns/doh/doh-limits.ts'
import { a, paddedQuery, queryFor, read, responseTo } from '../../../support/dns-packets.ts'
import { BLOCKED } from '../../../support/scripted-plane.ts'
import { until } from '../../../support/until.ts'
import { testUpstream } from '../test-upstream.ts'
import { get, identityFor, openDohScene, openSession, post, request } from './doh-scene.ts'

const BLOCKS = { rulings: { test: BLOCKED } }
const QUERY = queryFor('www.test', { id: 0, edns: 1232 })

async function blockedScene() {
  const scene = await openDohScene([], BLOCKS)
  return { ...scene, session: openSession(scene.port) }
}

test('a query is answered by GET and by POST over HTTP/2', async () => {
  const { session, plane } = await blockedScene()
  for (const answer of [
    await request(session, get(QUERY)),
    await request(session, post(), QUERY),
  ]) {
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/dns-message')
    expect(read(answer.body).extended?.code).toBe(17)
  }
  expect(plane.lookups.map(({ name }) => name)).toEqual(['www.test', 'www.test'])
  const labels = { transport: 'doh', verdict: 'block', reason: 'category' }
  expect(plane.meter.counter('schoolgate_dns_queries_total', labels).n).toBe(2)
})

test('a client that speaks HTTP/1.1 alone is answered, too', async () => {
  const { port } = await blockedScene()
  const { ':path': path } = get(QUERY)
  const asked = httpsRequest({
    port,
    host: '127.0.0.1',
    path: String(path),
    rejectUnauthorized: false,
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [
    AsyncIterable<Buffer> & { statusCode: number },
  ]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  expect(answer.statusCode).toBe(200)
  expect(read(Buffer.concat(chunks)).rcode).toBe(0)
})

test('what comes from an upstream may be kept as long as its least TTL, and no longer than until an edge', async () => {
  const upstream = await testUpstream((query) =>
    responseTo(query, {
      answers: [a('www.open', '192.0.2.1', 90), a('www.open', '192.0.2.2', 40)],
    }),
  )
  const { port, plane } = await openDohScene([upstream.udp], BLOCKS)
  const session = openSession(port)
  const first = await request(session, get(queryFor('www.open', { id: 0 })))
  expect(first.headers['cache-control']).toBe('private, max-age=40')
  plane.subject = { ...plane.subject, validUntil: plane.clock + 7_900 }
  const second = await request(session, get(queryFor('www.open', { id: 0 })))
  expect(second.headers['cache-control']).toBe('private, max-age=7')
})

test('a refusal is kept for five seconds', async () => {
  const { session } = await blockedScene()
  const { headers } = await request(session, get(QUERY))
  expect(headers['cache-control']).toBe('private, max-age=5')
})

test('RFC 8467: a padded query gets a padded answer, another one does not', async () => {
  const { session } = await blockedScene()
  const padded = await request(session, get(paddedQuery('www.test')))
  const plain = await request(session, get(QUERY))
  expect([padded.body.length % 468, plain.body.length % 468 === 0]).toEqual([0, false])
})

test.each<
  [says: string, ask: Parameters<typeof request>[1], body: Uint8Array | undefined, status: number]
>([
  ['another path', { ':path': '/' }, undefined, 404],
  ['no query', { ':path': '/dns-query' }, undefined, 400],
  ['what is no base64url', { ':path': '/dns-query?dns=!!!' }, undefined, 400],
  ['a query of a few octets', post(), Uint8Array.of(1, 2, 3), 400],
  ['an empty body', post(), new Uint8Array(0), 400],
  ['octets that are no query', post(), new Uint8Array(40).fill(1), 400],
  ['a response', post(), responseTo(QUERY), 400],
  ['another type', post({ 'content-type': 'text/plain' }), QUERY, 415],
  ['another method', { ':method': 'PUT', ':path': '/dns-query' }, QUERY, 405],
  ['a body that is too long', post(), new Uint8Array(70_000), 413],
])('%s is answered with a status that says so', async (_says, ask, body, status) => {
  const { session } = await blockedScene()
  const answer = await request(session, ask, body)
  expect(answer.status).toBe(status)
  // And the connection goes on.
  expect((await request(session, get(QUERY))).status).toBe(200)
})

test('the token in the path says who asks', async () => {
  const { session, askers, plane } = await blockedScene()
  const sources: string[] = []
  Object.assign(plane, {
    subjectAt: (source: string) => {
      sources.push(source)
      return plane.subject
    },
  })
  askers.set('mine', { kind: 'known', source: '127.0.0.1#7' })
  await request(session, get(QUERY, '/dns-query/mine'))
  await request(session, get(QUERY))
  expect(sources).toEqual(['127.0.0.1#7', '127.0.0.1'])
})

test('a token that is revoked is refused from the next query on, on the same connection', async () => {
  const { session, askers, outcome } = await blockedScene()
  askers.set('mine', { kind: 'known', source: '127.0.0.1#7' })
  expect((await request(session, get(QUERY, '/dns-query/mine'))).status).toBe(200)
  askers.set('mine', { kind: 'revoked' })
  const revoked = await request(session, get(QUERY, '/dns-query/mine'))
  const unknown = await request(session, get(QUERY, '/dns-query/theirs'))
  expect([revoked.status, unknown.status]).toEqual([404, 404])
  expect(revoked.body).toEqual(unknown.body)
  expect([outcome('revoked_token'), outcome('unknown_token')]).toEqual([1, 1])
})

test('who tries token after token is told to stop, and a right one still counts', async () => {
  const { session, askers, outcome } = await blockedScene()
  for (let guess = 0; guess < MAX_GUESSES; guess += 1)
    expect((await request(session, get(QUERY, `/dns-query/x${guess}`))).status).toBe(404)
  const stopped = await request(session, get(QUERY, '/dns-query/xx'))
  expect([stopped.status, stopped.headers['retry-after']]).toEqual([429, '60'])
  askers.set('mine', { kind: 'known', source: '127.0.0.1#7' })
  expect((await request(session, get(QUERY, '/dns-query/mine'))).status).toBe(200)
  expect(outcome('unknown_token')).toBe(MAX_GUESSES + 1)
})

test('a connection has so many queries under way; one more is told to wait', async () => {
  const upstream = await testUpstream(() => null)
  const { port } = await openDohScene([upstream.udp], BLOCKS)
  const session = openSession(port)
  for (let n = 0; n < MAX_WAITING; n += 1)
    void request(session, get(queryFor(`n${n}.open`, { id: 0 }))).catch(() => undefined)
  await until(
    () => upstream.asked.length,
    (count) => count >= MAX_WAITING,
  )
  expect((await request(session, get(queryFor('more.open', { id: 0 })))).status).toBe(429)
})

test('a flood of requests that are taken back ends the connection, and nobody else’s', async () => {
  const { port, session, outcome, plane } = await blockedScene()
  await request(session, get(QUERY))
  const flood = openSession(port)
  await once(flood, 'connect')
  for (let wave = 0; outcome('broken') === 0; wave += 1) {
    expect(wave).toBeLessThan(1_000)
    for (let n = 0; n < 50; n += 1) {
      const stream = flood.request(get(QUERY))
      stream.on('error', () => undefined)
      stream.close(8)
    }
    await new Promise(setImmediate)
  }
  expect(plane.counted.n).toBeLessThan(2 * RESET_BURST)
  expect((await request(session, get(QUERY))).status).toBe(200)
})

test('an address has so many connections; one more is closed and counted', async () => {
  const { port, outcome } = await openDohScene([], BLOCKS)
  const sockets = Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS + 1 }, () => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    onTestFinished(() => {
      socket.destroy()
    })
    return socket
  })
  await Promise.race(sockets.map((socket) => once(socket, 'close')))
  expect(outcome('turned_away')).toBe(1)
})

test('what is no TLS, and what is no HTTP in it, is closed and counted', async () => {
  const { port, outcome, session } = await blockedScene()
  const plain = createConnection({ port, host: '127.0.0.1' })
  plain.on('error', () => undefined)
  plain.resume()
  plain.end('GET / HTTP/1.1\r\n\r\n')
  await once(plain, 'close')
  for (const [protocol, octets] of [
    ['h2', 'no preface of HTTP/2'],
    ['http/1.1', 'no head\r\n\r\n'],
  ] as const) {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
    })
    socket.on('error', () => undefined)
    socket.resume()
    await once(socket, 'secureConnect')
    const closed = once(socket, 'close')
    socket.write(octets)
    await closed
  }
  expect([outcome('no_tls'), outcome('broken')]).toEqual([1, 2])
  expect((await request(session, get(QUERY))).status).toBe(200)
})

test('headers beyond the limit end the request, not the listener', async () => {
  const { session, port } = await blockedScene()
  // The client has taken note of the limit by then; until it has, HTTP/2 has one of its own (64 KiB).
  await request(session, get(QUERY))
  const huge = request(session, { ...get(QUERY), 'x-long': 'x'.repeat(20_000) })
  await expect(huge).rejects.toThrow()
  expect((await request(openSession(port), get(QUERY))).status).toBe(200)
})

test('a new certificate is shown to the next connection, and one that is none changes nothing', async () => {
  const { dns, port } = await blockedScene()
  const shown = async (): Promise<string> => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { subjectaltname = '' } = socket.getPeerCertificate()
    socket.destroy()
    return subjectaltname
  }
  expect(await shown()).toContain('localhost')
  dns.doh?.use(identityFor('renewed.example'))
  expect(await shown()).toContain('renewed.example')
  const broken = { certificate: 'no PEM', key: 'none', isSelfSigned: false, expires: 0 }
  expect(() => dns.doh?.use(broken)).toThrow()
  expect(await shown()).toContain('renewed.example')
})

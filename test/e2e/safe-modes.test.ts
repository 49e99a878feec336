import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

/** Where every safe host of the upstream lives; what else it is asked for lives at `ORIGIN`. */
const SAFE = '127.9.3.80'
const SAFE6 = '2001:db8::80'

const SAFE_HOSTS = [
  'forcesafesearch.google.com',
  'strict.bing.com',
  'safe.duckduckgo.com',
  'restrict.youtube.com',
  'restrictmoderate.youtube.com',
  'strict-safe-search.ecosia.org',
  'safesearch.pixabay.com',
  'familysearch.yandex.ru',
  'safe.search.brave.com',
  'safeapi.qwant.com',
  'safe.startpage.com',
]

/** As Google and Cloudflare publish them: whoever believes the hints passes by the safe host. */
const WITH_HINTS = Object.fromEntries(
  ['google.co.uk', 'www.google.fr', 'www.youtube.com'].map((name) => [
    name,
    [`A ${ORIGIN}`, `AAAA 2001:db8::1`, `HTTPS 1 . alpn="h2,h3" ipv4hint=${ORIGIN}`],
  ]),
)

const YEAR_4 = '127.10.10.20'
const YEAR_9 = '127.10.10.21'
const TEACHER = '127.10.20.7'
const LESSON = '2026-11-24T10:00:00Z'

let upstream: UnboundUpstream
let gate: GateProcess
let origins: readonly Server[]
let port = 0

beforeAll(async () => {
  const free = createServer((_request, response) => response.end('free')).listen(0, ORIGIN)
  await once(free, 'listening')
  ;({ port } = free.address() as AddressInfo)
  const safe = createServer((request, response) =>
    response.end(`safe for ${request.headers.host ?? ''}`),
  ).listen(port, SAFE)
  await once(safe, 'listening')
  origins = [free, safe]
  const safeHosts = SAFE_HOSTS.map((host) => [host, [`A ${SAFE}`, `AAAA ${SAFE6}`]] as const)
  upstream = await UnboundUpstream.start({}, { ...Object.fromEntries(safeHosts), ...WITH_HINTS })
  gate = await GateProcess.start({
    clock: LESSON,
    set: {
      'dns.upstreams': [upstream.url],
      'http.allowTargets': ['127.9.3.0/24'],
      'http.connectPorts': [port],
    },
  })
})

afterAll(async () => {
  await gate[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
  for (const origin of origins) origin.close()
})

async function dig(from: string, name: string, type: string): Promise<string> {
  const where = ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`]
  return (await run('dig', [...where, '+noall', '+answer', '+authority', name, type])).out
}

const HELD: readonly [host: string, safeHost: string][] = [
  ['www.google.com', 'forcesafesearch.google.com'],
  ['google.co.uk', 'forcesafesearch.google.com'],
  ['www.google.fr', 'forcesafesearch.google.com'],
  ['www.bing.com', 'strict.bing.com'],
  ['duckduckgo.com', 'safe.duckduckgo.com'],
  ['www.youtube.com', 'restrictmoderate.youtube.com'],
  ['www.ecosia.org', 'strict-safe-search.ecosia.org'],
  ['pixabay.com', 'safesearch.pixabay.com'],
  ['yandex.com', 'familysearch.yandex.ru'],
  ['search.brave.com', 'safe.search.brave.com'],
  ['api.qwant.com', 'safeapi.qwant.com'],
  ['www.startpage.com', 'safe.startpage.com'],
]

describe.each(HELD)('%s, asked for by a year 9 laptop', (host, safeHost) => {
  test(`is ${safeHost} for A, AAAA and CNAME, and has no HTTPS record`, async () => {
    expect(await dig(YEAR_9, host, 'A')).toMatch(
      new RegExp(`CNAME\\s+${safeHost}\\.\\n${safeHost}\\.\\s+\\d+\\s+IN\\s+A\\s+${SAFE}\\n$`),
    )
    expect(await dig(YEAR_9, host, 'AAAA')).toMatch(
      new RegExp(`CNAME\\s+${safeHost}\\.\\n${safeHost}\\.\\s+\\d+\\s+IN\\s+AAAA\\s+${SAFE6}\\n$`),
    )
    expect(await dig(YEAR_9, host, 'CNAME')).toMatch(new RegExp(`CNAME\\s+${safeHost}\\.\\n$`))
    for (const type of ['HTTPS', 'SVCB'])
      expect(await dig(YEAR_9, host, type)).toMatch(/^\S+\s+\d+\s+IN\s+SOA\s+schoolgate\.invalid/)
  })

  test('is reached there through the proxy, by URL and by tunnel', async () => {
    expect(await get(YEAR_9, host)).toContain(`safe for ${host}`)
    expect(await getThroughTunnel(YEAR_9, host)).toContain(`safe for ${host}`)
  })

  test('is so in the words of explain', async () => {
    expect(await explain(YEAR_9, host)).toMatchObject({ action: 'restrict', safe_host: safeHost })
  })
})

test('no TTL outlives five minutes or the bell', async () => {
  const ttls = [...(await dig(YEAR_9, 'www.google.com', 'A')).matchAll(/\s(\d+)\s+IN\s/g)]
  expect(ttls).toHaveLength(2)
  for (const [, ttl] of ttls) expect(Number(ttl)).toBeLessThanOrEqual(300)
})

test('the youngest have YouTube in its strict mode, the milder host by name too', async () => {
  for (const host of ['m.youtube.com', 'restrictmoderate.youtube.com'])
    expect(await dig(YEAR_4, host, 'A')).toContain('restrict.youtube.com.')
})

test('staff search safely, and have YouTube as it is, over DNS and the proxy', async () => {
  expect(await dig(TEACHER, 'www.google.com', 'A')).toContain('forcesafesearch.google.com.')
  expect(await dig(TEACHER, 'www.youtube.com', 'A')).toMatch(new RegExp(`\\sA\\s+${ORIGIN}`))
  expect(await dig(TEACHER, 'www.youtube.com', 'HTTPS')).toContain('ipv4hint')
  expect(await get(TEACHER, 'www.youtube.com')).toMatch(/\r\n\r\nfree$/)
  // The connection that served the teacher is kept, and must not serve a pupil.
  expect(await get(YEAR_9, 'www.youtube.com')).toContain('safe for')
})

test('what has no safe mode is closed to pupils, everywhere alike, and open to staff', async () => {
  for (const host of ['www.ask.com', 'uk.search.yahoo.com', 'vimeo.com', 'lite.qwant.com']) {
    expect(await dig(YEAR_9, host, 'A')).toMatch(/\s5\s+IN\s+A\s+127\.0\.0\.1\n$/)
    expect(await get(YEAR_9, host)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await explain(YEAR_9, host)).toMatchObject({ action: 'block', reason_code: 'category' })
    expect(await dig(TEACHER, host, 'A')).toContain(ORIGIN)
  }
})

test('what else lives beside an engine goes where it went', async () => {
  for (const host of ['docs.google.com', 'classroom.google.com'])
    expect(await dig(YEAR_9, host, 'A')).toMatch(new RegExp(`${host}\\.\\s+\\d+\\s+IN\\s+A\\s`))
})

async function get(from: string, host: string): Promise<string> {
  return say(
    from,
    `GET http://${host}:${port}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  )
}

async function getThroughTunnel(from: string, host: string): Promise<string> {
  const inside = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  return say(from, `CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}\r\n\r\n${inside}`)
}

async function say(from: string, text: string): Promise<string> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(text)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

async function explain(ip: string, host: string): Promise<unknown> {
  const root = join(import.meta.dirname, '..', '..')
  const config = join(root, 'examples', 'gate.yaml')
  const records = `records.directory=${join(tempDirectory(), 'none')}`
  const asked = ['--ip', ip, '--url', host, '--at', LESSON, '--json']
  const args = ['explain', '--config', config, '--set', records, ...asked]
  return JSON.parse((await run(join(root, 'schoolgate'), args)).out) as unknown
}

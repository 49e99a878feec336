import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openGate } from './open-gate.ts'
import { RawClient, exchange } from './raw-client.ts'
import { BLOCK } from './scripted-plane.ts'

const run = promisify(execFile)

function get(path: string, host: string, fields = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields}\r\n`
}

test('a host that DNS sent here is decided again: the page says why, and it is recorded', async () => {
  await using gate = await openGate()
  gate.plane.decide = (host) => (host === 'bad.test' ? BLOCK : {})
  const { received } = await exchange(gate.page, get('/x?q', 'bad.test'))
  expect(received).toMatch(/^HTTP\/1\.1 403 .*This site is not open here/s)
  expect(received).toContain('REF-127.0.0.1-bad.test')
  expect(gate.plane.connections).toMatchObject([{ layer: 'http', host: 'bad.test', path: '/x' }])
  expect(
    gate.plane.metric('schoolgate_http_requests_total', {
      kind: 'page',
      verdict: 'block',
      reason: 'category',
    }),
  ).toBe(1)
})

test('a host that is allowed by now says so', async () => {
  await using gate = await openGate()
  const html = await exchange(gate.page, get('/', 'good.test'))
  expect(html.received).toMatch(/^HTTP\/1\.1 200 .*This site is open now/s)
  const text = await exchange(gate.page, get('/', 'good.test', 'Accept: application/json\r\n'))
  expect(text.received).toContain('this site is open now: try again')
  expect(gate.plane.connections).toEqual([])
})

test('the icon that a browser asks for by itself is no attempt', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const { received } = await exchange(gate.page, get('/favicon.ico', 'bad.test'))
  expect(received).toMatch(/^HTTP\/1\.1 404 /)
  expect(gate.plane.connections).toEqual([])
})

test('/why shows a device its own last ten refusals, of both ports, and nobody else’s', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  for (let n = 0; n < 11; n += 1) {
    gate.plane.at += 60_000
    await exchange(gate.proxy, get(`http://site${n}.test/`, 'x'))
  }
  await exchange(gate.page, get('/', 'bypage.test'))
  const why = await exchange(gate.page, get('/why', 'any.test'))
  expect(why.received).toMatch(/^HTTP\/1\.1 200 /)
  const hosts = [...why.received.matchAll(/<td>(\w+)\.test</g)].map((match) => match[1])
  expect(hosts).toEqual(['bypage', ...[10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `site${n}`)])
  expect(why.received).toContain('REF-127.0.0.1-bypage.test')
  const other = await RawClient.to(gate.page, '127.0.0.2')
  other.say(get('/why', 'any.test'))
  expect((await other.untilEnd()).received).toContain('Nothing was refused to this device lately')
  expect(gate.service.recent('127.0.0.1')).toHaveLength(10)
})

test('/why shows what other threads remember too, and does without them when they fail', async () => {
  const visit = { at: 5, host: 'far.test', cause: 'no', reasonCode: 'site', blockRef: 'FAR' }
  await using merged = await openGate({ deps: { recentElsewhere: () => Promise.resolve([visit]) } })
  expect((await exchange(merged.page, get('/why', 'a'))).received).toContain('far.test')
  await using broken = await openGate({
    deps: { recentElsewhere: () => Promise.reject(new Error('x')) },
  })
  expect((await exchange(broken.page, get('/why', 'a'))).received).toContain('200 OK')
  await using silent = await openGate({
    deps: { recentElsewhere: () => new Promise(() => undefined) },
  })
  expect((await exchange(silent.page, get('/why', 'a'))).received).toContain('200 OK')
})

test('a sealed host is not named in /why', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => ({ ...BLOCK, reasonCode: 'sealed', category: 'illegal.csam' })
  await exchange(gate.proxy, get('http://sealed.test/', 'x'))
  const { received } = await exchange(gate.page, get('/why', 'a'))
  expect(received).toContain('not shown')
  expect(received).not.toContain('sealed.test')
})

test.each([
  ['/portal', 200, 'Getting this device online'],
  ['/portal?x=y', 200, 'Getting this device online'],
  ['/', 200, 'School Wi-Fi'],
  ['/nothing', 404, 'There is no such page here.'],
])('the gate’s own page %s', async (path, status, words) => {
  await using gate = await openGate()
  // A device that may go nowhere reads these too.
  gate.plane.decide = () => BLOCK
  for (const asked of [
    () => exchange(gate.page, get(path, 'schoolgate.internal')),
    () => exchange(gate.page, get(path, `127.0.0.1:${gate.page.port}`)),
    () => exchange(gate.proxy, get(`http://schoolgate.internal${path}`, 'x')),
    () => exchange(gate.proxy, get(`http://127.0.0.1:${gate.page.port}${path}`, 'x')),
  ]) {
    const { received } = await asked()
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(received).toContain(words)
  }
})

test('HEAD and keep-alive work, other methods are 405, and CONNECT is no tunnel', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const url = `http://127.0.0.1:${gate.page.port}`
  const { stdout } = await run('curl', [
    '-sI',
    `${url}/portal`,
    `${url}/portal`,
    '-w',
    '%{num_connects};',
  ])
  expect(stdout).toMatch(/200 OK.*1;HTTP\/1\.1 200 OK.*0;$/s)
  const post = await exchange(
    gate.page,
    'POST / HTTP/1.1\r\nHost: bad.test\r\nContent-Length: 2\r\n\r\nab',
  )
  expect(post.received).toMatch(/^HTTP\/1\.1 405 .*Allow: GET, HEAD\r\n/s)
  const connect = await exchange(
    gate.page,
    'CONNECT bad.test:443 HTTP/1.1\r\nHost: bad.test:443\r\nConnection: close\r\n\r\n',
  )
  expect(connect.received).toMatch(/^HTTP\/1\.1 405 /)
})

test('an HTTP/1.0 request without a host gets the front page', async () => {
  await using gate = await openGate()
  expect((await exchange(gate.page, 'GET / HTTP/1.0\r\n\r\n')).received).toContain('School Wi-Fi')
})

test('TLS on the page’s port is closed without a word and is not malformed HTTP', async () => {
  await using gate = await openGate()
  const hello = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
  expect((await exchange(gate.page, hello)).received).toBe('')
  expect(gate.plane.metric('schoolgate_http_malformed_total')).toBe(0)
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SharedTimes } from '../../../proxy/shared-times.ts'
import { expect, test } from 'vitest'
import type { Gate, GateSetup } from './open-gate.ts'
import { openGate } from './open-gate.ts'
import { RawClient, exchange } from './raw-client.ts'
import { RawOrigin } from './raw-origin.ts'
import { BLOCK, ScriptedPlane, WARN } from './scripted-plane.ts'

const run = promisify(execFile)

function get(url: string, fields = ''): string {
  return `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`
}

const BROWSER = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n'

test('a refused site: curl gets 403 and the page; it is recorded without the query and counted', async () => {
  await using gate = await openGate()
  gate.plane.decide = (host, path) => (host === 'bad.test' && path.startsWith('/a') ? BLOCK : {})
  const { stdout } = await run('curl', [
    ...['-s', '-w', '%{http_code} %{num_connects} ', '-x', `http://127.0.0.1:${gate.proxy.port}`],
    ...['http://bad.test/a?q=secret', 'http://bad.test/a'],
  ])
  expect(stdout.match(/This site is not open here<\/h1>/g)).toHaveLength(2)
  // The second request went over the same connection.
  expect(stdout).toMatch(/403 1 .*403 0 $/s)
  expect(gate.plane.connections[0]).toMatchObject({ layer: 'http', host: 'bad.test', path: '/a' })
  expect(
    gate.plane.metric('schoolgate_http_requests_total', {
      kind: 'http',
      verdict: 'block',
      reason: 'category',
    }),
  ).toBe(2)
  expect(gate.plane.counted).toEqual(['block bad.test', 'block bad.test'])
})

test('nothing of the request reaches the page unescaped', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const evil = `%3Cscript%3E"'<script>alert(1)</script>&`
  const { received } = await exchange(
    gate.proxy,
    get(`http://bad.test/${evil}`, `User-Agent: ${evil}\r\nReferer: ${evil}\r\n${BROWSER}`),
  )
  expect(received).toContain('403 Forbidden')
  expect(received).not.toMatch(/<script|alert/)
  expect(received).toContain("Content-Security-Policy: default-src 'none'")
  expect(received).toContain('X-Content-Type-Options: nosniff')
  expect(received).toContain('Cache-Control: no-store')
})

test('HEAD of a refused site is the head of its page', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => BLOCK
  const { received } = await exchange(
    gate.proxy,
    'HEAD http://bad.test/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  expect(received).toMatch(/^HTTP\/1\.1 403 .*Content-Length: [1-9]\d+\r\n.*\r\n\r\n$/s)
})

test('a malformed head is answered, counted, and closes the connection', async () => {
  await using gate = await openGate()
  const { received } = await exchange(
    gate.proxy,
    'GET / HTTP/1.1\r\nX : y\r\n\r\nGET http://a/ HTTP/1.1\r\n\r\n',
  )
  expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(gate.plane.metric('schoolgate_http_malformed_total')).toBe(1)
})

const REFUSED: readonly (readonly [name: string, url: string, setup: GateSetup])[] = [
  ['a loopback literal', 'http://127.0.0.1:1/', {}],
  ['a mapped literal', 'http://[::ffff:127.0.0.1]:1/', {}],
  ['the metadata service', 'http://169.254.169.254/latest/', {}],
  ['a private literal', 'http://192.168.1.1/', {}],
  ['a name that resolves into the school', 'http://rebind.test/', answering('10.0.0.7')],
  ['a name with a mapped address', 'http://rebind.test/', answering('::ffff:10.0.0.7')],
  ['a number that the resolver takes for loopback', 'http://2130706433/', answering('127.0.0.1')],
  ['hex that the resolver takes for loopback', 'http://0x7f.1/', answering('127.0.0.1')],
]

function answering(...addresses: string[]): GateSetup {
  return { deps: { lookup: () => Promise.resolve(addresses) } }
}

test.each(REFUSED)('%s is refused with 403, for URLs and tunnels', async (_name, url, setup) => {
  await using gate = await openGate({ ...setup, config: { allowTargets: [], connectPorts: [443] } })
  const plain = await exchange(gate.proxy, get(url, 'Accept: application/json\r\n'))
  expect(plain.received).toMatch(/^HTTP\/1\.1 403 /)
  expect(plain.received).toContain('"reason_code":"address_refused"')
  const { host } = new URL(
    url.replace(/:1\//, '/').replace('0x7f.1', 'hex.test').replace('2130706433', 'n.test'),
  )
  const tunnel = await exchange(
    gate.proxy,
    `CONNECT ${host}:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  )
  expect(tunnel.received).toMatch(/^HTTP\/1\.1 403 /)
  expect(gate.plane.connections.map(({ layer, ruling }) => [layer, ruling.reasonCode])).toEqual([
    ['http', 'address_refused'],
    ['connect', 'address_refused'],
  ])
})

test('the gate’s own port is refused even where loopback is open', async () => {
  await using gate = await openGate()
  const { received } = await exchange(gate.proxy, get(`http://own.test:${gate.proxy.port}/`))
  expect(received).toMatch(/^HTTP\/1\.1 403 /)
  const page = await exchange(gate.proxy, get(`http://own.test:${gate.page.port}/`))
  expect(page.received).toMatch(/^HTTP\/1\.1 403 /)
})

test('a name is resolved once, and only the checked address is connected to', async () => {
  const asked: string[] = []
  const answers = [['10.0.0.7', '127.0.0.1'], ['10.0.0.7']]
  await using origin = await RawOrigin.open()
  await using gate = await openGate({
    deps: {
      lookup: (host) => {
        asked.push(host)
        return Promise.resolve(answers.shift() ?? [])
      },
    },
  })
  const client = await RawClient.to(gate.proxy)
  client.say(`GET http://rebind.test:${origin.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
  ;(await origin.connection(0)).say('HTTP/1.1 204 No\r\n\r\n')
  await client.hears('204')
  expect(asked).toEqual(['rebind.test'])
  client.socket.destroy()
})

test.each([
  ['a name that nobody knows', () => Promise.reject(new Error('NXDOMAIN')), 502],
  ['a name without addresses', () => Promise.resolve([]), 502],
  ['an answer that is no address', () => Promise.resolve(['nonsense']), 502],
])('%s is %s', async (_name, lookup, status) => {
  await using gate = await openGate({ deps: { lookup } })
  const { received } = await exchange(gate.proxy, get('http://nope.test/'))
  expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
})

test('a browser gets a failure as a page, a program as a line', async () => {
  await using gate = await openGate({ deps: { lookup: () => Promise.resolve([]) } })
  const page = await exchange(gate.proxy, get('http://nope.test/', BROWSER))
  expect(page.received).toMatch(/^HTTP\/1\.1 502 .*<h1>This page can't be shown/s)
  const line = await exchange(gate.proxy, get('http://nope.test/'))
  expect(line.received).toMatch(/\r\n\r\nthe site's name is not known \(no address found\)\n$/)
})

test('TRACE is not relayed, and OPTIONS with no forwards left is answered here', async () => {
  await using gate = await openGate()
  const trace = await exchange(gate.proxy, get('http://a.test/').replace('GET', 'TRACE'))
  expect(trace.received).toMatch(/^HTTP\/1\.1 405 /)
  const options = await exchange(
    gate.proxy,
    get('http://a.test/', 'Max-Forwards: 0\r\n').replace('GET', 'OPTIONS'),
  )
  expect(options.received).toMatch(/^HTTP\/1\.1 200 /)
})

test('a browser is warned, goes on, and is not asked again for this host', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate()
  gate.plane.decide = () => WARN
  const site = `http://games.test:${origin.port}`
  const warned = await exchange(gate.proxy, get(`${site}/play?level=1&x=y`, BROWSER))
  expect(warned.received).toMatch(/^HTTP\/1\.1 403 /)
  expect(gate.plane.connections).toMatchObject([
    { layer: 'http', host: 'games.test', path: '/play' },
  ])
  const link = /href="(\/continue[^"]*)"/.exec(warned.received)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const gone = await exchange(gate.proxy, get(`${site}${link}`, BROWSER))
  expect(gone.received).toMatch(/^HTTP\/1\.1 302 /)
  expect(gone.received).toContain(`\r\nLocation: ${site}/play?level=1&x=y\r\n`)
  expect(gate.plane.wentOn).toMatchObject([
    { host: 'games.test', path: '/play', at: gate.plane.at },
  ])
  const client = await RawClient.to(gate.proxy)
  client.say(get(`${site}/play`, BROWSER))
  ;(await origin.connection(0)).say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await client.hears('ok')
  gate.plane.at += 900_001
  const again = await exchange(gate.proxy, get(`${site}/play`, BROWSER))
  expect(again.received).toContain('Think before you go on')
})

test('a pass belongs to one device and one host, and holds on every thread', async () => {
  await using origin = await RawOrigin.open()
  const warnPasses = SharedTimes.memory()
  await using gate = await openGate({ deps: { warnPasses } })
  gate.plane.decide = () => WARN
  const warned = await exchange(gate.proxy, get('http://games.test/', BROWSER))
  const link = /href="(\/continue[^"]*)"/.exec(warned.received)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const otherHost = await exchange(gate.proxy, get(`http://other.test${link}`, BROWSER))
  expect(otherHost.received).toContain('Think before you go on')
  const otherDevice = await RawClient.to(gate.proxy, '127.0.0.2')
  otherDevice.say(get(`http://games.test${link}`, BROWSER))
  expect((await otherDevice.untilEnd()).received).toContain('Think before you go on')
  expect(gate.plane.wentOn).toEqual([])
  // The warning was shown by one thread; the answer to it, and the page, come to two others.
  await using second = await openGate({ deps: { warnPasses } })
  second.plane.decide = () => WARN
  const gone = await exchange(second.proxy, get(`http://games.test${link}`, BROWSER))
  expect(gone.received).toMatch(/^HTTP\/1\.1 302 /)
  await using third = await openGate({ deps: { warnPasses } })
  third.plane.decide = () => WARN
  const let2 = await RawClient.to(third.proxy)
  let2.say(get(`http://games.test:${origin.port}/`, BROWSER))
  ;(await origin.connection(0)).say('HTTP/1.1 204 No\r\n\r\n')
  await let2.hears('204')
  let2.socket.destroy()
})

test('a link that is too old warns again and still leads back to the page', async () => {
  await using gate = await openGate()
  gate.plane.decide = () => WARN
  const warned = await exchange(gate.proxy, get('http://games.test/play', BROWSER))
  const link = /href="(\/continue[^"]*)"/.exec(warned.received)?.[1]?.replaceAll('&amp;', '&') ?? ''
  gate.plane.at += 11 * 60_000
  const late = await exchange(gate.proxy, get(`http://games.test${link}`, BROWSER))
  expect(late.received).toContain('Think before you go on')
  expect(late.received).toContain('to=%2Fplay')
})

test.each([
  ['a line break', '%0d%0aSet-Cookie:%20a=b'],
  ['another site', 'http://evil.test/'],
  ['nothing', ''],
])('a way back that is %s leads to the front page', async (_name, to) => {
  await using gate = await openGate()
  gate.plane.decide = () => WARN
  const warned = await exchange(gate.proxy, get('http://games.test/play', BROWSER))
  const link = /href="(\/continue[^"]*)"/.exec(warned.received)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const gone = await exchange(
    gate.proxy,
    get(`http://games.test${link.replace('%2Fplay', to)}`, BROWSER),
  )
  expect(gone.received).toContain('\r\nLocation: http://games.test/\r\n')
})

test.each([
  ['a picture', 'GET', 'Accept: image/*\r\n'],
  ['a program', 'GET', ''],
  ['a form that is sent', 'POST', BROWSER],
])('%s of a site that warns is let through and counted', async (_name, method, fields) => {
  await using origin = await RawOrigin.open()
  await using gate = await openGate()
  gate.plane.decide = () => WARN
  const client = await RawClient.to(gate.proxy)
  client.say(get(`http://games.test:${origin.port}/`, fields).replace('GET', method))
  ;(await origin.connection(0)).say('HTTP/1.1 204 No\r\n\r\n')
  await client.hears('204')
  expect(gate.plane.counted).toEqual(['warn games.test'])
  client.socket.destroy()
})

/** A proxy whose names lead to 127.0.0.1, with what was looked up and where the engine is held. */
async function openHeld(port: number): Promise<Gate & { readonly lookedUp: readonly string[] }> {
  const lookedUp: string[] = []
  const lookup = (host: string): Promise<readonly string[]> => {
    lookedUp.push(host)
    return Promise.resolve(['127.0.0.1'])
  }
  const gate = await openGate({ config: { connectPorts: [port] }, deps: { lookup } })
  gate.plane.decide = (host, _path, address) =>
    host === 'www.engine.test' && address === '127.0.0.2' ? HELD : {}
  return Object.assign(gate, { lookedUp })
}

const HELD = { action: 'restrict', safeHost: 'safe.engine.test' } as const
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

test('a name held in safe mode is asked of its safe host, by its own name', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openHeld(origin.port)
  const client = await RawClient.to(gate.proxy, '127.0.0.2')
  client.say(get(`http://www.engine.test:${origin.port}/search?q=x`))
  const there = await origin.connection(0)
  await there.hears(`GET /search?q=x HTTP/1.1\r\nHost: www.engine.test:${origin.port}\r\n`)
  there.say(OK)
  await client.hears('ok')
  expect(gate.lookedUp).toEqual(['safe.engine.test'])
  client.socket.destroy()
})

test('a tunnel leads there too', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openHeld(origin.port)
  const client = await RawClient.to(gate.proxy, '127.0.0.2')
  client.say(`CONNECT www.engine.test:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await client.hears('established')
  expect(gate.lookedUp).toEqual(['safe.engine.test'])
  client.socket.destroy()
})

test('a connection that served somebody without safe mode serves nobody in it', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openHeld(origin.port)
  const request = `GET http://www.engine.test:${origin.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`
  const clients: RawClient[] = []
  for (const [index, from] of ['127.0.0.3', '127.0.0.2', '127.0.0.2'].entries()) {
    const client = (await RawClient.to(gate.proxy, from)).say(request)
    // The third request goes over the second one's connection, which was put back.
    const there = await origin.connection(Math.min(index, 1))
    await there.hears(index === 2 ? /GET [^]*GET / : 'GET ')
    there.say(OK)
    await client.hears('ok')
    clients.push(client)
  }
  expect(origin.connections).toHaveLength(2)
  expect(gate.lookedUp).toEqual(['www.engine.test', 'safe.engine.test'])
  for (const client of clients) client.socket.destroy()
})

test('recheck cuts what a safe mode has come in force for, and leaves what it no longer holds', async () => {
  await using origin = await RawOrigin.open()
  await using gate = await openHeld(origin.port)
  const connect = `CONNECT www.engine.test:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n`
  const free = (await RawClient.to(gate.proxy, '127.0.0.3')).say(connect)
  await free.hears('established')
  const held = (await RawClient.to(gate.proxy, '127.0.0.2')).say(connect)
  await held.hears('established')
  expect(gate.service.recheck()).toBe(0)
  gate.plane.decide = (_host, _path, address) => (address === '127.0.0.3' ? HELD : {})
  expect(gate.service.recheck()).toBe(1)
  expect((await free.untilEnd()).end).toBe('reset')
  gate.plane.decide = () => ({ ...HELD, safeHost: 'stricter.engine.test' })
  expect(gate.service.recheck()).toBe(1)
  expect((await held.untilEnd()).end).toBe('reset')
})

test('a name at an address that a list closes is refused for whoever it is closed to', async () => {
  const plane = new ScriptedPlane()
  plane.refusedAddress = '127.0.0.1'
  await using gate = await openGate({ plane })
  const plain = await exchange(
    gate.proxy,
    get('http://hosted.test/', 'Accept: application/json\r\n'),
  )
  expect(plain.received).toMatch(/^HTTP\/1\.1 403 /)
  expect(plain.received).toContain('"reason_code":"address_refused"')
  const tunnel = await exchange(
    gate.proxy,
    'CONNECT hosted.test:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  expect(tunnel.received).toMatch(/^HTTP\/1\.1 403 /)
  expect(plane.connections.map(({ ruling }) => ruling.ruleId)).toEqual(['address.x', 'address.x'])
})

test('a pooled connection to an address that is closed to this device is not used for it', async () => {
  await using origin = await RawOrigin.open()
  const plane = new ScriptedPlane()
  await using gate = await openGate({ plane })
  const request = get(`http://${origin.authority}/`, 'Accept: application/json\r\n')
  const first = exchange(gate.proxy, request)
  const connection = await origin.connection(0)
  connection.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  expect((await first).received).toMatch(/^HTTP\/1\.1 200 /)
  plane.refusedAddress = '127.0.0.1'
  expect((await exchange(gate.proxy, request)).received).toMatch(/^HTTP\/1\.1 403 /)
})

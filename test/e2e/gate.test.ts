import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

/** A Tuesday in term, second lesson. */
const TUESDAY_10 = '2026-11-24T10:00:00Z'

let upstream: UnboundUpstream
let origin: Server
let originPort: number
let gate: GateProcess

beforeAll(async () => {
  upstream = await UnboundUpstream.start({
    'cloaked.life-cooking.cat.test': 'x.adult-pornography.cat.test',
    'www.edu-allow.cat.test': 'x.media-games.cat.test',
  })
  origin = createServer((request, response) => {
    response.end(`origin saw ${request.headers.host ?? ''}${request.url ?? ''}`)
  })
  origin.listen(0, ORIGIN)
  await once(origin, 'listening')
  originPort = (origin.address() as AddressInfo).port
  gate = await GateProcess.start({
    clock: TUESDAY_10,
    set: {
      'dns.upstreams': [upstream.url],
      'http.allowTargets': [`${ORIGIN}/32`],
      'http.connectPorts': [originPort],
      'blockPage.address': '127.0.0.9',
    },
  })
})

afterAll(async () => {
  await gate[Symbol.asyncDispose]()
  origin.closeAllConnections()
  origin.close()
  await upstream[Symbol.asyncDispose]()
})

const dig = (from: string, ...question: string[]): Promise<string> =>
  run('dig', [
    '+tries=1',
    '+time=5',
    '-b',
    from,
    '@127.0.0.1',
    '-p',
    `${gate.dns.port}`,
    ...question,
  ]).then(({ out }) => out)

const curl = (from: string, ...args: string[]): Promise<string> =>
  run('curl', ['-s', '--max-time', '10', '--interface', from, ...args]).then(({ out }) => out)

const proxied = (from: string, ...args: string[]): Promise<string> =>
  curl(from, '-x', `http://127.0.0.1:${gate.http.port}`, ...args)

describe('over DNS', () => {
  test("a teacher's phone in the staffroom gets the upstream's answer", async () => {
    const out = await dig('127.10.20.7', 'bbc.co.uk')
    expect(out).toMatch(/status: NOERROR/)
    expect(out).toMatch(new RegExp(`bbc\\.co\\.uk\\.\\s+300\\s+IN\\s+A\\s+${ORIGIN}`))
  })

  test('the same phone in a classroom is refused, says why, and for five seconds at most', async () => {
    const out = await dig('127.10.10.7', 'bbc.co.uk')
    expect(out).toMatch(/EDE: 15 \(Blocked\): \(reception_hours: /)
    expect(out).toMatch(/ANSWER: 0/)
    const ttl = Number(
      /SOA.*/.exec(out)?.[0] !== undefined ? /bbc\.co\.uk\.\s+(\d+)/.exec(out)?.[1] : NaN,
    )
    expect(ttl).toBeLessThanOrEqual(5)
  })

  test('over TCP the answer is the same', async () => {
    expect(await dig('127.10.10.7', '+tcp', 'bbc.co.uk')).toMatch(/EDE: 15 .*reception_hours/)
  })

  test("a school device gets the block page's address, because it carries the school's certificate", async () => {
    const out = await dig('127.10.10.21', 'www.adult-pornography.cat.test')
    expect(out).toMatch(/IN\s+A\s+127\.0\.0\.9/)
    expect(out).toMatch(/EDE: 17 \(Filtered\): \(category: /)
  })

  test('AAAA and HTTPS of a refused name give nothing', async () => {
    for (const type of ['AAAA', 'HTTPS'])
      expect(await dig('127.10.10.21', 'adult-pornography.cat.test', type)).toMatch(/ANSWER: 0/)
  })

  test('a sealed name is censored for everybody, in any case and below', async () => {
    for (const from of ['127.10.20.7', '127.10.14.23', '127.10.30.200'])
      expect(await dig(from, 'A.ILLEGAL-CSAM.cat.test')).toMatch(/EDE: 16 \(Censored\): \(sealed: /)
  })

  test('a help line is open to a lost phone and to a stranger', async () => {
    for (const from of ['127.10.20.13', '127.10.30.200'])
      expect(await dig(from, 'www.childline.org.uk')).toMatch(new RegExp(`IN\\s+A\\s+${ORIGIN}`))
  })

  test('an alias of a blocked name is refused, one of a merely unloved name keeps education open', async () => {
    expect(await dig('127.10.10.21', 'cloaked.life-cooking.cat.test')).toMatch(/EDE: 17/)
    expect(await dig('127.10.10.21', 'www.edu-allow.cat.test')).toMatch(/CNAME/)
  })
})

describe('over HTTP', () => {
  test('an allowed page comes from its origin', async () => {
    const url = `http://www.edu-allow.cat.test:${originPort}/lesson?x=1`
    expect(await proxied('127.10.10.21', url)).toBe(
      `origin saw www.edu-allow.cat.test:${originPort}/lesson?x=1`,
    )
  })

  test('a refused page is 403 and says school, category and reference', async () => {
    const out = await proxied('127.10.10.21', '-i', 'http://adult-pornography.cat.test/<script>')
    expect(out).toMatch(/^HTTP\/1\.1 403 /)
    expect(out).toContain('Example All-Through School')
    expect(out).toContain('Pornography')
    expect(out).toMatch(/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/)
    expect(out).not.toContain('<script>')
  })

  test('the same answer as JSON and as plain text', async () => {
    const json = await proxied(
      '127.10.10.21',
      '-H',
      'accept: application/json',
      'http://money-gambling.cat.test/',
    )
    expect(JSON.parse(json)).toMatchObject({
      action: 'block',
      reason_code: 'category',
      category: 'money.gambling',
      profile: 'secondary_lesson',
      zone: 'classroom',
      policy_version: 1,
    })
    const plain = await proxied(
      '127.10.10.21',
      '-H',
      'accept: text/plain',
      'http://money-gambling.cat.test/',
    )
    expect(plain).not.toMatch(/<[a-z]+>/)
    expect(plain).toContain('Gambling')
  })

  test('a site that warns shows a page to a person, lets them on once they choose, and a script through', async () => {
    const site = `http://comms-forums.cat.test:${originPort}/thread?x=1`
    const browser = ['-i', '-H', 'accept: text/html,*/*;q=0.8']
    const page = await proxied('127.10.10.21', ...browser, site)
    expect(page).toMatch(/^HTTP\/1\.1 403 /)
    const link = /href="([^"]*continue[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? 'none'
    const onward = new URL(link, site).href
    const redirect = await proxied('127.10.10.21', ...browser, onward)
    expect(redirect).toMatch(/^HTTP\/1\.1 302 /)
    expect(redirect).toContain(site)
    expect(await proxied('127.10.10.21', ...browser, site)).toMatch(/^HTTP\/1\.1 200 /)
    // Somebody else's device is warned anew, also with this device's link.
    expect(await proxied('127.10.10.26', ...browser, onward)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await proxied('127.10.10.26', '-o', '/dev/null', '-w', '%{http_code}', site)).toBe('200')
  })

  test('CONNECT is refused alike, and opened alike', async () => {
    const refused = await proxied(
      '127.10.10.21',
      '-p',
      '-o',
      '/dev/null',
      '-w',
      '%{http_connect}',
      `http://bypass-vpn.cat.test:${originPort}/`,
    )
    expect(refused).toBe('403')
    const opened = await proxied('127.10.20.7', '-p', `http://bbc.co.uk:${originPort}/x`)
    expect(opened).toBe(`origin saw bbc.co.uk:${originPort}/x`)
  })

  test('CONNECT goes to no port but the allowed ones', async () => {
    const code = await proxied(
      '127.10.20.7',
      '-p',
      '-o',
      '/dev/null',
      '-w',
      '%{http_connect}',
      'http://bbc.co.uk:25/',
    )
    expect(code).toBe('403')
  })

  test('only the listed URL of a mixed host is sealed, however it is written', async () => {
    const code = (path: string): Promise<string> =>
      proxied(
        '127.10.20.7',
        '--path-as-is',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        `http://mixed-host.cat.test:${originPort}${path}`,
      )
    for (const path of [
      '/sealed/',
      '/sealed',
      '/sealed/x?y',
      '/%73ealed/',
      '//sealed/',
      '/a/../sealed/',
    ])
      expect([path, await code(path)]).toEqual([path, '403'])
    for (const path of ['/', '/sealedx', '/other/sealed/'])
      expect([path, await code(path)]).toEqual([path, '200'])
  })

  test("the gate's own ports, loopback and private targets are out of reach", async () => {
    const targets = [
      `http://127.0.0.1:${gate.metrics.port}/metrics`,
      `http://localhost:${gate.metrics.port}/metrics`,
      'http://169.254.169.254/latest/',
      'http://10.0.0.1/',
      'http://[::ffff:127.0.0.1]/',
    ]
    for (const target of targets) {
      const out = await proxied('127.10.20.10', '-H', 'accept: application/json', target)
      expect([target, JSON.parse(out)]).toMatchObject([target, { reason_code: 'address_refused' }])
    }
  })

  test('a host that DNS sent to the block page hears why there', async () => {
    const url = `http://127.0.0.1:${gate.blockPage.port}/any`
    const out = await curl('127.10.10.21', '-i', '-H', 'host: media-games.cat.test', url)
    expect(out).toMatch(/^HTTP\/1\.1 403 /)
    expect(out).toContain('Games')
  })

  test('/why shows a device its own refusals, DNS ones too, and nobody else’s', async () => {
    await dig('127.10.11.20', 'comms-social.cat.test')
    const why = (from: string): Promise<string> =>
      curl(from, `http://127.0.0.1:${gate.blockPage.port}/why`)
    const own = await until(
      () => why('127.10.11.20'),
      (page) => page.includes('comms-social.cat.test'),
    )
    expect(own).toMatch(/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/)
    expect(await why('127.10.20.7')).not.toContain('comms-social.cat.test')
  })
})

describe('operations', () => {
  test('the metrics page passes promtool and counts what was asked', async () => {
    const { body } = await gate.get('/metrics')
    const { code, err, out } = await run('promtool', ['check', 'metrics'], body)
    expect(`${out}${err}`).toBe('')
    expect(code).toBe(0)
    const series =
      'schoolgate_dns_queries_total{transport="udp",verdict="block",reason="reception_hours"}'
    const before = await gate.metric(series)
    await dig('127.10.10.7', 'one-more.example')
    expect(await gate.metric(series)).toBe(before + 1)
  })

  test('its threads keep no more room for new objects than packets need', async () => {
    const room = await gate.metric('nodejs_heap_space_size_total_bytes{space="new"}')
    expect(room).toBeLessThanOrEqual(3 * 4 * 2 ** 20)
  })

  test('malformed packets are counted and answered, and the gate goes on', async () => {
    const { createSocket } = await import('node:dgram')
    const socket = createSocket('udp4')
    socket.send(Buffer.from('0001000000010000000000000', 'hex'), gate.dns.port, '127.0.0.1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    expect((answer[3] ?? 0) & 15).toBe(1)
    expect(await gate.metric('schoolgate_dns_malformed_total{transport="udp"}')).toBeGreaterThan(0)
    expect(await dig('127.10.20.7', 'bbc.co.uk')).toContain(ORIGIN)
  })

  test('SIGTERM with an open tunnel ends within five seconds, with every refusal in the journal', async () => {
    const other = await GateProcess.start({
      clock: TUESDAY_10,
      set: {
        'dns.upstreams': [upstream.url],
        'http.allowTargets': [`${ORIGIN}/32`],
        'http.connectPorts': [originPort],
      },
    })
    const tunnel = connect({
      port: other.http.port,
      host: '127.0.0.1',
      localAddress: '127.10.20.7',
    })
    tunnel.on('error', () => undefined)
    tunnel.write(
      `CONNECT bbc.co.uk:${originPort} HTTP/1.1\r\nHost: bbc.co.uk:${originPort}\r\n\r\n`,
    )
    const [head] = (await once(tunnel, 'data')) as [Buffer]
    expect(head.toString()).toMatch(/^HTTP\/1\.1 200/)
    expect(await other.metric('schoolgate_tunnels_open')).toBe(1)
    for (let i = 0; i < 7; i += 1)
      await run('curl', [
        '-s',
        '-o',
        '/dev/null',
        '--interface',
        '127.10.10.21',
        '-x',
        `http://127.0.0.1:${other.http.port}`,
        `http://n${i}.media-games.cat.test/`,
      ])
    const page = await run('curl', [
      ...['-s', '--interface', '127.10.10.21', '-H', 'accept: application/json'],
      ...['-x', `http://127.0.0.1:${other.http.port}`, 'http://shown.media-games.cat.test/'],
    ])
    const { block_ref: shown } = JSON.parse(page.out) as { block_ref: string }
    const { code, tookMs } = await other.stop()
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(5000)
    const journal = new DatabaseSync(join(other.records, 'journal.sqlite'), { readOnly: true })
    const row = journal
      .prepare(
        "SELECT sum(repeat_count) AS n, min(layer) AS layer FROM journal WHERE host LIKE '%media-games%'",
      )
      .get()
    expect(row).toMatchObject({ n: 8, layer: 'http' })
    // What a pupil reads out at reception leads to the record.
    const found = journal.prepare('SELECT host FROM journal WHERE block_ref = ?').get(shown)
    expect(found).toMatchObject({ host: 'shown.media-games.cat.test' })
    journal.close()
    await other[Symbol.asyncDispose]()
  })
})

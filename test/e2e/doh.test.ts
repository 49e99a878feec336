import { once } from 'node:events'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { join } from 'node:path'
import { decode } from 'dns-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { a, responseTo } from '../support/dns-packets.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const upstream = createSocket('udp4')
/** A Tuesday in term, in the middle of a lesson. */
const LESSON = '2026-11-24T10:30:00Z'

let gate: GateProcess

beforeAll(async () => {
  upstream.on('message', (query: Buffer, from: RemoteInfo) => {
    const [{ name, type } = { name: '', type: '' }] = decode(query).questions ?? []
    const answers = type === 'A' ? [a(name, '192.0.2.7')] : []
    upstream.send(responseTo(query, { answers }), from.port, from.address)
  })
  upstream.bind(0, '127.0.0.1')
  await once(upstream, 'listening')
  gate = await GateProcess.start({
    clock: LESSON,
    set: {
      'dns.upstreams': [`udp://127.0.0.1:${upstream.address().port}`],
      'dns.dohSalt': 'test-salt',
    },
  })
  const because = ['--reason', 'for the test of tokens', '--records', gate.records]
  await tool('changes', 'appoint', 'p-head', 'head', '--clock', LESSON, ...because)
  await tool('changes', 'appoint', 'p-it', 'it', '--actor', 'p-head', '--clock', LESSON, ...because)
}, 60_000)

afterAll(async () => {
  await gate[Symbol.asyncDispose]()
  upstream.close()
})

function tool(...args: string[]): Promise<ProgramResult> {
  return run(join(ROOT, 'schoolgate'), args)
}

const BY = ['--actor', 'p-it', '--reason', 'this device goes home', '--clock', LESSON]

async function issue(device: string): Promise<{ id: string; path: string }> {
  const server = ['--server', 'https://localhost', '--records', gate.records]
  const { out, err } = await tool('doh-token', 'issue', device, ...server, ...BY)
  const [, path = ''] = /^address https:\/\/localhost(\S+)$/m.exec(out) ?? []
  const [, id = ''] = /`(t\d+)`/.exec(out) ?? []
  if (path === '' || id === '') throw new Error(out + err)
  return { id, path }
}

/** A look-up with dig over HTTPS: its status line and reason, or that HTTP refused it. */
async function dig(path: string, name: string, ...more: string[]): Promise<string> {
  const { host, port } = gate.doh
  const ask = [`@${host}`, '-p', `${port}`, `+https=${path}`, '+tries=1', '+time=10', ...more, name]
  const { out } = await run('dig', ask)
  const reason = /EDE: \d+ \(\w+\): \(([\w:]+): /.exec(out)?.[1]
  const address = /^\S+\s+\d+\s+IN\s+A\s+(\S+)$/m.exec(out)?.[1]
  return reason ?? address ?? /status: (\w+)/.exec(out)?.[1] ?? 'no answer'
}

async function curl(path: string, ...more: string[]): Promise<ProgramResult> {
  const { host, port } = gate.doh
  return run('curl', ['-sk', '--max-time', '20', ...more, `https://${host}:${port}${path}`])
}

test('dig asks over HTTPS, and a device is who its address says', async () => {
  expect(await dig('/dns-query', 'bbc.co.uk', '-b', '127.10.20.10')).toBe('192.0.2.7')
  expect(await dig('/dns-query', 'adult-pornography.cat.test', '-b', '127.10.20.10')).toBe(
    'category',
  )
  expect(await dig('/dns-query', 'bbc.co.uk', '-b', '127.10.10.7')).toBe('reception_hours')
  expect(await dig('/dns-query', 'bbc.co.uk', '-b', '127.10.20.10', '+https-get')).toBe('192.0.2.7')
})

test('kdig, which pads its queries, gets a padded answer', async () => {
  const { host, port } = gate.doh
  const ask = [`@${host}`, '-p', `${port}`, '+https=/dns-query', '+padding=128', 'bbc.co.uk', 'A']
  const { out } = await run('kdig', ask)
  expect(out).toMatch(/PADDING: \d+ B/)
})

test('curl looks up a name at a device’s own address, and goes where the answer says', async () => {
  const { path } = await issue('staff-work')
  await until(
    () => dig(path, 'bbc.co.uk'),
    (is) => is === '192.0.2.7',
  )
  const { host, port } = gate.doh
  const doh = ['--doh-insecure', '--doh-url', `https://${host}:${port}${path}`]
  const { err } = await run('curl', [
    ...['-sv', '--max-time', '20', '--connect-timeout', '5', ...doh, 'http://bbc.co.uk:9/'],
  ])
  expect(err).toContain('Trying 192.0.2.7')
})

test('V12: a device names itself by its token from anywhere, and has what its school lets it there', async () => {
  const { path } = await issue('pupil-y9-laptop')
  // 127.0.0.1 is in no zone: without the token it is a device that nobody knows.
  expect(await dig('/dns-query', 'bbc.co.uk')).toBe('unregistered')
  expect(
    await until(
      () => dig(path, 'bbc.co.uk'),
      (is) => is === '192.0.2.7',
    ),
  ).toBe('192.0.2.7')
  expect(await dig(path, 'adult-pornography.cat.test')).toBe('category')
  const { out } = await tool(
    ...['explain', '--config', join(ROOT, 'examples', 'gate.yaml'), '--device', 'pupil-y9-laptop'],
    ...['--set', `records.directory=${gate.records}`, '--zone', 'off_site', '--json'],
    ...['--url', 'https://bbc.co.uk/', '--at', '2026-11-24T17:00:00Z'],
  )
  expect(JSON.parse(out)).toMatchObject({
    ...{ action: 'allow', profile: 'secondary_lesson', zone: 'off_site' },
    windows: expect.arrayContaining(['homework']) as string[],
  })
})

test('a token of a lost device answers that it is lost', async () => {
  const { path } = await issue('staff-lost')
  expect(
    await until(
      () => dig(path, 'bbc.co.uk'),
      (is) => is === 'lost',
    ),
  ).toBe('lost')
})

test('V11: a device that names itself by its token inside the school is known at its address', async () => {
  const { path } = await issue('staff-work')
  const from = ['-b', '127.10.20.99']
  const plain = async (): Promise<string> => {
    const { host, port } = gate.dns
    const { out } = await run('dig', [
      `@${host}`,
      '-p',
      `${port}`,
      '+time=10',
      ...from,
      'bbc.co.uk',
    ])
    return out.includes('192.0.2.7') ? 'open' : out.includes('unregistered') ? 'closed' : out
  }
  // Nothing registered has this number, so the address alone is a stranger's.
  expect(await plain()).toBe('closed')
  await until(
    () => dig(path, 'bbc.co.uk', ...from),
    (is) => is === '192.0.2.7',
  )
  await until(plain, (is) => is === 'open')
})

test('a revoked token is refused within a second or two, like one that never was', async () => {
  const { id, path } = await issue('pupil-y12-laptop')
  const query = 'dns=AAABAAABAAAAAAAAA2JiYwJjbwJ1awAAAQAB'
  const status = async (): Promise<string> =>
    (await curl(`${path}?${query}`, '-o', '/dev/null', '-w', '%{http_code}')).out
  await until(status, (is) => is === '200')
  const revoked = await tool('doh-token', 'revoke', id, '--records', gate.records, ...BY)
  expect(revoked.code).toBe(0)
  await until(status, (is) => is === '404', 5_000)
  const unknown = await curl(`/dns-query/nobody?${query}`, '-w', '%{http_code}')
  expect(unknown.out).toMatch(/404$/)
  expect(
    await gate.metric('schoolgate_doh_requests_total{outcome="revoked_token"}'),
  ).toBeGreaterThan(0)
  expect(
    await gate.metric('schoolgate_doh_requests_total{outcome="unknown_token"}'),
  ).toBeGreaterThan(0)
})

test('a Chromebook is known by the hash that Chrome makes of its asset id', async () => {
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256').update('test-saltpupil-y9-laptop').digest('hex').toUpperCase()
  expect(await dig(`/dns-query/${hash}`, 'bbc.co.uk')).toBe('192.0.2.7')
  expect(await dig(`/dns-query/${hash.toLowerCase()}`, 'bbc.co.uk')).toBe('no answer')
})

test('the checks of the contract’s outside judge hold', async () => {
  const text = ['-o', '/dev/null', '-w', '%{http_code}']
  const query = '?dns=AAABAAABAAAAAAAAA2JiYwJjbwJ1awAAAQAB'
  const as = ['--interface', '127.10.20.10']
  const whole = ['-o', '/dev/null', '-w', '%{http_code}/%{content_type}/%{http_version}']
  expect((await curl(`/dns-query${query}`, ...as, '--http2', ...whole)).out).toBe(
    '200/application/dns-message/2',
  )
  expect((await curl(`/dns-query${query}`, ...as, '--http1.1', ...whole)).out).toBe(
    '200/application/dns-message/1.1',
  )
  const { out: head } = await curl(`/dns-query${query}`, ...as, '-D-', '-o', '/dev/null')
  expect(Number(/max-age=(\d+)/.exec(head)?.[1])).toBeLessThanOrEqual(60)
  expect((await curl('/dns-query?dns=!!!', ...text)).out).toBe('400')
  expect((await curl('/dns-query', ...text)).out).toBe('400')
  expect((await curl('/dns-query', ...text, '-d', 'x', '-H', 'content-type: text/plain')).out).toBe(
    '415',
  )
  expect((await curl('/dns-query', ...text, '-X', 'PUT', '-d', 'x')).out).toBe('405')
  const big = ['-H', 'content-type: application/dns-message', '--data-binary', 'x'.repeat(70_000)]
  expect((await curl('/dns-query', ...text, ...big)).out).toBe('413')
})

test('the metrics tell its queries apart, and how many tokens there are', async () => {
  const { body } = await gate.get('/metrics')
  expect(body).toMatch(
    /schoolgate_dns_queries_total\{transport="doh",verdict="allow",reason="none"\} \d+/,
  )
  expect(body).toMatch(/schoolgate_doh_tokens \d+/)
})

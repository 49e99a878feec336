import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { searchPath } from '../../support/debian-packages.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { until } from '../../support/until.ts'
import { openScene } from './dns-scene.ts'
import { a, queryFor, read, responseTo } from '../../support/dns-packets.ts'
import { BLOCKED } from '../../support/scripted-plane.ts'
import { askUdp, testUpstream } from './test-upstream.ts'

const execFileAsync = promisify(execFile)
const env = { ...process.env, PATH: searchPath() }

/** A real resolver, authoritative for `school.test`. */
async function startUnbound(): Promise<number> {
  const directory = tempDirectory()
  const port = await freePort()
  const big = Array.from(
    { length: 40 },
    (_, i) => `local-data: 'big.school.test. 60 TXT "${'x'.repeat(60)}${i}"'`,
  )
  const config = [
    'server:',
    `directory: "${directory}"`,
    'username: ""',
    'chroot: ""',
    `pidfile: "${join(directory, 'pid')}"`,
    'use-syslog: no',
    `interface: 127.0.0.1@${port}`,
    'do-ip6: no',
    'module-config: "iterator"',
    'local-zone: "school.test." static',
    "local-data: 'school.test. 60 SOA ns.school.test. h.school.test. 1 3600 600 86400 30'",
    "local-data: 'www.school.test. 60 A 192.0.2.1'",
    "local-data: 'www.school.test. 60 AAAA 2001:db8::1'",
    "local-data: 'alias.school.test. 60 CNAME bad.school.test.'",
    ...big,
    'remote-control:',
    'control-enable: no',
  ]
  const file = join(directory, 'unbound.conf')
  writeFileSync(file, config.join('\n'))
  const daemon = spawn('unbound', ['-d', '-c', file], { env, stdio: 'ignore' })
  onTestFinished(async () => {
    const gone = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    await gone
  })
  await until(
    () => digs(port, 'www.school.test', '+short', '+tries=1', '+time=1').catch(() => ''),
    (answer) => answer.includes('192.0.2.1'),
  )
  return port
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function digs(port: number, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execFileAsync('dig', ['@127.0.0.1', '-p', `${port}`, ...words], { env })
  return stdout
}

test('dig reads our answers about what unbound says', async () => {
  const unbound = await startUnbound()
  const { udpPort, tcpPort, dns, plane } = await openScene([`udp://127.0.0.1:${unbound}`], {
    rulings: { 'bad.school.test': BLOCKED },
  })
  expect(await digs(udpPort, 'wWw.school.test', '+short')).toBe('192.0.2.1\n')
  expect(await digs(udpPort, 'wWw.school.TEST')).toContain(';wWw.school.TEST.')
  const gone = await digs(udpPort, 'gone.school.test')
  expect(gone).toMatch(/status: NXDOMAIN/)
  expect(gone).toMatch(/SOA\tns\.school\.test/)
  expect(await digs(udpPort, 'big.school.test', 'TXT', '+ignore', '+bufsize=1232')).toMatch(
    /flags:.* tc/,
  )
  const whole = await digs(tcpPort, '+tcp', 'big.school.test', 'TXT', '+short')
  expect(whole.trim().split('\n')).toHaveLength(40)
  const refused = await digs(udpPort, 'bad.school.test')
  expect(refused).toContain('EDE: 17 (Filtered): (category: the site is in a category')
  expect(await digs(udpPort, 'alias.school.test', '+short')).toBe('')
  expect(plane.lookups.map(({ name }) => name)).toEqual(['bad.school.test', 'alias.school.test'])
  expect(await dns.lookup('www.school.test')).toEqual(['192.0.2.1', '2001:db8::1'])
})

test('all down: stale first, then servfail with its reason; blocked stays blocked', async () => {
  let isDown = false
  const upstream = await testUpstream((query) =>
    isDown ? responseTo(query, { rcode: 2 }) : responseTo(query, { answers: [a('www.test')] }),
  )
  const { udpPort, plane } = await openScene([upstream.udp], {
    rulings: { 'blocked.test': BLOCKED },
  })
  await askUdp(udpPort, queryFor('www.test'))
  isDown = true
  plane.clock += 3_600_000
  const shape = { edns: 1232 }
  expect(read(await askUdp(udpPort, queryFor('www.test', shape)))).toMatchObject({
    answers: ['A 192.0.2.1 30'],
    extended: { code: 3 },
  })
  expect(read(await askUdp(udpPort, queryFor('blocked.test', shape))).extended?.code).toBe(17)
  expect(read(await askUdp(udpPort, queryFor('other.test', shape))).rcode).toBe(2)
  plane.clock += 86_400_000
  expect(read(await askUdp(udpPort, queryFor('www.test', shape))).rcode).toBe(2)
})

test('an upstream that is not there is told as a network error', async () => {
  const { udpPort } = await openScene([`udp://127.0.0.1:${await freePort()}`])
  expect(read(await askUdp(udpPort, queryFor('www.test', { edns: 1232 })))).toMatchObject({
    rcode: 2,
    extended: { code: 23 },
  })
})

test('either listener may be left out', async () => {
  const { dns } = await openScene([], {}, { udp: null, tcp: null })
  expect([dns.udp, dns.tcp]).toEqual([null, null])
})

test('a config that the check should have refused does not start', async () => {
  await expect(openScene(['tls://192.0.2.1'])).rejects.toThrow(
    '`tls` upstreams are not supported yet',
  )
  await expect(openScene([], {}, { blockPageAddress: '::1' })).rejects.toThrow(
    'not an IPv4 address',
  )
})

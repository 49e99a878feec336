import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const BECAUSE = ['--reason', 'decided in the meeting of today']

/** governor-tablet in a classroom: refused at every hour of every day, but for a grant. */
const TABLET = '127.10.10.30'
const REVOKE_LIMIT_MS = 5_000

test('a grant opens after a yes, and its revocation at one gate closes DNS, HTTP and tunnels at both (V14)', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  await using upstream = await UnboundUpstream.start()
  const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const start = (gate: string): Promise<GateProcess> =>
    GateProcess.start({
      set: {
        ...{ 'records.redis': redis.url, gate, threads: 1 },
        ...{ 'dns.upstreams': [upstream.url], 'http.connectPorts': [port] },
        'http.allowTargets': [`${ORIGIN}/32`],
      },
    })
  await using one = await start('one')
  await using two = await start('two')
  const tool = (...args: string[]): Promise<ProgramResult> =>
    run(join(ROOT, 'schoolgate'), [...args, ...BECAUSE, '--records', one.records])
  await appoint(tool)

  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const wanted = ['--person', 'p-2001', '--profile', 'visitor', '--zone', 'classroom']
  const ask = ['grants', 'ask', 'personal_use', ...wanted, '--to', tomorrow]
  const asked = await tool(...ask, '--actor', 'p-0001')
  expect(asked.err).toBe('')
  const [, id = '', proposal = ''] = /grant `(\w+)`, ask: change (\S+) waits/.exec(asked.out) ?? []
  expect(await refused(one)).toBe(true)
  // Who asked is not the second person.
  const own = await tool('changes', 'approve', proposal, '--actor', 'p-0001')
  expect(own.code).toBe(1)
  expect((await tool('changes', 'approve', proposal, '--actor', 'p-0005')).code).toBe(0)
  const gates = [one, two]
  for (const gate of gates)
    await until(
      () => refused(gate),
      (no) => !no,
    )

  const open = await Promise.all(
    gates.flatMap((gate) => [
      opened(gate, `CONNECT bbc.co.uk:${port} HTTP/1.1\r\nHost: x\r\n\r\n`),
      opened(gate, `GET http://bbc.co.uk:${port}/ HTTP/1.1\r\nHost: bbc.co.uk:${port}\r\n\r\n`),
    ]),
  )
  expect(open.every(({ closed }) => !closed)).toBe(true)
  const revoke = await tool('grants', 'revoke', id, '--actor', 'p-0004')
  expect([revoke.code, revoke.err]).toEqual([0, ''])
  const began = performance.now()
  await Promise.all(open.map(closing))
  for (const gate of gates)
    await until(
      () => refused(gate),
      (no) => no,
    )
  expect(performance.now() - began).toBeLessThan(REVOKE_LIMIT_MS)
  for (const gate of gates) expect(await status(gate, port)).toContain('403')
  origin.closeAllConnections()
  origin.close()
}, 60_000)

async function appoint(tool: (...args: string[]) => Promise<ProgramResult>): Promise<void> {
  const duties = [
    ['p-0004', 'head'],
    ['p-0005', 'slt', '--actor', 'p-0004'],
    ['p-0001', 'teacher', '--actor', 'p-0004'],
  ]
  for (const words of duties) {
    const done = await tool('changes', 'appoint', ...words)
    expect([done.code, done.err]).toEqual([0, ''])
  }
}

/** Whether DNS refuses the tablet, asked of the gate as the tablet itself. */
async function refused(gate: GateProcess): Promise<boolean> {
  const args = ['-b', TABLET, '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']
  return !(await run('dig', args)).out.includes(ORIGIN)
}

async function status(gate: GateProcess, port: number): Promise<string> {
  const proxy = ['--interface', TABLET, '-x', `http://127.0.0.1:${gate.http.port}`]
  return (
    (await run('curl', ['-si', ...proxy, `http://bbc.co.uk:${port}/`])).out.split('\r\n')[0] ?? ''
  )
}

/** A cut may come as a reset, so `once` would reject; one that came already is no wait. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => {
      resolve()
    })
  })
}

/** A connection through the proxy that got its first answer, a good one. */
async function opened(gate: GateProcess, head: string): Promise<Socket> {
  const { host, port } = gate.http
  const socket = connect({ port, host, localAddress: TABLET })
  socket.on('error', () => undefined)
  socket.write(head)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  return socket
}

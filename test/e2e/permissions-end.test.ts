import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** A Tuesday, in the third lesson of secondary pupils: the bell is at 10:55. */
const CLOCK = Date.parse('2026-11-24T10:00:00Z')
/** Of everything that is opened here, from when the first of it is asked for. */
const OPEN_MS = 40_000
const CUT_MS = 5_000

/** All in a classroom, of the example school: Idris of class 9b/Sc1, a teacher's school laptop, a governor's tablet. */
const PUPIL = '127.10.10.21'
const TEACHER = '127.10.10.10'
const GOVERNOR = '127.10.10.30'
const GAMES = 'media-games.cat.test'
const WEBMAIL = 'comms-webmail.cat.test'
const NEWS = 'bbc.co.uk'

/** The example school's gate in the third lesson of a Tuesday, with an origin behind it. */
async function openSchool(open: AsyncDisposableStack) {
  const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
  open.defer(() => {
    origin.closeAllConnections()
    origin.close()
  })
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const upstream = open.use(await UnboundUpstream.start())
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  const started = performance.now()
  const gate = open.use(
    await GateProcess.start({
      config: join(directory, 'gate.yaml'),
      clock: new Date(CLOCK).toISOString(),
      set: {
        'dns.upstreams': [upstream.url],
        'http.allowTargets': [`${ORIGIN}/32`],
        'http.connectPorts': [port],
      },
    }),
  )
  /** Gate time, epoch ms, at most the time of its start ahead. */
  const now = (): number => CLOCK + Math.floor(performance.now() - started)
  const tool = async (...args: string[]): Promise<string> => {
    const signed = ['--reason', 'decided in the meeting of today', '--records', gate.records]
    const clock = ['--clock', new Date(now()).toISOString()]
    const { code, out, err } = await run(join(ROOT, 'schoolgate'), [...args, ...signed, ...clock])
    expect([code, err]).toEqual([0, ''])
    return out
  }
  await tool('changes', 'appoint', 'p-0004', 'head')
  await tool('changes', 'appoint', 'p-0005', 'dsl', '--actor', 'p-0004')
  await tool('changes', 'appoint', 'p-0001', 'teacher', '--actor', 'p-0004')
  const waits = async (actor: string, ...args: string[]): Promise<string> => {
    const out = await tool(...args)
    const id = /change (\S+) waits/.exec(out)?.[1] ?? ''
    await tool('changes', 'approve', id, '--actor', actor)
    return out
  }
  const dns = async (from: string, host: string): Promise<string> => {
    const { out } = await run('dig', ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, host])
    return out.includes(ORIGIN) ? 'open' : (/EDE: \d+ \([^)]*\): \((.*)\)/.exec(out)?.[1] ?? out)
  }
  const http = async (from: string, host: string): Promise<string> => {
    const proxy = ['-s', '--interface', from, '-x', `http://127.0.0.1:${gate.http.port}`]
    return (await run('curl', [...proxy, `http://${host}:${port}/`])).out
  }
  const tunnel = (from: string, host: string) => openTunnel(gate, from, `${host}:${port}`)
  return { gate, directory, now, tool, waits, dns, http, tunnel }
}

test('a lesson, a grant and overrides of both kinds open until their end and are cut within five seconds of it', async () => {
  await using open = new AsyncDisposableStack()
  const { directory, now, tool, waits, dns, http, tunnel } = await openSchool(open)
  expect(await dns(PUPIL, GAMES)).toMatch(/^category/)
  await waits(
    'p-0004',
    ...['lessons', 'pack', 'film', '--label', 'Film', '--site', GAMES, '--actor', 'p-0001'],
  )
  // Without an end of its own a lesson ends at the bell.
  await tool('lessons', 'open', '9b/Sc1', '--pack', 'film', '--actor', 'p-0001')
  const [, lesson = ''] =
    /^(\S+) class 9b\/Sc1 .* until 2026-11-24T10:55:00.000Z, in force/m.exec(
      await tool('lessons', 'list'),
    ) ?? []
  await until(
    () => dns(PUPIL, GAMES),
    (answer) => answer === 'open',
  )
  await tool('lessons', 'end', lesson, '--actor', 'p-0001')
  await until(
    () => dns(PUPIL, GAMES),
    (answer) => answer !== 'open',
  )

  const end = now() + OPEN_MS
  const to = new Date(end).toISOString()
  const policy = join(directory, 'policy.yaml')
  const rule = `sites:\n  - { id: mail, allow: [${WEBMAIL}], profiles: [staff_work], until: '${to}', because: A test. }\n`
  writeFileSync(policy, readFileSync(policy, 'utf8').replace('sites:\n', rule))
  await tool('lessons', 'open', '9b/Sc1', '--pack', 'film', '--until', to, '--actor', 'p-0001')
  await tool('sites', 'block', NEWS, '--until', to, '--actor', 'p-0005')
  const grant = ['--device', 'governor-tablet', '--profile', 'visitor', '--zone', 'classroom']
  const ask = ['grants', 'ask', 'personal_use', ...grant, '--to', to, '--actor', 'p-0001']
  await waits('p-0004', ...ask)

  const opened = [
    [PUPIL, GAMES],
    [TEACHER, WEBMAIL],
    [GOVERNOR, 'gov.uk'],
  ] as const
  for (const [from, host] of opened)
    await until(
      () => dns(from, host),
      (answer) => answer === 'open',
    )
  expect(await dns(TEACHER, NEWS)).toMatch(/^site/)
  for (const [from, host] of opened) expect(await http(from, host)).toBe('open')
  const tunnels = await Promise.all(opened.map(([from, host]) => tunnel(from, host)))
  // All of this was while it was open: a slower machine has to be given a later end.
  expect(now()).toBeLessThan(end)
  await Promise.all(tunnels.map(closing))
  expect(now()).toBeGreaterThanOrEqual(end)
  expect(now()).toBeLessThan(end + CUT_MS)

  expect(await dns(PUPIL, GAMES)).toMatch(/^category/)
  expect(await dns(TEACHER, WEBMAIL)).toMatch(/^category/)
  expect(await dns(GOVERNOR, 'gov.uk')).not.toBe('open')
  for (const [from, host] of opened) expect(await http(from, host)).not.toBe('open')
  // And what was closed until then is open again.
  expect(await dns(TEACHER, NEWS)).toBe('open')
  expect(await http(TEACHER, NEWS)).toBe('open')
}, 180_000)

test('a correction holds after the list that it corrects has changed and was read again', async () => {
  await using open = new AsyncDisposableStack()
  const { gate, directory, tool, dns } = await openSchool(open)
  expect(await dns(PUPIL, GAMES)).toMatch(/^category/)
  const put = ['corrections', 'fix', GAMES, '--remove', 'media.games', '--add', 'edu.allow']
  await tool(...put, '--actor', 'p-0005')
  await until(
    () => dns(PUPIL, GAMES),
    (answer) => answer === 'open',
  )
  const list = join(directory, 'lists', 'fixtures', 'media.games.txt')
  writeFileSync(list, `${readFileSync(list, 'utf8')}chess.example\nwww.${GAMES}\n`)
  gate.signal('SIGHUP')
  // The newer list is in force when what only it has is refused.
  await until(
    () => dns(PUPIL, 'chess.example'),
    (answer) => answer.startsWith('category'),
    20_000,
  )
  expect(await dns(PUPIL, GAMES)).toBe('open')
  // The correction is of the host and all below it, in the newer list, too.
  expect(await dns(PUPIL, `www.${GAMES}`)).toBe('open')
}, 180_000)

/** A cut may come as a reset, so `once` would reject. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => {
      resolve()
    })
  })
}

async function openTunnel(gate: GateProcess, from: string, authority: string): Promise<Socket> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  return socket
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SCHOOL_FILES, schoolFolder } from '../support/school-folder.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const HOST = 'open.example'
/** A teacher's phone in the yard, where no rule ever lets it in; a pupil's laptop and the phone in the hall. */
const PHONE_IN_YARD = '127.10.21.7'
const LAPTOP_IN_HALL = '127.10.22.8'
const PHONE_IN_HALL = '127.10.22.7'

const POLICY = (SCHOOL_FILES['policy.yaml'] ?? '')
  .replace(
    '  unknown:',
    `  yard: { networks: [127.10.21.0/24], pupil_area: true }
  hall: { networks: [127.10.22.0/24], pupil_area: true, exam: true }
  unknown:`,
  )
  .replace(
    'profiles:\n',
    'profiles:\n  pupils: { start_from: secondary }\n  staff_emergency: { start_from: staff, social: true }\n',
  )
  .replace(
    'access:\n',
    'access:\n  - { id: laptops, role: pupil, ownership: school, profile: pupils }\n',
  )
  .concat(`sites: [{ allow: [${HOST}], because: For the test. }]\n`)

/** A gate of the small school by the wall's clock, with an origin behind it and `p-1` as head. */
async function openSchool(open: AsyncDisposableStack) {
  const origin = createServer((_request, response) => response.end('open')).listen(0, ORIGIN)
  open.defer(() => {
    origin.closeAllConnections()
    origin.close()
  })
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const upstream = open.use(await UnboundUpstream.start())
  const school = schoolFolder({
    'policy.yaml': POLICY,
    'people.csv': 'person_ref,name,role,phase\np-1,A,staff,\np-2,B,pupil,secondary\n',
    'devices.csv': `id,octet,person_ref,role,phase,ownership,type,state,aup,posture
phone,7,p-1,staff,,personal,phone,approved,signed,ok
laptop,8,p-2,pupil,secondary,school,laptop,approved,signed,ok
`,
  })
  const set = {
    'dns.upstreams': [upstream.url],
    'http.allowTargets': [`${ORIGIN}/32`],
    'http.connectPorts': [port],
  }
  const gate = open.use(await GateProcess.start({ config: school.path('gate.yaml'), set }))
  const tool = async (...args: string[]): Promise<string> => {
    const signed = ['--actor', 'p-1', '--reason', 'fire drill and rehearsal of the autumn']
    const records = ['--records', gate.records]
    const { code, out, err } = await run(join(ROOT, 'schoolgate'), [...args, ...signed, ...records])
    expect([code, err]).toEqual([0, ''])
    return out
  }
  const appoint = ['changes', 'appoint', 'p-1', 'head', '--reason', 'first appointment of a head']
  await run(join(ROOT, 'schoolgate'), [...appoint, '--records', gate.records])
  /** What DNS answers: the origin's address, or the refusal's reason. */
  const dns = async (from: string): Promise<string> => {
    const args = ['-b', from, '@127.0.0.1', '-p', `${gate.dns.port}`, HOST]
    const { out } = await run('dig', args)
    return out.includes(ORIGIN) ? 'open' : (/EDE: .*?\((.*)\)/.exec(out)?.[1] ?? out)
  }
  const http = (from: string): Promise<string> => get(gate, from, `${HOST}:${port}`)
  const tunnel = (from: string): Promise<Socket> => openTunnel(gate, from, `${HOST}:${port}`)
  return { gate, tool, dns, http, tunnel }
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

test('a fire drill opens staff devices on DNS and HTTP within five seconds, and ends by itself', async () => {
  await using open = new AsyncDisposableStack()
  const { tool, dns, http, tunnel } = await openSchool(open)
  // By the wall's clock: in reception hours a rule of the policy says no, at other times nothing says yes.
  expect(await dns(PHONE_IN_YARD)).toMatch(/default|reception_hours/)
  expect(await http(PHONE_IN_YARD)).not.toBe('open')

  await tool('emergency', 'begin', 'drill', '--until', inSeconds(10))
  const began = performance.now()
  await until(
    () => dns(PHONE_IN_YARD),
    (answer) => answer === 'open',
  )
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(await http(PHONE_IN_YARD)).toBe('open')
  const running = await tunnel(PHONE_IN_YARD)
  // Pupils are unchanged.
  expect(await dns(LAPTOP_IN_HALL)).toBe('open')

  await closing(running)
  const seconds = (performance.now() - began) / 1000
  expect(seconds).toBeLessThan(10 + 5)
  // By the wall's clock: in reception hours a rule of the policy says no, at other times nothing says yes.
  expect(await dns(PHONE_IN_YARD)).toMatch(/default|reception_hours/)
  expect(await http(PHONE_IN_YARD)).not.toBe('open')
})

test('a fire drill ended by hand is over within five seconds', async () => {
  await using open = new AsyncDisposableStack()
  const { tool, dns } = await openSchool(open)
  await tool('emergency', 'begin', 'drill', '--minutes', '20')
  await until(
    () => dns(PHONE_IN_YARD),
    (answer) => answer === 'open',
  )
  await tool('emergency', 'end')
  const ended = performance.now()
  await until(
    () => dns(PHONE_IN_YARD),
    (answer) => answer !== 'open',
  )
  expect(performance.now() - ended).toBeLessThan(5_000)
})

test('an exam rehearsal begins and ends by the clock, and says what it is', async () => {
  await using open = new AsyncDisposableStack()
  const { gate, tool, dns, http } = await openSchool(open)
  const term = ['--from', inSeconds(6), '--until', inSeconds(14)]
  const kind = ['--kind', 'exam_rehearsal', '--zones', 'hall']
  await tool('occasions', 'begin', 'mock', ...kind, ...term)
  expect(await dns(LAPTOP_IN_HALL)).toBe('open')

  await until(
    () => dns(LAPTOP_IN_HALL),
    (answer) => answer !== 'open',
    15_000,
  )
  const refusal = await dns(LAPTOP_IN_HALL)
  expect(refusal).toMatch(/closed_profile: .*exam rehearsal `mock`/)
  expect(await http(LAPTOP_IN_HALL)).toContain('exam rehearsal')
  expect(await dns(PHONE_IN_HALL)).toContain('exam: ')

  await until(
    () => dns(LAPTOP_IN_HALL),
    (answer) => answer === 'open',
    15_000,
  )
  expect(await http(LAPTOP_IN_HALL)).toBe('open')
  expect(await gate.metric('schoolgate_policy_revision')).toBe(1)
})

/** A cut may come as a reset, so `once` would reject. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    socket.once('close', () => {
      resolve()
    })
  })
}

/** The body that the proxy brings, a page of ours or the origin's. */
async function get(gate: GateProcess, from: string, authority: string): Promise<string> {
  const args = ['-s', '--interface', from, '-x', `http://127.0.0.1:${gate.http.port}`]
  return (await run('curl', [...args, `http://${authority}/`])).out
}

async function openTunnel(gate: GateProcess, from: string, authority: string): Promise<Socket> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  return socket
}

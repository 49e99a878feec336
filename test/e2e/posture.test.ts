import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeviceKey } from '../../agent/device-key.ts'
import { signedBody } from '../../agent/make-report.ts'
import type { PostureFacts } from '../../rules/posture/posture-report.ts'
import { postureOf } from '../support/sample-posture.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** staff-work in the staffroom: whatever the hour, it has `staff_work`. */
const LAPTOP = '127.10.20.10'
/** "In force in <= 5 s" (issue 5). */
const LIMIT_MS = 5_000

let gate: GateProcess
let server: ChildProcess
let agents = ''
let key: DeviceKey
let stamp = 0

beforeAll(async () => {
  // Nothing is resolved: of a name that is allowed the upstream's silence is the answer.
  gate = await GateProcess.start({ set: { threads: 1, 'dns.upstreams': ['udp://127.0.0.1:9'] } })
  const because = ['--reason', 'for the test of postures', '--records', gate.records]
  await tool('changes', 'appoint', 'p-head', 'head', ...because)
  await tool('changes', 'appoint', 'p-it', 'it', '--actor', 'p-head', ...because)
  server = spawn(
    join(ROOT, 'schoolgate'),
    ['agent', 'serve', '--records', gate.records, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (server.stdout === null) throw new Error('no stdout')
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  agents = (JSON.parse(line) as { agents: string }).agents
}, 60_000)

afterAll(async () => {
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  await gone
  await gate[Symbol.asyncDispose]()
})

function tool(...args: string[]): Promise<ProgramResult> {
  return run(join(ROOT, 'schoolgate'), args)
}

async function invite(device: string): Promise<string> {
  const by = [
    '--actor',
    'p-it',
    '--reason',
    'this device gets its agent',
    '--records',
    gate.records,
  ]
  const { out, err } = await tool('agent', 'invite', device, ...by)
  const code = /^code (\S+)$/m.exec(out)?.[1]
  if (code === undefined) throw new Error(err)
  return code
}

async function post(path: string, body: string): Promise<{ status: number; answer: unknown }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${agents}${path}`, { method: 'POST', headers, body })
  return { status: response.status, answer: await response.json() }
}

/** A report of staff-work; each a millisecond newer than the one before at least. */
function bodyOf(facts: Partial<PostureFacts>): string {
  stamp = Math.max(Date.now(), stamp + 1)
  return signedBody(postureOf(facts), { deviceId: 'staff-work', key, now: stamp })
}

/** The reason code with which the laptop is refused, null where it is not. */
async function reasonNow(): Promise<string | null> {
  const { host, port } = gate.dns
  const ask = [
    '-b',
    LAPTOP,
    `@${host}`,
    '-p',
    String(port),
    '+tries=1',
    '+time=1',
    'www.example.org',
  ]
  const { out } = await run('dig', ask)
  return /EDE: 1[567] \(\w+\): \(([\w:]+): /.exec(out)?.[1] ?? null
}

function reasonIs(reason: string | null): Promise<string | null> {
  return until(reasonNow, (is) => is === reason, LIMIT_MS)
}

test('V13: a device is judged by its agent from the enrolment on: silent is not open', async () => {
  expect(await reasonNow()).toBeNull()
  key = DeviceKey.generate()
  const body = { code: await invite('staff-work'), public_key: key.publicKey }
  expect(await post('/agent/v1/enrol', JSON.stringify(body))).toMatchObject({
    status: 200,
    answer: { device_id: 'staff-work', ownership: 'school', report_every_seconds: 900 },
  })
  await reasonIs('posture_stale')
  expect((await post('/agent/v1/reports', bodyOf({}))).answer).toMatchObject({ standing: 'good' })
  await reasonIs(null)
})

const av = (more: Partial<PostureFacts['av']>): Partial<PostureFacts> => ({
  av: { product: 'Sophos Endpoint', running: true, defs_age_days: 0, ...more },
})

test.each<[check: string, facts: Partial<PostureFacts>]>([
  ['tamper', { tamper: true }],
  ['jailbreak', { jailbroken: true }],
  ['vpn_profile', { vpn_or_proxy_profile: true }],
  ['antivirus', av({ running: false })],
  ['antivirus', av({ running: null })],
  ['screen_lock', { screen_lock: false }],
  ['auto_lock', { auto_lock_min: 11 }],
  ['unknown_sources', { unknown_sources: null }],
])('V13: %s alone holds the device back with that reason in 5 s', async (check, facts) => {
  const { answer } = await post('/agent/v1/reports', bodyOf(facts))
  expect(answer).toMatchObject({ standing: 'failing', mend: { check } })
  await reasonIs(`posture:${check}`)
  await post('/agent/v1/reports', bodyOf({}))
  await reasonIs(null)
})

test.each<[check: string, facts: Partial<PostureFacts>]>([
  ['av_definitions', av({ defs_age_days: 4 })],
  ['os_supported', { os_version: '13.6' }],
  ['patches', { patch_age_days: 31 }],
  ['disk_encryption', { disk_encrypted: false }],
])('%s has its time in the example school, and the device is told', async (check, facts) => {
  const { answer } = await post('/agent/v1/reports', bodyOf(facts))
  expect(answer).toMatchObject({ standing: 'grace', mend: { check } })
  expect(await reasonNow()).toBeNull()
  await post('/agent/v1/reports', bodyOf({}))
})

test('V13: forged and replayed reports change nothing, and the metrics say so', async () => {
  const good = bodyOf({})
  expect((await post('/agent/v1/reports', good)).status).toBe(200)
  await post('/agent/v1/reports', bodyOf({ screen_lock: false }))
  await reasonIs('posture:screen_lock')
  expect((await post('/agent/v1/reports', good)).answer).toMatchObject({ reason: 'out_of_order' })
  const foreign = signedBody(postureOf(), {
    ...{ deviceId: 'staff-work', key: DeviceKey.generate(), now: Date.now() },
  })
  expect((await post('/agent/v1/reports', foreign)).answer).toMatchObject({ reason: 'forged' })
  expect(await reasonNow()).toBe('posture:screen_lock')
  const refused = 'schoolgate_posture_reports_total{outcome="forged"}'
  expect(await gate.metric(refused)).toBe(1)
  expect(await gate.metric('schoolgate_posture_devices{standing="failing"}')).toBe(1)
})

test('the agent of this machine enrols, runs, reports what it is, and stops when told', async () => {
  const state = join(tempDirectory(), 'state')
  const code = await invite('staff-laptop')
  const enrolled = await tool(
    'agent',
    'enrol',
    '--server',
    agents,
    '--code',
    code,
    '--state',
    state,
  )
  expect(enrolled).toMatchObject({ code: 0, err: '' })
  const again = await tool('agent', 'enrol', '--server', agents, '--code', code, '--state', state)
  expect(again.code).toBe(1)
  expect(again.err).toContain('there is no such code')
  const agent = spawn(join(ROOT, 'schoolgate'), ['agent', 'run', '--state', state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: agent.stdout })
  // The code that was used up cost nothing: the key of the first time still counts.
  const [line] = (await once(lines, 'line')) as [string]
  expect(line).toMatch(/ start: (good|grace|failing)/)
  const listed = await tool('agent', 'list', '--records', gate.records)
  expect(listed.out).toMatch(/^staff-laptop: (?:good|grace|failing).*last heard of at /m)
  const gone = once(agent, 'exit')
  agent.kill('SIGTERM')
  expect((await gone)[0]).toBe(0)
}, 30_000)

test('a revoked agent holds its device back, and its history is there for 30 days', async () => {
  await post('/agent/v1/reports', bodyOf({}))
  await reasonIs(null)
  const by = [
    '--actor',
    'p-it',
    '--reason',
    'the laptop is somebody else’s now',
    '--records',
    gate.records,
  ]
  expect((await tool('agent', 'revoke', 'staff-work', ...by)).code).toBe(0)
  await reasonIs('posture_stale')
  const { out } = await tool('agent', 'list', 'staff-work', '--records', gate.records)
  expect(out).toContain('failed:screen_lock (screen_lock)')
})

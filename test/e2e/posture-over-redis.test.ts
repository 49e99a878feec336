import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { DeviceKey } from '../../agent/device-key.ts'
import { signedBody } from '../../agent/make-report.ts'
import type { PostureFacts } from '../../rules/posture/posture-report.ts'
import { RedisServer } from '../support/redis-server.ts'
import { postureOf } from '../support/sample-posture.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'

const PROGRAM = join(import.meta.dirname, '..', '..', 'schoolgate')
/** Of a machine that does five other things; alone it is some two seconds. */
const WITHIN_MS = 40_000

/** staff-work in the staffroom: whatever the hour, it has `staff_work`. */
const LAPTOP = '127.10.20.10'

/** Where agents report beside the gate of `records`. */
async function serveAgents(records: string): Promise<string> {
  const serve = ['agent', 'serve', '--records', records, '--listen', '127.0.0.1:0']
  const child = spawn(PROGRAM, serve, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return (JSON.parse(line) as { agents: string }).agents
}

async function post(url: string, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body })).json()
}

/** The reason code with which the laptop is refused at a gate, null where it is not. */
async function reasonAt({ dns: { host, port } }: GateProcess): Promise<string | null> {
  const at = ['-b', LAPTOP, `@${host}`, '-p', String(port), '+tries=1', '+time=1']
  const { out } = await run('dig', [...at, 'www.example.org'])
  return /EDE: 1[567] \(\w+\): \(([\w:]+): /.exec(out)?.[1] ?? null
}

test('a report that was taken at one gate is judged at the other, and goes on to be with Redis away', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  const start = (gate: string): Promise<GateProcess> =>
    GateProcess.start({
      set: { 'records.redis': redis.url, gate, threads: 1, 'dns.upstreams': ['udp://127.0.0.1:9'] },
    })
  await using one = await start('one')
  await using two = await start('two')
  const tool = (...args: string[]) => run(PROGRAM, [...args, '--records', one.records])
  const because = ['--reason', 'for the test of postures']
  await tool('changes', 'appoint', 'p-head', 'head', ...because)
  await tool('changes', 'appoint', 'p-it', 'it', '--actor', 'p-head', ...because)
  const invited = await tool('agent', 'invite', 'staff-work', '--actor', 'p-it', ...because)
  const code = /^code (\S+)$/m.exec(invited.out)?.[1] ?? invited.err
  const agents = await serveAgents(one.records)
  const key = DeviceKey.generate()
  const enrol = JSON.stringify({ code, public_key: key.publicKey })
  expect(await post(`${agents}/agent/v1/enrol`, enrol)).toMatchObject({ device_id: 'staff-work' })
  const isAtTwo = (reason: string | null) =>
    until(
      () => reasonAt(two),
      (is) => is === reason,
      WITHIN_MS,
    )
  // Silent is not open, at the other gate either.
  await isAtTwo('posture_stale')
  const stamp = { now: Date.now() }
  const report = (facts: Partial<PostureFacts>): Promise<unknown> => {
    stamp.now = Math.max(Date.now(), stamp.now + 1)
    const of = { deviceId: 'staff-work', key, now: stamp.now }
    return post(`${agents}/agent/v1/reports`, signedBody(postureOf(facts), of))
  }
  expect(await report({})).toMatchObject({ standing: 'good' })
  await isAtTwo(null)
  expect(await report({ screen_lock: false })).toMatchObject({ standing: 'failing' })
  await isAtTwo('posture:screen_lock')
  expect(await two.metric('schoolgate_posture_reports_total{outcome="heard"}')).toBe(2)

  await redis.kill()
  await until(
    () => two.get('/readyz'),
    ({ body }) => body.includes('postures over redis'),
    WITHIN_MS,
  )
  await report({})
  await until(
    () => reasonAt(one),
    (is) => is === null,
    WITHIN_MS,
  )
  expect(await reasonAt(two)).toBe('posture:screen_lock')
  await redis.start()
  await isAtTwo(null)
}, 240_000)

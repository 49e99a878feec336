import { expect, test } from 'vitest'
import { LocalPresence } from '../../records/presence/local-presence.ts'
import { bindingOf } from '../support/bindings.ts'
import { RedisServer } from '../support/redis-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'

const TUESDAY_10 = '2026-11-24T10:00:00Z'
/** In the staffroom, and no registered device's own address. */
const HERE = '127.10.20.99'
const HOUR = 3_600_000
/** Of a machine that does five other things; alone the whole test takes three seconds. */
const WITHIN_MS = 40_000
/** Of a registered device of a member of staff, and of no stranger. */
const STAFF_ANSWER = 'not open for staff on their own devices'

/** What a gate knew when it was stopped: a teacher's laptop has shown its key at the address. */
async function recordsWith(device: string): Promise<string> {
  const directory = tempDirectory()
  using presence = LocalPresence.open(directory)
  const at = Date.parse(TUESDAY_10)
  const expires = at + HOUR
  const evidence = [{ source: 'agent', reporter: 'agent', at, until: expires }] as const
  const seen = { since: at, lastSeen: at, expires, evidence }
  const binding = bindingOf({ address: HERE, device, person: 'p-0001', ...seen })
  await presence.put([{ address: HERE, gate: 'one', at, expires, binding, ended: [] }], at)
  return directory
}

test('a device that one gate knows is known at the other, also when Redis and the first gate are gone', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  const start = (gate: string, records: string): Promise<GateProcess> =>
    GateProcess.start({
      clock: TUESDAY_10,
      set: { 'records.redis': redis.url, 'records.directory': records, gate, threads: 1 },
    })
  const ask = async (gate: GateProcess): Promise<string> => {
    const args = ['-b', HERE, '@127.0.0.1', '-p', `${gate.dns.port}`, '+time=2', '+tries=3']
    return (await run('dig', [...args, 'facebook.com'])).out
  }
  await using two = await start('two', tempDirectory())
  expect(await ask(two)).toContain('unregistered')
  await using one = await start('one', await recordsWith('staff-laptop'))
  const known = await until(
    () => ask(two),
    (answer) => !answer.includes('unregistered'),
    WITHIN_MS,
  )
  expect(known).toContain(STAFF_ANSWER)
  expect(await ask(one)).toContain(STAFF_ANSWER)
  expect(await two.metric('schoolgate_presence_shared_total{outcome="received"}')).toBeGreaterThan(
    0,
  )

  await redis.kill()
  await one.stop()
  await until(
    () => two.get('/readyz'),
    ({ body }) => body.includes('presence over redis'),
    WITHIN_MS,
  )
  expect(await ask(two)).toContain(STAFF_ANSWER)
}, 180_000)

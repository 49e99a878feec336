import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'
import { ORIGIN, UnboundUpstream } from './unbound-upstream.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** governor-tablet in a classroom: refused at every hour of every day, but for a permission or an occasion. */
const TABLET = '127.10.10.30'
/** "Live on the other in one second" (issue 3); the commands themselves are processes that must start. */
const LIVE_MS = 1_000

test('an occasion that is begun, extended and ended at one gate holds at the other within a second', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  await using upstream = await UnboundUpstream.start()
  const start = (gate: string): Promise<GateProcess> =>
    GateProcess.start({
      set: { 'records.redis': redis.url, gate, threads: 1, 'dns.upstreams': [upstream.url] },
    })
  await using one = await start('one')
  await using two = await start('two')
  const at =
    (gate: GateProcess) =>
    async (...args: string[]): Promise<string> => {
      const because = ['--reason', 'the governors visit lessons today', '--records', gate.records]
      const { code, out, err } = await run(join(ROOT, 'schoolgate'), [...args, ...because])
      expect([code, err]).toEqual([0, ''])
      return out
    }
  const [here, there] = [at(one), at(two)]
  await here('changes', 'appoint', 'p-0004', 'head')
  await here('changes', 'appoint', 'p-0005', 'slt', '--actor', 'p-0004')

  const group = ['--kind', 'group', '--people', 'p-2001', '--profile', 'visitor']
  const begin = ['occasions', 'begin', 'visit', ...group, '--zones', 'classroom', '--minutes', '60']
  const begun = await here(...begin, '--actor', 'p-0004')
  const [, proposal] = /change (\S+) waits/.exec(begun) ?? []
  if (proposal !== undefined) await here('changes', 'approve', proposal, '--actor', 'p-0005')
  await until(() => isOpen(two), Boolean, LIVE_MS)
  await until(() => isOpen(one), Boolean, LIVE_MS)

  await there('occasions', 'extend', 'visit', '--minutes', '90', '--actor', 'p-0004')
  await until(
    () => here('occasions', 'list'),
    (out) => out.includes('visit'),
    LIVE_MS,
  )
  await there('occasions', 'end', 'visit', '--actor', 'p-0004')
  await until(
    () => isOpen(one),
    (open) => !open,
    LIVE_MS,
  )
  await until(
    () => isOpen(two),
    (open) => !open,
    LIVE_MS,
  )
}, 60_000)

async function isOpen(gate: GateProcess): Promise<boolean> {
  const args = ['-b', TABLET, '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']
  return (await run('dig', args)).out.includes(ORIGIN)
}

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const REVISION = 'schoolgate_policy_revision'

test('two gates on one Redis: one founds, the other follows, and a change at one is live on both', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  const directory = tempDirectory()
  cpSync(EXAMPLES, directory, { recursive: true })
  const start = (gate: string, config: string): Promise<GateProcess> =>
    GateProcess.start({
      config,
      clock: '2026-11-24T10:00:00Z',
      set: { 'records.redis': redis.url, gate, threads: 1 },
    })
  await using one = await start('one', join(directory, 'gate.yaml'))
  await using two = await start('two', join(EXAMPLES, 'gate.yaml'))
  const ask = async (gate: GateProcess): Promise<string> => {
    const args = ['-b', '127.10.20.7', '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']
    return (await run('dig', args)).out
  }
  const block = (name: string): void => {
    const policy = join(directory, 'policy.yaml')
    const rule = `sites:\n  - block: [${name}]\n    because: A test blocks it.\n`
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('sites:\n', rule))
  }
  block('bbc.co.uk')
  const [first] = await Promise.all(
    [one, two].map(async (gate) => {
      await until(
        () => gate.metric(REVISION),
        (revision) => revision === 2,
      )
      return performance.now()
    }),
  )
  expect(first).toBeGreaterThan(0)
  for (const gate of [one, two]) expect(await ask(gate)).toContain('A test blocks it')

  // Neither the loss of Redis nor that of the other gate changes a verdict.
  await redis.kill()
  for (const gate of [one, two]) expect(await ask(gate)).toContain('A test blocks it')
  await one.stop()
  expect(await ask(two)).toContain('A test blocks it')
  await two.stop()
  // The chains are one: what either holds is a beginning of the other.
  const heads = await Promise.all(
    [one, two].map(async ({ records }) => {
      const verify = await run(join(EXAMPLES, '..', 'schoolgate'), [
        'ledger',
        'verify',
        '--records',
        records,
      ])
      expect(verify.code).toBe(0)
      return /head (\S+)/.exec(verify.out)?.[1]
    }),
  )
  expect(heads[0]).toBe(heads[1])
})

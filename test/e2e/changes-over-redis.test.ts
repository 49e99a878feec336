import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'
import { GateProcess } from './gate-process.ts'
import { run, type ProgramResult } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const BECAUSE = ['--reason', 'decided in the meeting of 24 November']

function saved(directory: string, file: string, change: (text: string) => string): void {
  const path = join(directory, file)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

test('what a person decides is in Redis when the command ends; with Redis down it is refused, a lost phone is not', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  await using client = await redis.client()
  const directory = tempDirectory()
  cpSync(join(ROOT, 'examples'), directory, { recursive: true })
  await using gate = await GateProcess.start({
    config: join(directory, 'gate.yaml'),
    clock: '2026-11-24T10:00:00Z',
    set: { 'records.redis': redis.url, threads: 1 },
  })
  const changes = (...args: string[]): Promise<ProgramResult> =>
    run(join(ROOT, 'schoolgate'), ['changes', ...args, '--records', gate.records])
  const inRedis = await client.xlen('sg:{ex}:ledger')
  const appointed = await changes('appoint', 'p-0001', 'head', ...BECAUSE)
  expect([appointed.code, appointed.err]).toEqual([0, ''])
  expect(await client.xlen('sg:{ex}:ledger')).toBe(inRedis + 1)

  await redis.kill()
  const refused = await changes('appoint', 'p-0002', 'dsl', '--actor', 'p-0001', ...BECAUSE)
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('only what shuts out can be changed')
  // A file is no way round that, and a lost laptop in it is lost all the same.
  saved(directory, 'devices.csv', (text) =>
    text.replace(/^(pupil-y9-laptop,.*),approved,/m, '$1,lost,'),
  )
  saved(directory, 'policy.yaml', (text) =>
    text.replace('sites:\n', 'sites:\n  - block: [bbc.co.uk]\n    because: A test blocks it.\n'),
  )
  const log = await until(
    () => gate.log.join('\n'),
    (lines) => lines.includes('waits for Redis'),
  )
  expect(log).toContain('Redis does not serve')
  const { body } = await gate.get('/readyz')
  expect(body).toContain('what the files change waits')
  const ask = async (ip: string): Promise<string> => {
    const args = ['-b', ip, '@127.0.0.1', '-p', `${gate.dns.port}`, 'bbc.co.uk']
    return (await run('dig', args)).out
  }
  await until(
    () => ask('127.10.10.21'),
    (answer) => answer.includes('lost'),
  )
  expect(await gate.metric('schoolgate_policy_revision')).toBe(1)

  await redis.start()
  await until(
    () => gate.metric('schoolgate_policy_revision'),
    (revision) => revision === 2,
  )
  expect(await ask('127.10.20.7')).toContain('A test blocks it')
  expect((await gate.get('/readyz')).body).not.toContain('what the files change waits')
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { momentBefore, type WaitSample } from '../support/thread-wait.ts'
import { until } from '../support/until.ts'
import { addThread, cleanUp, directory, onDisk, open } from './records-scene.ts'

test('Redis killed in the middle of a load and back with its file: stream, journal and attempts agree', async () => {
  const server = cleanUp.use(
    await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'always'),
  )
  await server.start()
  const records = await open({ redis: server.url })
  const threads = [addThread(records), addThread(records)]
  let made = 0
  const load = setInterval(() => {
    for (const visit of threads) visit(`h${made}.example`, 3)
    for (const visit of threads) visit('often.example', 7)
    made += 20
  }, 2)
  cleanUp.defer(() => {
    clearInterval(load)
  })
  await until(
    () => records.status(),
    ({ shipped }) => shipped > 200,
  )
  await server.kill()
  const down = await until(
    () => records.status(),
    ({ redis, spooled }) => redis?.isUp === false && spooled > 200,
  )
  expect(down.behind).toBeGreaterThan(0)
  await server.start()
  await until(
    () => records.status(),
    ({ redis }) => redis?.isUp === true,
  )
  clearInterval(load)
  const last = await records.stop()
  expect(last).toMatchObject({ lost: 0, behind: 0 })
  const client = cleanUp.use(await server.client())
  const stream = await client.xrange('sg:{ex}:blocked', '-', '+')
  const field = (name: string): number[] =>
    stream.map(([, fields]) => Number(fields[fields.indexOf(name) + 1]))
  expect(field('seq')).toEqual(Array.from({ length: last.headSeq }, (_, index) => index + 1))
  expect(field('repeat_count').reduce((sum, n) => sum + n, 0)).toBe(made)
  expect(onDisk()).toEqual({ entries: last.headSeq, attempts: made, headSeq: last.headSeq })
})

/** A start and five thousand attempts, on a machine whose cores have four others to serve. */
const SLOW_MS = 60_000

/** Starts the gate in small, lets it run, kills it; its own account of what it recorded. */
async function killInTheMiddle(): Promise<readonly Turn[]> {
  const path = fileURLToPath(new URL('../support/records-child.ts', import.meta.url))
  const child = spawn(process.execPath, [path, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const account = (): readonly Turn[] =>
    text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Turn)
  await until(
    () => durableOf(account()),
    ({ attempts }) => attempts > 5_000,
    SLOW_MS,
  )
  child.kill('SIGKILL')
  await once(child, 'close')
  return account()
}

type Turn = WaitSample & { readonly total: number }

/**
 * What must be on disk by the end of an account: all but the last 50 ms. Two shared cores: what the machine
 * itself stood still for is not the journal's doing, nor is the time that it gave the records thread no core.
 */
function durableOf(account: readonly Turn[]): { readonly at: number; readonly attempts: number } {
  const stalls = account.map(({ at }, index) => at - (account[index - 1]?.at ?? at))
  const before = momentBefore(account, 50 + Math.max(0, ...stalls.slice(-100)))
  return { at: before, attempts: account.findLast(({ at }) => at < before)?.total ?? 0 }
}

test(
  'kill -9 loses only what came in the last 50 ms, and open folds are closed at the next start',
  async () => {
    const account = await killInTheMiddle()
    const total = account.at(-1)?.total ?? 0
    const { at: durableAt, attempts: mustBeThere } = durableOf(account)
    expect(mustBeThere).toBeGreaterThan(1_000)
    const before = onDisk()
    const records = await open()
    const { uncleanStop } = await records.status()
    await records.stop()
    const after = onDisk()
    expect(after.attempts).toBeGreaterThanOrEqual(mustBeThere)
    expect(after.attempts).toBeLessThanOrEqual(total + 40)
    expect(after.entries).toBeGreaterThan(before.entries)
    const db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
    cleanUp.defer(() => {
      db.close()
    })
    const [unclean] = db.prepare('SELECT * FROM stops').all()
    expect(unclean).toMatchObject({ kind: 'unclean', folds_closed: after.entries - before.entries })
    expect(Date.parse(String(unclean?.['durable_at']))).toBeGreaterThanOrEqual(durableAt)
    expect(uncleanStop).toEqual({ lastDurableAt: unclean?.['durable_at'] })
    const next = await open()
    expect((await next.status()).uncleanStop).toBeNull()
  },
  2 * SLOW_MS,
)

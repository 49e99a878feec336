import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { RedisServer } from '../support/redis-server.ts'
import { momentBefore, waitsOf, type WaitSample } from '../support/thread-wait.ts'
import { until } from '../support/until.ts'
import { dnsLoad } from './dns-load.ts'
import { GateProcess } from './gate-process.ts'

const TUESDAY_10 = '2026-11-24T10:00:00Z'
const STREAM = 'sg:{ex}:blocked'

/** A pupil's laptop in a classroom asks for refused names: every answer is a refusal, so an attempt. */
async function refusedLoad(gate: GateProcess, seconds: number): Promise<number> {
  const names = Array.from({ length: 400 }, (_, i) => `n${i}.media-games.cat.test`)
  const load = { from: '127.10.10.21', names, seconds, perSecond: 3000 }
  const { sent, completed } = await dnsLoad(gate, load)
  expect(completed).toBe(sent)
  return completed
}

async function streamSum(redis: RedisServer): Promise<{ sum: number; seqs: readonly number[] }> {
  await using client = await redis.client()
  const entries = await client.xrange(STREAM, '-', '+')
  const field = (fields: readonly string[], name: string): number =>
    Number(fields[fields.indexOf(name) + 1])
  return {
    sum: entries.reduce((sum, [, fields]) => sum + field(fields, 'repeat_count'), 0),
    seqs: entries.map(([, fields]) => field(fields, 'seq')),
  }
}

function journalSum(records: string): number {
  const journal = new DatabaseSync(join(records, 'journal.sqlite'), { readOnly: true })
  const row = journal.prepare('SELECT sum(repeat_count) AS n FROM journal').get()
  journal.close()
  return Number(row?.['n'])
}

test('V18, V19: redis is killed in the middle of a load: journal and stream both hold every attempt once', async () => {
  await using redis = await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'always')
  await redis.start()
  await using gate = await GateProcess.start({
    clock: TUESDAY_10,
    set: { 'records.redis': redis.url },
  })
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 1,
  )
  const load = refusedLoad(gate, 4)
  await until(
    () => gate.metric('schoolgate_journal_shipped_total'),
    (shipped) => shipped > 50,
  )
  await redis.kill()
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 0,
  )
  expect((await gate.get('/readyz')).body).toMatch(/"ready":true,"degraded":\["redis: /)
  await redis.start()
  const attempts = await load
  expect(attempts).toBeGreaterThan(3000)
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 1,
  )
  const { code } = await gate.stop()
  expect(code).toBe(0)
  expect(journalSum(gate.records)).toBe(attempts)
  const { sum, seqs } = await streamSum(redis)
  expect(sum).toBe(attempts)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  expect(new Set(seqs).size).toBe(seqs.length)
})

test('V19: with redis down from the start the gate decides, spools, and ships in order when it is there', async () => {
  await using redis = await RedisServer.prepare()
  await using gate = await GateProcess.start({
    clock: TUESDAY_10,
    set: { 'records.redis': redis.url },
  })
  const attempts = await refusedLoad(gate, 1)
  expect(await gate.metric('schoolgate_journal_spooled_total')).toBeGreaterThan(0)
  await redis.start()
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 1,
  )
  await gate.stop()
  expect(journalSum(gate.records)).toBe(attempts)
  expect((await streamSum(redis)).sum).toBe(attempts)
})

test('after kill -9 of the gate the next start closes what was open and loses 50 ms at most', async () => {
  const gate = await GateProcess.start({ clock: TUESDAY_10 })
  const wait = waitsOf('records', gate.pid)
  const samples: WaitSample[] = []
  const sampling = setInterval(() => samples.push({ at: Date.now(), ...wait() }), 5)
  const load = refusedLoad(gate, 2)
  const attempts = await load
  await until(
    () => gate.metric('schoolgate_journal_written_total'),
    (written) => written >= 400,
  )
  clearInterval(sampling)
  const killedAt = Date.now()
  samples.push({ at: killedAt, ...wait() })
  gate.signal('SIGKILL')
  await gate.stop()
  await using next = await GateProcess.start({
    clock: TUESDAY_10,
    set: { 'records.directory': gate.records },
  })
  await next.stop()
  // 50 ms of this load, and what it brought while the machine gave the records thread no core; and what was
  // closed at the start must not be counted twice.
  const recorded = journalSum(gate.records)
  expect(recorded).toBeLessThanOrEqual(attempts)
  const allowedMs = killedAt - momentBefore(samples, 50)
  expect(recorded).toBeGreaterThanOrEqual(attempts - 3 * allowedMs)
}, 120_000)

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sums } from '../../records/journal/journal-reads.ts'
import { openRecords } from '../../records/open-records.ts'
import type { RecordsHandle, RecordsOptions } from '../../records/open-records.ts'
import { RingWriter } from '../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import { RedisServer } from '../support/redis-server.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../support/refusals.ts'
import { until } from '../support/until.ts'

let directory: string
let cleanUp: AsyncDisposableStack

beforeEach(() => {
  cleanUp = new AsyncDisposableStack()
  directory = mkdtempSync(join(tmpdir(), 'schoolgate-records-'))
  cleanUp.defer(() => {
    rmSync(directory, { recursive: true })
  })
})

afterEach(async () => {
  await cleanUp.disposeAsync()
})

async function open(more: Partial<RecordsOptions> = {}): Promise<RecordsHandle> {
  const records = await openRecords({
    directory,
    site: 'ex',
    gate: 'g1',
    redis: null,
    clockOffsetMs: 0,
    journalKey: new Uint8Array(32),
    ...more,
  })
  cleanUp.defer(async () => {
    await records.stop()
  })
  return records
}

/** A data thread's recorder, written from this thread. */
function addThread(records: RecordsHandle): (host: string, times?: number) => void {
  const recorder = new RingRecorder(new RingWriter(records.makeRing()))
  const ruling = aRuling()
  const subject = aSubject()
  return (host, times = 1) => {
    for (let i = 0; i < times; i += 1)
      recorder.connection(subject, ruling, 'sni', { host, path: '', at: Date.now() })
  }
}

/** The journal's sums, read beside the records thread. */
function onDisk(): ReturnType<typeof sums> {
  const db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
  try {
    return sums(db)
  } finally {
    db.close()
  }
}

test('attempts are on disk at once, the further ones at the stop', async () => {
  const records = await open()
  const visit = addThread(records)
  visit('a.example', 5)
  await until(
    () => records.status(),
    ({ written }) => written === 1,
  )
  expect(await records.recentOf('phone-7', 10)).toMatchObject([{ host: 'a.example', attempts: 1 }])
  visit('b.example', 3)
  const status = await records.stop()
  expect(status).toMatchObject({
    lost: 0,
    held: 0,
    behind: 0,
    alarm: null,
    redis: null,
    restarts: 0,
  })
  expect(onDisk().attempts).toBe(8)
})

test('gate time is what the entries carry', async () => {
  const records = await open({ clockOffsetMs: TEN_O_CLOCK - Date.now() })
  const visit = addThread(records)
  visit('a.example')
  const { durableAt } = await until(
    () => records.status(),
    (status) => status.written === 1,
  )
  expect(Math.abs((durableAt ?? 0) - TEN_O_CLOCK)).toBeLessThan(20_000)
})

test('a journal that is no journal is refused, with what was found', async () => {
  writeFileSync(join(directory, 'journal.sqlite'), 'this is a letter to a governor')
  await expect(open()).rejects.toThrow('is not a SQLite file')
})

test('a full ring is a counted loss', async () => {
  const records = await open()
  const recorder = new RingRecorder(new RingWriter(records.makeRing(16_384)))
  const ruling = aRuling()
  const seen = { host: 'a.example', path: '', at: Date.now() }
  for (let i = 0; i < 5_000; i += 1) recorder.connection(aSubject(), ruling, 'sni', seen)
  const { lost } = await records.stop()
  expect(lost).toBeGreaterThan(3_000)
  expect(onDisk().attempts + lost).toBe(5_000)
})

test('a records thread that dies is replaced; the rings keep what it had not read, and their words', async () => {
  const threads = vi.spyOn(Worker.prototype, 'postMessage')
  cleanUp.defer(() => {
    threads.mockRestore()
  })
  const records = await open()
  const visit = addThread(records)
  visit('before.example', 2)
  await until(
    () => records.status(),
    ({ written }) => written === 1,
  )
  await (threads.mock.contexts[0] as Worker).terminate()
  visit('during.example', 2)
  expect((await records.status()).alarm).toContain('the records thread ended')
  expect(await records.recentOf('phone-7', 10)).toEqual([])
  await until(
    () => records.status(),
    ({ written, alarm }) => written >= 2 && alarm === null,
  )
  visit('after.example', 2)
  const status = await records.stop()
  expect(status).toMatchObject({ lost: 0, restarts: 1 })
  expect(onDisk().attempts).toBe(6)
})

test('a disk that refuses is an alarm, and its end is the end of the alarm', async () => {
  const records = await open()
  const visit = addThread(records)
  const saboteur = new DatabaseSync(join(directory, 'journal.sqlite'))
  saboteur.exec('ALTER TABLE stops RENAME TO stops_away')
  visit('a.example', 2)
  const { held } = await until(
    () => records.status(),
    ({ alarm }) => alarm === 'cannot write the journal: no such table: stops',
  )
  expect(held).toBe(1)
  saboteur.exec('ALTER TABLE stops_away RENAME TO stops')
  saboteur.close()
  await until(
    () => records.status(),
    ({ alarm, written }) => alarm === null && written === 1,
  )
  await records.stop()
  expect(onDisk().attempts).toBe(2)
})

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

test('a gate with its Redis down journals all the same, and ships at its next start', async () => {
  const server = cleanUp.use(await RedisServer.prepare())
  const first = await open({ redis: server.url })
  addThread(first)('a.example', 10)
  const down = await first.stop()
  expect(down).toMatchObject({ written: 2, spooled: 2, shipped: 0, behind: 2 })
  await server.start()
  const second = await open({ redis: server.url })
  await until(
    () => second.status(),
    ({ shipped }) => shipped === 2,
  )
})

/** Starts the gate in small, lets it run, kills it; its own account of what it recorded. */
async function killInTheMiddle(): Promise<{ total: number; at: number }[]> {
  const path = fileURLToPath(new URL('./records-child.ts', import.meta.url))
  const child = spawn(process.execPath, [path, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await until(
    () => text.split('\n').length,
    (lines) => lines > 400,
  )
  child.kill('SIGKILL')
  await once(child, 'close')
  const lines = text.split('\n').filter((line) => line.endsWith('}'))
  return lines.map((line) => JSON.parse(line) as { total: number; at: number })
}

test('kill -9 loses only what came in the last 50 ms, and open folds are closed at the next start', async () => {
  const account = await killInTheMiddle()
  const last = account.at(-1) ?? { total: 0, at: 0 }
  // Two shared cores: what the machine itself stood still for is not the journal's doing.
  const stalls = account.map(({ at }, index) => at - (account[index - 1]?.at ?? at))
  const allowedMs = 50 + Math.max(...stalls.slice(-100))
  const mustBeThere = account.filter(({ at }) => at < last.at - allowedMs).at(-1)?.total ?? 0
  expect(mustBeThere).toBeGreaterThan(5_000)
  const before = onDisk()
  const records = await open()
  await records.stop()
  const after = onDisk()
  expect(after.attempts).toBeGreaterThanOrEqual(mustBeThere)
  expect(after.attempts).toBeLessThanOrEqual(last.total + 40)
  expect(after.entries).toBeGreaterThan(before.entries)
  const db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
  cleanUp.defer(() => {
    db.close()
  })
  const [unclean] = db.prepare('SELECT * FROM stops').all()
  expect(unclean).toMatchObject({ kind: 'unclean', folds_closed: after.entries - before.entries })
  expect(Date.parse(String(unclean?.['durable_at']))).toBeGreaterThanOrEqual(last.at - allowedMs)
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { RingWriter } from '../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import { RedisServer } from '../support/redis-server.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../support/refusals.ts'
import { until } from '../support/until.ts'
import { addThread, cleanUp, directory, onDisk, open } from './records-scene.ts'

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
    // The count is told by shared memory, the time by the thread's own word, a moment later.
    (status) => status.written === 1 && status.durableAt !== null,
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
  // Dies of a bug, as it would: `terminate` from outside may stop SQLite in the middle of a call, and then the
  // whole process is gone (seen once: SIGSEGV).
  const thread = threads.mock.contexts[0] as Worker
  const gone = new Promise<void>((resolve) => {
    thread.once('exit', () => {
      resolve()
    })
  })
  thread.postMessage({ kind: 'ring', buffer: null })
  await gone
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

test('what the site holds is held in the journal, at the start and while the gate runs', async () => {
  const hold = (person: string) => ({
    facts: {
      ...{ gate: null, first: null, last: null, from: null, to: null },
      ...{ person, incident: null, until: null },
    },
    placed: { by: 's-dsl', at: new Date().toISOString(), reason: 'police asked for it' },
    released: null,
  })
  const settings = {
    ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null, quiet: null },
    ...{ digestAt: 86_399, webhooks: [], mail: null, mailboxes: {} },
  }
  const nobody = { holders: new Map(), covers: new Map(), topics: new Map() }
  const holds = new Map([['1', hold('p-7')]])
  const records = await open({ alerts: { settings, register: { ...nobody, holds } } })
  const heldOnDisk = (): readonly unknown[] => {
    using db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
    return db.prepare('SELECT person_ref AS who FROM holds ORDER BY id').all()
  }
  expect(heldOnDisk()).toMatchObject([{ who: 'p-7' }])
  records.setRegister({ ...nobody, holds: new Map([...holds, ['2', hold('p-8')]]) })
  // Messages are read in order: an answer says that the one before was.
  await records.status()
  expect(heldOnDisk()).toMatchObject([{ who: 'p-7' }, { who: 'p-8' }])
})

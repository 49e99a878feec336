import { once } from 'node:events'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import {
  inTransaction,
  openDatabase,
  StoreRefused,
  type StoreSchema,
} from '../../../records/sqlite/open-database.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const FIRST: StoreSchema = {
  applicationId: 4711,
  migrations: ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'],
}
const SECOND: StoreSchema = {
  ...FIRST,
  migrations: [...FIRST.migrations, 'ALTER TABLE notes ADD COLUMN at INTEGER'],
}

function madeWith(schema: StoreSchema): string {
  const path = join(tempDirectory(), 'store.sqlite')
  const db = openDatabase(path, schema)
  const insert = db.prepare('INSERT INTO notes (text) VALUES (?)')
  for (let i = 0; i < 200; i += 1) insert.run(`note ${i} `.repeat(20))
  db.close()
  return path
}

const SPOILT: readonly [says: string, spoil: () => string, message: RegExp][] = [
  [
    'a text file',
    () => {
      const path = join(tempDirectory(), 'store.sqlite')
      writeFileSync(path, 'id,octet,person_ref\n')
      return path
    },
    /is not a SQLite file \(it begins with "id,octet,person_"\); move its directory away/,
  ],
  [
    'a few octets, which SQLite itself would take for an empty file and write over',
    () => {
      const path = join(tempDirectory(), 'store.sqlite')
      writeFileSync(path, 'SQLi')
      return path
    },
    /is not a SQLite file/,
  ],
  [
    "another program's database",
    () => {
      const path = join(tempDirectory(), 'store.sqlite')
      const db = new DatabaseSync(path)
      db.exec('CREATE TABLE bookmarks (url TEXT)')
      db.close()
      return path
    },
    /belongs to another program \(application id 0, ours is 4711\); name another directory/,
  ],
  [
    'a database from a newer version',
    () => madeWith(SECOND),
    /newer Schoolgate \(schema 2, this one knows 1\); upgrade/,
  ],
  [
    'a file that was cut off',
    () => {
      const path = madeWith(FIRST)
      truncateSync(path, 4096 * 3)
      return path
    },
    /is torn \(database disk image is malformed\); move its directory away and `schoolgate restore`/,
  ],
  [
    'a file whose schema page is overwritten',
    () => {
      const path = madeWith(FIRST)
      const bytes = readFileSync(path)
      bytes.fill(0x5a, 100, 4096)
      writeFileSync(path, bytes)
      return path
    },
    /is torn/,
  ],
]

test.each(SPOILT)('refuses %s, says so, and leaves it as it was', (_, spoil, message) => {
  const path = spoil()
  const before = readFileSync(path)
  const open = () => openDatabase(path, FIRST)
  expect(open).toThrow(StoreRefused)
  expect(open).toThrow(message)
  expect(open).toThrow(path)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('makes a new file in WAL mode and brings an older one up to date, with its rows', () => {
  const path = madeWith(FIRST)
  const db = openDatabase(path, SECOND, { synchronous: 'full' })
  expect(db.prepare('SELECT count(*) AS n, count(at) AS m FROM notes').get()).toEqual({
    n: 200,
    m: 0,
  })
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
  db.close()
})

test('a migration that fails leaves the file at its old version', () => {
  const path = madeWith(FIRST)
  const broken = { ...FIRST, migrations: [...FIRST.migrations, 'DROP TABLE notes; NONSENSE'] }
  expect(() => openDatabase(path, broken)).toThrow('cannot be opened')
  const db = openDatabase(path, FIRST)
  expect(db.prepare('SELECT count(*) AS n FROM notes').get()).toEqual({ n: 200 })
  db.close()
})

test('read only: makes nothing, migrates nothing, writes nothing', () => {
  const absent = join(tempDirectory(), 'store.sqlite')
  expect(() => openDatabase(absent, FIRST, { readOnly: true })).toThrow('does not exist')
  const path = madeWith(FIRST)
  expect(() => openDatabase(path, SECOND, { readOnly: true })).toThrow('has schema 1 of 2')
  const db = openDatabase(path, FIRST, { readOnly: true })
  expect(() => {
    db.exec('DELETE FROM notes')
  }).toThrow('readonly')
  db.close()
})

test('a transaction that throws leaves no row, and the connection free for the next', () => {
  const db = openDatabase(madeWith(FIRST), FIRST)
  const fail = () =>
    inTransaction(db, () => {
      db.exec('DELETE FROM notes')
      throw new Error('no')
    })
  expect(fail).toThrow('no')
  expect(inTransaction(db, () => db.prepare('SELECT count(*) AS n FROM notes').get())).toEqual({
    n: 200,
  })
  db.close()
})

test('processes that make a new file together all get it', async () => {
  const path = join(tempDirectory(), 'store.sqlite')
  const module = new URL('../../../records/sqlite/open-database.ts', import.meta.url).href
  const source = `
    const { workerData, parentPort } = require('node:worker_threads')
    import(workerData.module).then(({ openDatabase }) => {
      parentPort.postMessage('ready')
      parentPort.once('message', () => {
        openDatabase(workerData.path, workerData.schema).close()
        parentPort.postMessage('opened')
      })
    })`
  // Threads with connections of their own lock each other out just as processes do, and start sooner.
  const workers = Array.from(
    { length: 4 },
    () => new Worker(source, { eval: true, workerData: { module, path, schema: SECOND } }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const opened = workers.map(async (worker) => String((await once(worker, 'message'))[0]))
  for (const worker of workers) worker.postMessage('go')
  expect(await Promise.all(opened)).toEqual(['opened', 'opened', 'opened', 'opened'])
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Folds, closingEntry } from '../../../records/journal/fold.ts'
import type { OpenFold } from '../../../records/journal/fold.ts'
import { sums } from '../../../records/journal/journal-reads.ts'
import { JOURNAL_COLUMNS, JOURNAL_SCHEMA } from '../../../records/journal/journal-schema.ts'
import { searchJournal } from '../../../records/journal/journal-search.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import type { Batch } from '../../../records/journal/journal-store.ts'
import type { Attempt } from '../../../records/rings/attempt-codec.ts'
import { TEN_O_CLOCK, anAttempt } from '../../support/refusals.ts'
import { fillJournal } from '../../support/sample-journal.ts'

let directory: string
let store: JournalStore

function open(now = TEN_O_CLOCK): JournalStore {
  return JournalStore.open({ directory, site: 'ex', gate: 'gate-1', now })
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schoolgate-journal-'))
  store = open()
})

afterEach(() => {
  if (store.db.isOpen) store.db.close()
  rmSync(directory, { recursive: true })
})

const NOTHING: Batch = { entries: [], grown: [], closed: [], tally: [], now: TEN_O_CLOCK }

function newFolds(): Folds {
  return new Folds('ex', { ref: ({ host }) => `ref-${host}`, seal: () => 'x' })
}

/** Writes the attempts of a new fold's first entry, then what came after it as an open fold. */
function writeOpenFold(...attempts: readonly [Attempt, ...Attempt[]]): OpenFold {
  const folds = newFolds()
  const { fold } = folds.take(attempts[0])
  store.write({ ...NOTHING, entries: [{ entry: fold.first, opens: fold }] })
  for (const attempt of attempts.slice(1)) folds.take(attempt)
  if (fold.hasNews) store.write({ ...NOTHING, grown: [fold] })
  return fold
}

test('an entry is kept with every field of the contract', () => {
  const connection = { kind: 'connection', layer: 'http', path: '/x' } as const
  writeOpenFold(anAttempt(connection))
  const row = store.db.prepare('SELECT * FROM journal').get()
  expect(Object.keys(row ?? {})).toEqual([...JOURNAL_COLUMNS])
  expect({ ...row, id: 'ULID' }).toEqual({
    seq: 1,
    id: 'ULID',
    ts: '2026-11-24T10:00:00.000Z',
    site: 'ex',
    gate: 'gate-1',
    layer: 'http',
    action: 'block',
    grade: 'navigated',
    person_ref: 'p-7',
    role: 'pupil',
    device_id: 'phone-7',
    ip: '127.10.10.7',
    zone: 'yard',
    window: 'lesson',
    host: 'adult.example',
    category: 'adult.pornography',
    list_source: 'ut1/adult',
    list_version: '2026-11-01',
    rule_id: 'profile:pupil',
    policy_version: 3,
    reason_code: 'category',
    severity: 'high',
    block_ref: 'ref-adult.example',
    repeat_count: 1,
    inspected: 0,
    url_path: '/x',
    search_term: null,
  })
  expect(row?.['id']).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
})

test('numbers go on without a gap over a restart', () => {
  writeOpenFold(anAttempt())
  store.close(TEN_O_CLOCK)
  store = open()
  expect(writeOpenFold(anAttempt()).firstSeq).toBe(2)
  expect(store.rowsAfter(0, 10).map(([seq]) => seq)).toEqual([1, 2])
  expect(store.rowsAfter(1, 10)).toHaveLength(1)
})

test.each(['UPDATE journal SET host = 0', 'DELETE FROM journal'])(
  'the journal refuses `%s`',
  (statement) => {
    writeOpenFold(anAttempt())
    expect(() => {
      store.db.exec(statement)
    }).toThrow('the journal is append-only')
  },
)

test('a batch that the disk refuses leaves no trace and may be tried again', () => {
  const folds = newFolds()
  const opened = Array.from({ length: 500 }, (_, i) =>
    folds.take(anAttempt({ host: `h${i}.example` })),
  )
  const entries = opened.map(({ fold }) => ({ entry: fold.first, opens: fold }))
  const pages = Number(store.db.prepare('PRAGMA page_count').get()?.['page_count'])
  store.db.exec(`PRAGMA max_page_count = ${pages + 2}`)
  expect(() => {
    store.write({ ...NOTHING, entries })
  }).toThrow(/full/)
  expect(sums(store.db)).toEqual({ entries: 0, attempts: 0, headSeq: 0 })
  expect(opened.every(({ fold }) => fold.firstSeq === null)).toBe(true)
  store.db.exec('PRAGMA max_page_count = 1000000')
  store.write({ ...NOTHING, entries })
  expect(sums(store.db)).toEqual({ entries: 500, attempts: 500, headSeq: 500 })
})

test('after a kill the further attempts of open folds are closed, and the stop is noted', () => {
  const meant = { kind: 'connection', layer: 'sni', at: TEN_O_CLOCK + 9_000 } as const
  writeOpenFold(anAttempt(), anAttempt(), anAttempt(), anAttempt(meant))
  writeOpenFold(anAttempt({ host: 'single.example' }))
  // No `close`: this is all a killed process leaves.
  store.db.close()
  store = open(TEN_O_CLOCK + 3_600_000)
  const rows = store.db
    .prepare('SELECT seq, ts, host, grade, layer, repeat_count AS n, block_ref AS ref FROM journal')
    .all()
    .map((row) => ({ ...row }))
  const ref = 'ref-adult.example'
  const base = { host: 'adult.example', ref }
  expect(rows).toEqual([
    { ...base, seq: 1, ts: '2026-11-24T10:00:00.000Z', grade: 'looked_up', layer: 'dns', n: 1 },
    {
      ...base,
      seq: 2,
      ...{ ts: '2026-11-24T10:00:00.000Z', host: 'single.example' },
      grade: 'looked_up',
      layer: 'dns',
      n: 1,
      ref: 'ref-single.example',
    },
    { ...base, seq: 3, ts: '2026-11-24T10:00:09.000Z', grade: 'navigated', layer: 'sni', n: 2 },
  ])
  const stops = store.db
    .prepare('SELECT * FROM stops')
    .all()
    .map((row) => ({ ...row }))
  expect(stops).toMatchObject([
    {
      kind: 'unclean',
      durable_at: '2026-11-24T10:00:00.000Z',
      noted_at: '2026-11-24T11:00:00.000Z',
      folds_closed: 1,
    },
    { kind: 'running' },
  ])
  store.close(TEN_O_CLOCK)
  store = open()
  expect(sums(store.db)).toEqual({ entries: 3, attempts: 4, headSeq: 3 })
})

test('a fold that was closed is not closed again at the next start', () => {
  const fold = writeOpenFold(anAttempt(), anAttempt())
  const closing = closingEntry(fold)
  expect(closing).not.toBeNull()
  if (closing !== null)
    store.write({ ...NOTHING, entries: [{ entry: closing, opens: null }], closed: [fold] })
  store.db.close()
  store = open()
  expect(sums(store.db)).toEqual({ entries: 2, attempts: 2, headSeq: 2 })
})

test('a clean stop is noted as one', () => {
  store.close(TEN_O_CLOCK + 5_000)
  store = open()
  const kinds = store.db
    .prepare('SELECT kind FROM stops')
    .all()
    .map((row) => row['kind'])
  expect(kinds).toEqual(['clean', 'running'])
})

test('a stop that the disk does not let be noted is an unclean one', () => {
  store.db.exec('ALTER TABLE stops RENAME TO stops_away')
  store.close(TEN_O_CLOCK)
  const db = new DatabaseSync(join(directory, 'journal.sqlite'))
  db.exec('ALTER TABLE stops_away RENAME TO stops')
  db.close()
  store = open()
  const kinds = store.db
    .prepare('SELECT kind FROM stops')
    .all()
    .map((row) => row['kind'])
  expect(kinds).toEqual(['unclean', 'running'])
})

test('what was written is in the file itself after `sync`', () => {
  writeOpenFold(anAttempt())
  store.sync()
  const wal = store.db.prepare('PRAGMA wal_checkpoint').get()
  expect(wal?.['log']).toBe(wal?.['checkpointed'])
})

test('a journal has an id that stays', () => {
  const { journalId } = store
  store.close(TEN_O_CLOCK)
  store = open()
  expect(store.journalId).toBe(journalId)
  expect(journalId).toMatch(/^[0-9a-f]{32}$/)
})

test('a file of another program is refused and stays as it was', () => {
  store.close(TEN_O_CLOCK)
  rmSync(join(directory, 'journal.sqlite'))
  const other = new DatabaseSync(join(directory, 'journal.sqlite'))
  other.exec('PRAGMA application_id = 7; CREATE TABLE x (y)')
  other.close()
  expect(() => open()).toThrow('belongs to another program')
})

test('a journal of a newer Schoolgate is refused, and stays as it was', () => {
  store.close(TEN_O_CLOCK)
  const db = new DatabaseSync(join(directory, 'journal.sqlite'))
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as {
    user_version: number
  }
  db.exec(`PRAGMA user_version = ${version + 1}`)
  db.close()
  expect(() => open()).toThrow(
    `journal.sqlite\` was written by a newer Schoolgate (schema ${version + 1}, this one knows ${version}); upgrade`,
  )
})

test('a torn journal is refused with what was found, and stays as it was', () => {
  for (let i = 0; i < 50; i += 1) writeOpenFold(anAttempt({ host: `h${i}.example` }))
  store.close(TEN_O_CLOCK)
  const path = join(directory, 'journal.sqlite')
  const torn = readFileSync(path)
  torn.fill(0xee, 100, 4_096)
  writeFileSync(path, torn)
  expect(() => open()).toThrow(
    /journal\.sqlite` is torn \(.+\); move its directory away and `schoolgate restore`/,
  )
  expect(readFileSync(path).equals(torn)).toBe(true)
})

test('a journal of the first schema gets the new tables, and what it holds is found', () => {
  store.close(TEN_O_CLOCK)
  const path = join(directory, 'journal.sqlite')
  rmSync(path)
  const db = new DatabaseSync(path)
  db.exec(JOURNAL_SCHEMA.migrations[0] ?? '')
  db.exec(`PRAGMA application_id = ${JOURNAL_SCHEMA.applicationId}; PRAGMA user_version = 1`)
  fillJournal(db, 300)
  db.close()
  store = open()
  expect(store.headSeq).toBe(300)
  const once = (): unknown =>
    searchJournal(store.db, { person_ref: ['unidentified'] }, { limit: 1_000 }).rows.length
  const before = once()
  while (store.index());
  expect([before, once()]).toEqual([expect.any(Number), before])
  expect(before).toBeGreaterThan(10)
})

test('a start says how the run before it ended', () => {
  expect(store.uncleanStop).toBeNull()
  store.write({ ...NOTHING, now: TEN_O_CLOCK + 7_000 })
  store.db.close()
  store = open(TEN_O_CLOCK + 60_000)
  expect(store.uncleanStop).toEqual({ lastDurableAt: '2026-11-24T10:00:07.000Z' })
  store.close(TEN_O_CLOCK + 61_000)
  store = open(TEN_O_CLOCK + 62_000)
  expect(store.uncleanStop).toBeNull()
})

test('an entry is let go only by the retention, and never changed beyond recognition', () => {
  writeOpenFold(anAttempt())
  store.db.exec("INSERT INTO purge_permits VALUES (1, 'pseudonymise')")
  for (const statement of ["UPDATE journal SET host = 'x'", 'DELETE FROM journal']) {
    expect(() => {
      store.db.exec(statement)
    }).toThrow('the journal is append-only')
  }
  store.db.exec("UPDATE journal SET person_ref = '~x'")
})

test('a flood of ten seconds is far behind the index, and an ordinary one is not', () => {
  fillJournal(store.db, 1)
  const columns = JOURNAL_COLUMNS.map((name) => (name === 'seq' ? '?' : `"${name}"`)).join(', ')
  const isFarWith = (headSeq: number): boolean => {
    store.db
      .prepare(`INSERT INTO journal SELECT ${columns} FROM journal WHERE seq = 1`)
      .run(headSeq)
    store.db.close()
    store = open()
    return store.isFarBehind
  }
  expect([isFarWith(200_000), isFarWith(200_001)]).toEqual([false, true])
})

test('a file that is taken away or replaced under the gate is said', () => {
  const path = join(directory, 'journal.sqlite')
  expect(store.lostFile).toBeNull()
  rmSync(path)
  expect(store.lostFile).toContain('journal.sqlite` is gone or another file')
  writeFileSync(path, 'another file')
  expect(store.lostFile).toContain('restore a backup')
})

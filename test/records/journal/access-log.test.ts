import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { ACCESS_SCHEMA, AccessLog } from '../../../records/journal/access-log.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const YEAR_MS = 365 * 86_400_000
const LOOK = { viewer: 's-dsl', role: 'dsl', query: { role: 'pupil' }, rows: 3, reason: null }
const NOTED = { ...LOOK, people: [] }

test('looks are kept, newest first, and for two years', () => {
  using log = AccessLog.open(tempDirectory())
  log.note({ ...NOTED, at: TEN_O_CLOCK })
  log.note({ ...NOTED, at: TEN_O_CLOCK + YEAR_MS, reason: 'a parent asked' })
  expect(log.last(10).map((row) => ({ ...row }))).toEqual([
    {
      ...LOOK,
      ts: '2027-11-24T10:00:00.000Z',
      query: '{"role":"pupil"}',
      reason: 'a parent asked',
    },
    { ...LOOK, ts: '2026-11-24T10:00:00.000Z', query: '{"role":"pupil"}' },
  ])
  expect(log.last(1)).toHaveLength(1)
  expect(log.forget(TEN_O_CLOCK + 2 * YEAR_MS)).toBe(0)
  expect(log.forget(TEN_O_CLOCK + 2 * YEAR_MS + 1)).toBe(1)
  expect(log.last(10)).toHaveLength(1)
})

test('who was looked at is found, as long as the look is kept', () => {
  using log = AccessLog.open(tempDirectory())
  log.note({ ...NOTED, at: TEN_O_CLOCK, people: ['p-1', 'p-2'] })
  log.note({ ...NOTED, at: TEN_O_CLOCK + YEAR_MS, viewer: 'p-1', people: ['p-2'] })
  const times = (looks: readonly { ts: string }[]) => looks.map(({ ts }) => ts.slice(0, 4))
  expect(times(log.looksAt('p-2'))).toEqual(['2026', '2027'])
  expect(times(log.looksAt('p-1'))).toEqual(['2026'])
  expect(times(log.looksBy('p-1'))).toEqual(['2027'])
  log.forget(TEN_O_CLOCK + 2 * YEAR_MS + 1)
  expect(times(log.looksAt('p-2'))).toEqual(['2027'])
  expect(log.looksAt('p-1')).toEqual([])
})

test('of looks that an older gate noted, the question tells whom they were at', () => {
  const directory = tempDirectory()
  const path = join(directory, 'access.sqlite')
  const older = { ...ACCESS_SCHEMA, migrations: ACCESS_SCHEMA.migrations.slice(0, 1) }
  const db = openDatabase(path, older)
  const insert = db.prepare("INSERT INTO views VALUES (?, '2026', 's-dsl', 'dsl', ?, 1, NULL)")
  insert.run(1, '{"person_ref":["p-1","p-2"]}')
  insert.run(2, '{"role":"pupil"}')
  db.close()
  using log = AccessLog.open(directory)
  expect(log.looksAt('p-1')).toHaveLength(1)
  expect(log.last(9)).toHaveLength(2)
})

test.each([
  "UPDATE looked_at SET person_ref = 'x'",
  'DELETE FROM looked_at',
  "UPDATE views SET viewer = 'x'",
  'DELETE FROM views',
])('the log refuses `%s`', (sql) => {
  const directory = tempDirectory()
  using log = AccessLog.open(directory)
  log.note({ ...NOTED, at: TEN_O_CLOCK, people: ['p-1'] })
  const db = new DatabaseSync(join(directory, 'access.sqlite'))
  expect(() => {
    db.exec(sql)
  }).toThrow('the access log is append-only')
  db.close()
})

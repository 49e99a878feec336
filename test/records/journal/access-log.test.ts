import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { AccessLog } from '../../../records/journal/access-log.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const YEAR_MS = 365 * 86_400_000
const LOOK = { viewer: 's-dsl', role: 'dsl', query: { role: 'pupil' }, rows: 3, reason: null }

test('looks are kept, newest first, and for two years', () => {
  using log = AccessLog.open(tempDirectory())
  log.note({ ...LOOK, at: TEN_O_CLOCK })
  log.note({ ...LOOK, at: TEN_O_CLOCK + YEAR_MS, reason: 'a parent asked' })
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

test.each(["UPDATE views SET viewer = 'x'", 'DELETE FROM views'])('the log refuses `%s`', (sql) => {
  const directory = tempDirectory()
  using log = AccessLog.open(directory)
  log.note({ ...LOOK, at: TEN_O_CLOCK })
  const db = new DatabaseSync(join(directory, 'access.sqlite'))
  expect(() => {
    db.exec(sql)
  }).toThrow('the access log is append-only')
  db.close()
})

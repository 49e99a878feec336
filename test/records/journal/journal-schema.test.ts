import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { JOURNAL_COLUMNS, JOURNAL_SCHEMA } from '../../../records/journal/journal-schema.ts'

test('the columns that rows are written and shipped by are those of the table, in its order', () => {
  const db = new DatabaseSync(':memory:')
  for (const migration of JOURNAL_SCHEMA.migrations) db.exec(migration)
  const columns = db.prepare('PRAGMA table_info(journal)').all()
  expect(columns.map(({ name }) => name)).toEqual([...JOURNAL_COLUMNS])
  db.close()
})

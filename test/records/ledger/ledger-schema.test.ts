import { expect, test } from 'vitest'
import { tempDirectory } from '../../support/temp-directory.ts'
import { POLICY_HASH, sampleLedger } from './sample-ledger.ts'

const REFUSED: readonly [says: string, sql: string, message: string][] = [
  ['an edited entry', `UPDATE entries SET body = '{}' WHERE seq = 2`, 'only grows at its end'],
  ['a removed entry', 'DELETE FROM entries WHERE seq = 9', 'only grows at its end'],
  [
    'a replaced entry, which SQLite deletes without a delete trigger',
    `INSERT OR REPLACE INTO entries (seq, body, hash) SELECT seq, body, 'x' FROM entries WHERE seq = 2`,
    'only grows at its end',
  ],
  [
    'an entry behind a gap',
    `INSERT INTO entries (seq, body, hash) SELECT 11, body, hash FROM entries WHERE seq = 2`,
    'only grows at its end',
  ],
  [
    'a text that is no entry',
    `INSERT INTO entries (seq, body, hash) VALUES (10, 'nonsense', 'x')`,
    'JSON',
  ],
  [
    'an edited checkpoint',
    `INSERT INTO checkpoints VALUES (1, '{}', ''); UPDATE checkpoints SET signature = 'x'`,
    'checkpoints only grow',
  ],
  [
    'a removed checkpoint',
    `INSERT INTO checkpoints VALUES (1, '{}', ''); DELETE FROM checkpoints`,
    'checkpoints only grow',
  ],
  [
    'a replaced checkpoint',
    `INSERT INTO checkpoints VALUES (1, '{}', ''); INSERT OR REPLACE INTO checkpoints VALUES (1, 'x', '')`,
    'checkpoints only grow',
  ],
  ['an edited policy', `UPDATE documents SET text = 'x'`, 'never changes'],
  ['a removed policy', 'DELETE FROM documents', 'kept as long as the ledger'],
]

test.each(REFUSED)('the file itself refuses %s', (_, sql, message) => {
  const ledger = sampleLedger(tempDirectory())
  expect(() => {
    ledger.db.exec(sql)
  }).toThrow(message)
  ledger.close()
})

test('a policy that is put again stays the text that it was', () => {
  const ledger = sampleLedger(tempDirectory())
  const before = ledger.findDocument(POLICY_HASH)
  ledger.db
    .prepare('INSERT OR REPLACE INTO documents (hash, text) VALUES (?, ?)')
    .run(POLICY_HASH, 'another text')
  expect(ledger.findDocument(POLICY_HASH)).toBe(before)
  ledger.close()
})

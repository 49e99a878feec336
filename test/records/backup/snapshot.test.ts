import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sha256OfFile, takeSnapshot } from '../../../records/backup/snapshot.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { sampleRecords } from './sample-records.ts'

test('rows that are only in the write-ahead log are in the copy; drafts, links and companions are not', async () => {
  const { directory, close } = sampleRecords()
  writeFileSync(join(directory, 'block-ref.key.0a1b2c'), 'half a key')
  writeFileSync(join(directory, '.hidden'), '')
  symlinkSync('/etc/hostname', join(directory, 'link'))
  const staging = tempDirectory()
  const parts = await takeSnapshot(directory, staging)
  expect(existsSync(join(directory, 'journal.sqlite-wal'))).toBe(true)
  close()
  expect(parts.map(({ name }) => name)).toEqual([
    'block-ref.key',
    'journal.sqlite',
    'ledger.sqlite',
  ])
  const copy = new DatabaseSync(join(staging, 'journal.sqlite'), { readOnly: true })
  expect(copy.prepare('SELECT count(*) AS n FROM journal').get()).toEqual({ n: 50 })
  copy.close()
  for (const { name, sha256 } of parts) expect(await sha256OfFile(join(staging, name))).toBe(sha256)
})

test('an erased name is not in the copy, though its page still holds it', async () => {
  const { directory, close } = sampleRecords()
  close()
  const ledger = new DatabaseSync(join(directory, 'ledger.sqlite'))
  ledger.exec('PRAGMA secure_delete = OFF; DELETE FROM people; PRAGMA wal_checkpoint(TRUNCATE)')
  ledger.close()
  expect(readFileSync(join(directory, 'ledger.sqlite')).includes('Ada Example')).toBe(true)
  const staging = tempDirectory()
  await takeSnapshot(directory, staging)
  expect(readFileSync(join(staging, 'ledger.sqlite')).includes('Ada Example')).toBe(false)
})

test.each([
  ['a SQLite file that is none', 'journal.sqlite', 'x'.repeat(5_000), /cannot be copied/],
  ['a name that no gate writes', 'a b.txt', '', /has a name that no file of a gate has/],
])('%s is refused', async (_says, name, text, message) => {
  const directory = tempDirectory()
  writeFileSync(join(directory, name), text)
  const staging = mkdtempSync(join(directory, '.staging-'))
  await expect(takeSnapshot(directory, staging)).rejects.toThrow(message)
})

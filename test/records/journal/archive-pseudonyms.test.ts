import { expect, test } from 'vitest'
import { ArchivePseudonyms } from '../../../records/journal/archive-pseudonyms.ts'
import { JournalFolder } from '../../support/journal-folder.ts'

const NOVEMBER = '2026-11-24T10:00:00.000Z'
const DECEMBER = '2026-12-01T00:00:00.000Z'

test('one value has one pseudonym in a month, over a restart too, and another in the next', () => {
  const { db } = new JournalFolder()
  const pseudonyms = new ArchivePseudonyms(db)
  const first = pseudonyms.replace('person', 'p-7', NOVEMBER)
  expect(first).toMatch(/^~[0-9A-HJKMNP-TV-Z]{16}$/)
  expect(pseudonyms.replace('person', 'p-7', NOVEMBER)).toBe(first)
  expect(new ArchivePseudonyms(db).replace('person', 'p-7', NOVEMBER)).toBe(first)
  expect(pseudonyms.replace('person', 'p-7', DECEMBER)).not.toBe(first)
  expect(pseudonyms.replace('device', 'p-7', NOVEMBER)).not.toBe(first)
  expect(pseudonyms.replace('person', 'p-8', NOVEMBER)).not.toBe(first)
})

test('after its key is destroyed nobody makes the pseudonym again', () => {
  const journal = new JournalFolder()
  const pseudonyms = new ArchivePseudonyms(journal.db)
  const first = pseudonyms.replace('person', 'p-7', NOVEMBER)
  pseudonyms.destroyBefore(Date.parse(NOVEMBER))
  expect(pseudonyms.replace('person', 'p-7', NOVEMBER)).toBe(first)
  pseudonyms.destroyBefore(Date.parse(DECEMBER))
  expect(journal.rows('SELECT * FROM archive_keys')).toEqual([])
  expect(pseudonyms.replace('person', 'p-7', NOVEMBER)).not.toBe(first)
})

test('a key that was drawn in a transaction that failed is not used on', () => {
  const { db } = new JournalFolder()
  const pseudonyms = new ArchivePseudonyms(db)
  db.exec('BEGIN')
  const lost = pseudonyms.replace('person', 'p-7', NOVEMBER)
  db.exec('ROLLBACK')
  pseudonyms.reset()
  expect(pseudonyms.replace('person', 'p-7', NOVEMBER)).not.toBe(lost)
})

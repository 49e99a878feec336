import { join } from 'node:path'
import { expect, test } from 'vitest'
import { JournalIndex, hourOf, indexedSeq } from '../../../records/journal/journal-index.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../../../records/journal/journal-schema.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { fillJournal } from '../../support/sample-journal.ts'

const HOUR = TEN_O_CLOCK / 3_600_000

test('each entry has its person, its text and its kind', () => {
  const journal = new JournalFolder()
  journal.write(aLookup(), aLookup({ host: 'b.example' }))
  journal.index()
  const postings = `
    SELECT type, value, seq FROM journal_postings JOIN journal_terms ON id = term ORDER BY type, seq`
  expect(journal.rows(postings)).toEqual([
    ...[1, 2].map((seq) => ({
      type: 'kind',
      value: '["pupil","games","category","low","yard","block","looked_up"]',
      seq,
    })),
    ...[1, 2].map((seq) => ({ type: 'person', value: 'p-7', seq })),
    { type: 'text', value: 'games.example games profile:pupil', seq: 1 },
    { type: 'text', value: 'b.example games profile:pupil', seq: 2 },
  ])
})

test('hours know their entries, and the counts add up', () => {
  const journal = new JournalFolder()
  const later = aLookup({ at: TEN_O_CLOCK + 3_600_000 })
  journal.write(aLookup(), later, aLookup(), aLookup())
  journal.index()
  expect(journal.rows('SELECT * FROM journal_hours')).toEqual([
    { hour: HOUR, first_seq: 1, last_seq: 3 },
    { hour: HOUR + 1, first_seq: 2, last_seq: 2 },
  ])
  expect(journal.rows('SELECT hour, entries, attempts FROM journal_counts')).toEqual([
    { hour: HOUR, entries: 2, attempts: 3 },
    { hour: HOUR + 1, entries: 1, attempts: 1 },
  ])
})

test('a step is short, and the next one goes on behind it', () => {
  const journal = new JournalFolder()
  fillJournal(journal.db, 600)
  const index = new JournalIndex(journal.db)
  expect([index.step(), index.indexedSeq]).toEqual([true, 256])
  expect([index.step(), index.step(), index.indexedSeq]).toEqual([true, false, 600])
  expect(index.step()).toBe(false)
  expect(journal.rows('SELECT sum(entries) AS n FROM journal_counts')).toEqual([{ n: 600 }])
  expect(journal.rows('SELECT count(*) AS n FROM journal_postings')).toEqual([{ n: 1_800 }])
})

test('a step that the disk refuses leaves no trace, and is made again', () => {
  const journal = new JournalFolder()
  fillJournal(journal.db, 600)
  const index = new JournalIndex(journal.db)
  const pages = Number(journal.rows('PRAGMA page_count')[0]?.['page_count'])
  journal.db.exec(`PRAGMA max_page_count = ${pages}`)
  expect(() => index.step()).toThrow(/full/)
  expect([index.indexedSeq, indexedSeq(journal.db)]).toEqual([0, 0])
  journal.db.exec('PRAGMA max_page_count = 1000000')
  while (index.step());
  expect(journal.rows('SELECT sum(entries) AS n FROM journal_counts')).toEqual([{ n: 600 }])
})

test('two that index the same journal count nothing twice', () => {
  const journal = new JournalFolder()
  fillJournal(journal.db, 600)
  using other = openDatabase(join(journal.directory, JOURNAL_FILE), JOURNAL_SCHEMA)
  const [one, two] = [new JournalIndex(journal.db), new JournalIndex(other)]
  one.step()
  two.step()
  one.step()
  expect(journal.rows('SELECT sum(entries) AS n FROM journal_counts')).toEqual([{ n: 600 }])
})

test('a term that another process dropped gets a new number', () => {
  const journal = new JournalFolder()
  using other = openDatabase(join(journal.directory, JOURNAL_FILE), JOURNAL_SCHEMA)
  const [one, two] = [new JournalIndex(journal.db), new JournalIndex(other)]
  journal.write(aLookup())
  one.step()
  other.exec('DELETE FROM journal_postings')
  two.terms.dropUnused('text', 'games.example games profile:pupil')
  journal.write(aLookup())
  one.step()
  const lost = 'SELECT seq FROM journal_postings WHERE term NOT IN (SELECT id FROM journal_terms)'
  expect(journal.rows(lost)).toEqual([])
  expect(journal.rows("SELECT value FROM journal_terms WHERE type = 'text'")).toHaveLength(1)
})

test('hours are counted from the epoch', () => {
  expect(hourOf('1970-01-02T01:59:59.999Z')).toBe(25)
})

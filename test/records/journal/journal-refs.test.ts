import { expect, test } from 'vitest'
import {
  JournalRefs,
  refNumber,
  refsIndexedSeq,
  REF_SQL,
} from '../../../records/journal/journal-refs.ts'
import { searchJournal } from '../../../records/journal/journal-search.ts'
import { fillJournal } from '../../support/sample-journal.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const DAY_MS = 86_400_000

const found = (journal: JournalFolder, ref: string): unknown[] =>
  searchJournal(journal.db, { block_ref: ref }, { limit: 10 }).rows.map(({ seq }) => seq)

const refs = (journal: JournalFolder): number =>
  Number(journal.rows('SELECT count(*) AS refs FROM journal_refs')[0]?.['refs'])

test('a device finds its entries and no others, and an address those of no device', () => {
  const journal = new JournalFolder()
  journal.write(
    aLookup(),
    aLookup({ device: 'phone-8' }),
    aLookup({ device: null, host: 'c.example' }),
  )
  const of = (device: string) =>
    searchJournal(journal.db, { device_id: device }, { limit: 10 }).rows.map(({ seq }) => seq)
  for (const turn of ['before it is indexed', 'and after']) {
    expect([turn, of('phone-7'), of('phone-8'), of('phone-9')]).toEqual([turn, [1], [2], []])
    journal.index()
  }
  journal.db.exec(`INSERT INTO journal_refs VALUES (${refNumber('phone-9')}, 1)`)
  expect(of('phone-9')).toEqual([])
})

test('a code finds its entries and no others, before they are indexed and after', () => {
  const journal = new JournalFolder()
  journal.write(aLookup({ host: 'a.example' }), aLookup({ host: 'b.example' }))
  expect(found(journal, 'ref-b.example')).toEqual([2])
  journal.index()
  expect(refsIndexedSeq(journal.db)).toBe(2)
  journal.write(aLookup({ host: 'c.example' }), aLookup({ host: 'b.example' }))
  expect(found(journal, 'ref-b.example')).toEqual([4, 2])
  journal.index()
  expect(found(journal, 'ref-b.example')).toEqual([4, 2])
  expect(found(journal, 'ref-nobody')).toEqual([])
})

test('two codes with one number stay apart: the row itself is asked', () => {
  const journal = new JournalFolder()
  journal.write(aLookup({ host: 'a.example' }))
  journal.index()
  journal.db.exec(`INSERT INTO journal_refs VALUES (${refNumber('ref-other')}, 1)`)
  expect(found(journal, 'ref-other')).toEqual([])
})

test('a step indexes some, the next the rest', () => {
  const journal = new JournalFolder()
  fillJournal(journal.db, 300)
  const index = new JournalRefs(journal.db)
  expect([index.step(), index.indexedSeq]).toEqual([true, 256])
  expect([index.step(), index.indexedSeq]).toEqual([false, 300])
  expect([index.step(), refs(journal)]).toEqual([false, 600])
})

test('a forgotten or purged entry can not be found by its code', () => {
  const journal = new JournalFolder()
  journal.write(aLookup({ host: 'a.example' }), aLookup({ host: 'b.example' }))
  journal.index()
  while (journal.store.retain(TEN_O_CLOCK + 60 * DAY_MS));
  expect([found(journal, 'ref-a.example'), refs(journal)]).toEqual([[], 0])
  while (journal.store.retain(TEN_O_CLOCK + 500 * DAY_MS));
  expect(refs(journal)).toBe(0)
})

test('a code is found by the index alone, not by reading the journal', () => {
  const journal = new JournalFolder()
  const plan = journal.db.prepare(`EXPLAIN QUERY PLAN ${REF_SQL}`).all(1, 2, 0, 10)
  expect(plan.map((row) => row['detail'])).toEqual([
    'SEARCH journal_refs USING PRIMARY KEY (ref=? AND seq>? AND seq<?)',
  ])
})

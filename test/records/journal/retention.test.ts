import { expect, test } from 'vitest'
import { searchJournal } from '../../../records/journal/journal-search.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import { placeHold, releaseHold } from '../../../records/journal/legal-holds.ts'
import { purgesOf } from '../../../records/journal/retention.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

function retain(journal: JournalFolder, days: number): void {
  journal.index()
  while (journal.store.retain(TEN_O_CLOCK + days * DAY_MS));
}

function people(journal: JournalFolder): unknown[] {
  return journal.rows('SELECT person_ref FROM journal ORDER BY seq').map((row) => row['person_ref'])
}

const ORDINARY = aLookup()
const HIGH = aLookup({ host: 'bad.example', severity: 'high', person: 'p-8', device: 'phone-8' })
const SEALED = aLookup({ reason: 'sealed', person: 'p-9', device: 'phone-9' })

/** What is left of an ordinary, a high-risk and a sealed entry: in clear, by pseudonym, or nothing. */
const AGES: readonly [days: number, left: readonly string[]][] = [
  [34, ['clear', 'clear', 'clear']],
  [36, ['pseudonym', 'clear', 'clear']],
  [395, ['pseudonym', 'clear', 'clear']],
  [397, ['clear', 'clear']],
  [7 * 365, ['clear', 'clear']],
  [7 * 365 + 3, []],
]

test.each(AGES)('V26: after %i days: %j', (days, left) => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, HIGH, SEALED)
  retain(journal, days)
  const found = people(journal).map((person) =>
    String(person).startsWith('~') ? 'pseudonym' : 'clear',
  )
  expect(found).toEqual(left)
})

test('an entry is due when its hour is', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY)
  journal.index()
  const due = TEN_O_CLOCK + HOUR_MS + 35 * DAY_MS
  while (journal.store.retain(due - 1));
  expect(people(journal)).toEqual(['p-7'])
  while (journal.store.retain(due));
  expect(people(journal)).not.toEqual(['p-7'])
})

test('a pseudonymised entry says nothing of anybody, in no table, and its month can still be counted', () => {
  const journal = new JournalFolder()
  const unknown = aLookup({ person: null, device: null, host: 'c.example' })
  journal.write(ORDINARY, aLookup({ host: 'b.example' }), unknown)
  const before = journal.rows('SELECT block_ref FROM journal').map((row) => row['block_ref'])
  retain(journal, 60)
  const rows = journal.rows(
    'SELECT person_ref, device_id, ip, block_ref, url_path FROM journal ORDER BY seq',
  )
  const tables = ['journal', 'journal_terms', 'purges', 'retention_marks', 'archive_keys']
  for (const table of tables)
    expect(JSON.stringify(journal.rows(`SELECT * FROM ${table}`))).not.toMatch(
      /p-7|phone-7|127\.10/,
    )
  expect(rows[0]?.['person_ref']).toBe(rows[1]?.['person_ref'])
  expect(rows[0]?.['device_id']).not.toBe(rows[0]?.['person_ref'])
  expect(rows[2]).toMatchObject({ person_ref: 'unidentified', device_id: null })
  expect(rows.map((row) => row['block_ref'])).not.toEqual(before)
  const found = searchJournal(
    journal.db,
    { person_ref: [String(rows[0]?.['person_ref'])] },
    { limit: 10 },
  )
  expect(found.rows.map(({ seq }) => seq)).toEqual([2, 1])
})

test('the key of a month is gone when the month is done, and another month has another', () => {
  const journal = new JournalFolder()
  const nextMonth = aLookup({ at: TEN_O_CLOCK + 10 * DAY_MS })
  journal.write(ORDINARY, nextMonth)
  retain(journal, 36)
  expect(journal.rows('SELECT period FROM archive_keys')).toEqual([{ period: '2026-11' }])
  retain(journal, 46)
  expect(journal.rows('SELECT period FROM archive_keys')).toEqual([{ period: '2026-12' }])
  const [first, second] = people(journal)
  expect(second).toMatch(/^~/)
  expect(second).not.toBe(first)
})

test('V26: what was let go is noted: what, how many, of when, and when', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, aLookup({ host: 'b.example' }), HIGH)
  retain(journal, 36)
  retain(journal, 397)
  const range = { from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T11:00:00.000Z' }
  expect(purgesOf(journal.db).map((row) => ({ ...row }))).toEqual([
    { day: '2027-12-26', rule: 'refusals', entries: 2, firstSeq: 1, lastSeq: 2, ...range },
    { day: '2026-12-30', rule: 'identities', entries: 2, firstSeq: 1, lastSeq: 2, ...range },
  ])
  expect(() => {
    journal.db.exec('DELETE FROM purges')
  }).toThrow('stays noted')
})

test('a purge takes hosts and references out of the index, and leaves the counts', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, aLookup({ host: 'b.example' }))
  journal.index()
  const counts = journal.rows('SELECT * FROM journal_counts')
  retain(journal, 397)
  expect(journal.rows('SELECT * FROM journal_postings')).toEqual([])
  expect(journal.rows("SELECT * FROM journal_terms WHERE type IN ('text', 'person')")).toEqual([])
  expect(
    journal.rows('SELECT rowid FROM journal_words WHERE journal_words MATCH \'"exa"\''),
  ).toEqual([])
  expect(journal.rows('SELECT * FROM journal_counts')).toEqual(counts)
  journal.db.exec("INSERT INTO journal_words (journal_words) VALUES ('integrity-check')")
})

test('numbers go on behind what was purged', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, aLookup({ host: 'b.example' }))
  retain(journal, 397)
  journal.store.close(TEN_O_CLOCK)
  const again = JournalStore.open({
    ...{ directory: journal.directory, site: 'ex', gate: 'gate-1', now: TEN_O_CLOCK },
  })
  expect(again.headSeq).toBe(2)
  again.close(TEN_O_CLOCK)
})

test('search terms go after 7 days, those of evidence after 90', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, HIGH)
  // No gate writes one yet: an inspecting gate will.
  journal.db.exec('DROP TRIGGER journal_keeps_rows')
  journal.db.exec("UPDATE journal SET search_term = 'how to'")
  const terms = (): unknown[] =>
    journal.rows('SELECT search_term FROM journal ORDER BY seq').map((row) => row['search_term'])
  retain(journal, 8)
  expect(terms()).toEqual([null, 'how to'])
  retain(journal, 91)
  expect(terms()).toEqual([null, null])
})

test('V26: a held entry stays as it is, and its time comes when the hold ends', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY, HIGH, aLookup({ person: 'p-5', device: 'phone-5' }))
  const request = { by: 's-dsl', reason: 'police asked for it', at: TEN_O_CLOCK }
  const id = placeHold(journal.db, { ...request, entries: { personRef: 'p-7' } })
  retain(journal, 3_000)
  expect(people(journal)).toEqual(['p-7'])
  expect(
    releaseHold(journal.db, { ...request, id: Number(id), reason: 'the case is closed' }),
  ).toBeNull()
  retain(journal, 3_000)
  expect(people(journal)).toEqual([])
})

test('a hold with an end ends by itself', () => {
  const journal = new JournalFolder()
  journal.write(ORDINARY)
  const until = TEN_O_CLOCK + 500 * DAY_MS
  const request = { by: 's-dsl', reason: 'police asked for it', at: TEN_O_CLOCK, until }
  placeHold(journal.db, { ...request, entries: { first: 1, last: 1 } })
  retain(journal, 499)
  expect(people(journal)).toEqual(['p-7'])
  retain(journal, 500)
  expect(people(journal)).toEqual([])
})

test('V26: an entry of a clock that went back is forgotten, too', () => {
  const journal = new JournalFolder()
  journal.write(aLookup({ at: TEN_O_CLOCK + 300 * DAY_MS }))
  retain(journal, 400)
  journal.write(ORDINARY)
  retain(journal, 400)
  expect(people(journal)).toHaveLength(1)
})

test('an entry that is dated ahead keeps nothing else from being forgotten', () => {
  const journal = new JournalFolder()
  journal.write(aLookup({ at: TEN_O_CLOCK + 5_000 * DAY_MS }), ORDINARY)
  retain(journal, 397)
  expect(people(journal)).toEqual(['p-7'])
})

test('steps are short, and many entries of an hour are all done', () => {
  const journal = new JournalFolder()
  const many = Array.from({ length: 600 }, (_, i) => aLookup({ host: `h${i}.example` }))
  journal.write(...many)
  journal.index()
  const now = TEN_O_CLOCK + 397 * DAY_MS
  expect(journal.store.retain(now)).toBe(true)
  expect(people(journal).length).toBeGreaterThan(300)
  while (journal.store.retain(now));
  expect(people(journal)).toEqual([])
})

test('what stands in free pages is overwritten', () => {
  const journal = new JournalFolder()
  expect(journal.rows('PRAGMA secure_delete')).toEqual([{ secure_delete: 1 }])
})

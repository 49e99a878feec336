import { expect, test } from 'vitest'
import {
  JournalTerms,
  groupValue,
  kindValue,
  textValue,
} from '../../../records/journal/journal-terms.ts'
import { JournalFolder } from '../../support/journal-folder.ts'

const ROW = {
  person_ref: 'p-7',
  host: 'a.example',
  rule_id: 'profile:pupil',
  role: 'pupil',
  category: null,
  reason_code: 'default',
  severity: 'info',
  zone: 'yard',
  action: 'block',
  grade: 'looked_up',
}

test('terms are spelled so that two that differ never spell the same', () => {
  expect(kindValue(ROW)).toBe('["pupil",null,"default","info","yard","block","looked_up"]')
  expect(groupValue(ROW)).toBe('["pupil",null,"info","block"]')
  expect(textValue(ROW)).toBe('a.example - profile:pupil')
})

test('a term has one number, over a restart too', () => {
  const { db } = new JournalFolder()
  const terms = new JournalTerms(db)
  const text = terms.numberOf('text', 'a.example - x')
  expect(terms.numberOf('text', 'a.example - x')).toBe(text)
  expect(terms.numberOf('person', 'a.example - x')).not.toBe(text)
  expect(new JournalTerms(db).numberOf('text', 'a.example - x')).toBe(text)
})

test('a term without entries is dropped, one with an entry stays', () => {
  const journal = new JournalFolder()
  const terms = new JournalTerms(journal.db)
  const [used, idle] = [terms.numberOf('text', 'used - x'), terms.numberOf('text', 'idle - x')]
  journal.db.exec(`INSERT INTO journal_postings VALUES (${used}, 1)`)
  for (const text of ['used - x', 'idle - x', 'never - x']) terms.dropUnused('text', text)
  expect(journal.rows('SELECT value FROM journal_terms')).toEqual([{ value: 'used - x' }])
  const words = 'SELECT rowid AS id FROM journal_words WHERE journal_words MATCH \'"dle"\''
  expect(journal.rows(words)).toEqual([])
  expect(terms.numberOf('text', 'idle - x')).toBeGreaterThan(0)
  expect(journal.rows(words)).toHaveLength(1)
  expect(idle).not.toBe(used)
})

test('what was given out in a transaction that failed is forgotten by `reset`', () => {
  const { db } = new JournalFolder()
  const terms = new JournalTerms(db)
  db.exec('BEGIN')
  terms.numberOf('person', 'p-1')
  db.exec('ROLLBACK')
  terms.reset()
  terms.numberOf('person', 'p-1')
  expect(db.prepare('SELECT count(*) AS n FROM journal_terms').get()?.['n']).toBe(1)
})

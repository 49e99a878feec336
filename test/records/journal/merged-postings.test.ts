import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MergedPostings } from '../../../records/journal/merged-postings.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

test('the numbers of all terms come once each, greatest first, inside the range', () => {
  const db = new DatabaseSync(':memory:')
  db.exec(
    'CREATE TABLE journal_postings (term INTEGER, seq INTEGER, PRIMARY KEY (term, seq)) WITHOUT ROWID',
  )
  const insert = db.prepare('INSERT INTO journal_postings VALUES (?, ?)')
  const terms = fc.array(fc.nat(40), { minLength: 1, maxLength: 600 })
  fc.assert(
    fc.property(terms, fc.nat(600), fc.nat(700), (termOf, above, below) => {
      db.exec('DELETE FROM journal_postings')
      termOf.forEach((term, index) => insert.run(term, index + 1))
      const wanted = Array.from({ length: 20 }, (_, i) => i * 2)
      const merged = new MergedPostings(db, wanted, { above, below })
      const found: number[] = []
      for (let seq = merged.next(); seq !== null; seq = merged.next()) found.push(seq)
      const expected = termOf
        .map((term, index) => ({ term, seq: index + 1 }))
        .filter(({ term, seq }) => wanted.includes(term) && seq > above && seq < below)
        .map(({ seq }) => seq)
        .reverse()
      expect(found).toEqual(expected)
    }),
    { numRuns: Math.min(RUNS, 1_000) },
  )
  db.close()
})

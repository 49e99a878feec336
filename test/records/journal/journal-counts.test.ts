import { expect, test } from 'vitest'
import {
  BY_HOUR_SQL,
  BY_TERM_SQL,
  countBy,
  countByDay,
} from '../../../records/journal/journal-counts.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const HOUR_MS = 3_600_000
const DAY = { from: TEN_O_CLOCK, to: TEN_O_CLOCK + 24 * HOUR_MS }

function sample(): JournalFolder {
  const journal = new JournalFolder()
  const staff = { role: 'staff', category: 'gambling', host: 'bet.example' }
  journal.write(
    aLookup(),
    aLookup(),
    aLookup({ role: 'staff', at: TEN_O_CLOCK + HOUR_MS }),
    aLookup({ ...staff, at: TEN_O_CLOCK + 14 * HOUR_MS }),
  )
  journal.index()
  return journal
}

test('attempts by category, most first', () => {
  const { db } = sample()
  expect([...countBy(db, 'category', DAY).counts]).toEqual([
    ['games', { entries: 3, attempts: 3 }],
    ['gambling', { entries: 1, attempts: 1 }],
  ])
})

test('attempts by role, of one category, of an hour', () => {
  const { db } = sample()
  const hour = { from: TEN_O_CLOCK, to: TEN_O_CLOCK + HOUR_MS }
  expect([...countBy(db, 'role', { ...DAY, category: 'games' }).counts.keys()]).toEqual([
    'pupil',
    'staff',
  ])
  expect([...countBy(db, 'role', { ...hour, category: 'games' }).counts]).toEqual([
    ['pupil', { entries: 2, attempts: 2 }],
  ])
})

test('days are those of the school', () => {
  const { db } = sample()
  const inTokyo = (at: number): string => new Date(at + 9 * HOUR_MS).toISOString().slice(0, 10)
  expect([...countByDay(db, DAY, inTokyo).counts]).toEqual([
    ['2026-11-24', { entries: 3, attempts: 3 }],
    ['2026-11-25', { entries: 1, attempts: 1 }],
  ])
  expect([...countByDay(db, { ...DAY, role: 'pupil' }, inTokyo).counts]).toEqual([
    ['2026-11-24', { entries: 2, attempts: 2 }],
  ])
})

test('an entry without a category counts as `none`', () => {
  const journal = new JournalFolder()
  const lookup = aLookup({ reason: 'default' })
  journal.write({ ...lookup, ruling: { ...lookup.ruling, category: null } })
  journal.index()
  expect([...countBy(journal.db, 'category', DAY).counts.keys()]).toEqual(['none'])
})

test('what is not counted yet is told', () => {
  const journal = sample()
  journal.write(aLookup({ host: 'new.example' }))
  expect(countBy(journal.db, 'role', DAY).behind).toBe(1)
  journal.index()
  expect(countBy(journal.db, 'role', DAY).behind).toBe(0)
})

test('counts read the hours asked for and no others', () => {
  const journal = sample()
  const plan = (sql: string): unknown[] =>
    journal.rows(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail)
  const byTerm = plan(BY_TERM_SQL)
  expect(byTerm[0]).toBe(
    'SEARCH journal_counts USING COVERING INDEX journal_counts_of_term (term=? AND hour>? AND hour<?)',
  )
  expect(plan(BY_HOUR_SQL)[0]).toBe('SEARCH journal_counts USING PRIMARY KEY (hour>? AND hour<?)')
  for (const sql of [BY_TERM_SQL, BY_HOUR_SQL])
    expect(plan(sql).join()).not.toContain('TEMP B-TREE')
})

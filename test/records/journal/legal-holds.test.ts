import { expect, test } from 'vitest'
import { holdsOf, placeHold, releaseHold } from '../../../records/journal/legal-holds.ts'
import type { HeldEntries } from '../../../records/journal/legal-holds.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const HOUR_MS = 3_600_000
const BY = { by: 's-dsl', reason: 'police asked for it', at: TEN_O_CLOCK }

function sample(): JournalFolder {
  const journal = new JournalFolder()
  journal.write(
    aLookup(),
    aLookup({ at: TEN_O_CLOCK + HOUR_MS }),
    aLookup({ at: TEN_O_CLOCK + 2 * HOUR_MS }),
  )
  journal.index()
  return journal
}

const ALL = Number.MAX_SAFE_INTEGER

const RANGES: readonly [says: string, entries: HeldEntries, first: number, last: number][] = [
  ['numbers', { first: 2, last: 3 }, 2, 3],
  ['from a number on, also what will be written', { first: 2 }, 2, ALL],
  ['a person, whenever', { personRef: 'p-7' }, 1, ALL],
  ['an hour', { from: '2026-11-24T11:00:00Z', to: '2026-11-24T12:00:00Z' }, 2, 2],
  [
    'a moment keeps its whole hour',
    { from: '2026-11-24T11:59:00Z', to: '2026-11-24T12:00:00Z' },
    2,
    2,
  ],
  ['up to a time', { to: '2026-11-24T12:00:00Z' }, 1, 2],
]

test.each(RANGES)('%s', (_says, entries, first, last) => {
  const journal = sample()
  const id = placeHold(journal.db, { ...BY, entries, incidentRef: 'i-1' })
  expect(id).toBe(1)
  expect(holdsOf(journal.db)).toMatchObject([
    {
      id: 1,
      firstSeq: first,
      lastSeq: last,
      placedBy: 's-dsl',
      incidentRef: 'i-1',
      releasedAt: null,
    },
  ])
})

const REFUSED: readonly [why: string, entries: HeldEntries, reason: string][] = [
  ['say which entries: numbers, times or a person', {}, BY.reason],
  ['give numbers or times, not both', { first: 1, from: '2026-11-24T11:00:00Z' }, BY.reason],
  ['there are no entries at that time', { from: '2027-11-24T11:00:00Z' }, BY.reason],
  ['a reason has 10 letters or more', { first: 1 }, '  as asked   '],
]

test.each(REFUSED)('%s', (why, entries, reason) => {
  const journal = sample()
  expect(placeHold(journal.db, { ...BY, entries, reason })).toBe(why)
  expect(holdsOf(journal.db)).toEqual([])
})

test('nothing that is held can be purged, not even by a permit', () => {
  const journal = sample()
  placeHold(journal.db, { ...BY, entries: { personRef: 'p-7' } })
  expect(() => {
    journal.db.exec("INSERT INTO purge_permits VALUES (1, 'purge')")
  }).toThrow('under a legal hold')
})

test('a release needs a hold and a reason, and is noted', () => {
  const journal = sample()
  placeHold(journal.db, { ...BY, entries: { first: 1, last: 1 } })
  expect(releaseHold(journal.db, { ...BY, id: 7 })).toBe('there is no hold 7 in force')
  expect(releaseHold(journal.db, { ...BY, id: 1, reason: 'ok' })).toMatch(/letters or more/)
  expect(releaseHold(journal.db, { ...BY, id: 1 })).toBeNull()
  expect(releaseHold(journal.db, { ...BY, id: 1 })).toBe('there is no hold 1 in force')
  expect(holdsOf(journal.db)).toMatchObject([{ releasedAt: '2026-11-24T10:00:00.000Z' }])
})

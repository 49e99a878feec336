import { expect, test } from 'vitest'
import type { HoldFacts, LegalHold } from '../../../records/governance/governance-state.ts'
import { followHolds } from '../../../records/journal/follow-holds.ts'
import { holdsOf, placeHold } from '../../../records/journal/legal-holds.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'

const FACTS: HoldFacts = {
  ...{ gate: null, first: null, last: null, from: null, to: null },
  ...{ person: null, incident: null, until: null },
}
const AT = new Date(TEN_O_CLOCK).toISOString()
const STEP = { by: 's-dsl', at: AT, reason: 'police asked for it' }

function held(facts: Partial<HoldFacts>, isReleased = false): LegalHold {
  const released = isReleased ? { ...STEP, by: 's-head' } : null
  return { facts: { ...FACTS, ...facts }, placed: STEP, released }
}

function follow(journal: JournalFolder, holds: Readonly<Record<string, LegalHold>>): void {
  followHolds(journal.db, new Map(Object.entries(holds)), 'gate-1')
}

function sample(): JournalFolder {
  const journal = new JournalFolder()
  journal.write(aLookup())
  journal.index()
  return journal
}

const short = (journal: JournalFolder) =>
  holdsOf(journal.db)
    .map(({ ledgerId, placedBy, releasedAt }) => [ledgerId, placedBy, releasedAt])
    .toReversed()

test('what the ledger holds is held, once, and let go when the ledger lets it go', () => {
  const journal = sample()
  const person = { person: 'p-7', incident: 'i-1' }
  follow(journal, { 1: held(person) })
  follow(journal, { 1: held(person) })
  expect(holdsOf(journal.db)).toMatchObject([
    { ledgerId: '1', personRef: 'p-7', incidentRef: 'i-1', reason: STEP.reason, placedAt: AT },
  ])
  follow(journal, { 1: held(person, true), 2: held({ gate: 'gate-1', first: 1, last: 1 }) })
  expect(short(journal)).toEqual([
    ['1', 's-dsl', AT],
    ['2', 's-dsl', null],
  ])
})

test('another gate’s numbers, what ended before, and an incident’s own hold are left alone', () => {
  const journal = sample()
  placeHold(journal.db, {
    ...{ entries: { first: 1, last: 1 }, by: 's-1', reason: STEP.reason, at: TEN_O_CLOCK },
    incidentRef: 'i-1',
  })
  follow(journal, {
    1: held({ gate: 'gate-2', first: 1, last: 9 }),
    2: held({ person: 'p-7' }, true),
  })
  expect(short(journal)).toEqual([[null, 's-1', null]])
})

test('a hold by time begins when there are entries of that time', () => {
  const journal = new JournalFolder()
  const times = { from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' }
  follow(journal, { 1: held(times) })
  expect(short(journal)).toEqual([])
  journal.write(aLookup())
  journal.index()
  follow(journal, { 1: held(times) })
  expect(short(journal)).toEqual([['1', 's-dsl', null]])
})

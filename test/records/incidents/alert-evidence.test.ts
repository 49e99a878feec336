import { expect, test } from 'vitest'
import { AlertStore, type Alert } from '../../../records/alerts/alert-store.ts'
import { rowsOfAlert } from '../../../records/incidents/alert-evidence.ts'
import type { Finding } from '../../../records/alerts/finding.ts'
import type { JournalEntry } from '../../../records/journal/journal-entry.ts'
import { JournalFolder } from '../../support/journal-folder.ts'
import { aFinding, alertsDb, AT } from '../alerts/sample-alerts.ts'
import { anEntry } from '../backup/sample-records.ts'

const SUICIDE = { category: 'harm.suicide' } as const

/** Numbers 1 to 6. */
const ENTRIES: readonly Partial<JournalEntry>[] = [
  { ...SUICIDE },
  { ...SUICIDE },
  { category: 'media.games' },
  { ...SUICIDE, personRef: 'p-2000' },
  { ...SUICIDE, deviceId: 'tablet-2' },
  { ...SUICIDE },
]

function rowsOf(facts: Partial<Finding>, last: Partial<Alert> = {}): unknown[] {
  const folder = new JournalFolder()
  const entries = ENTRIES.map((entry, index) => ({
    entry: anEntry({ ...entry, blockRef: `REF-${index}` }),
    opens: null,
  }))
  folder.store.write({ entries, grown: [], closed: [], tally: [], now: AT })
  const told = { duties: ['dsl'], topic: null, now: AT } as const
  const { alert } = new AlertStore(alertsDb()).raise(aFinding(facts), told)
  return rowsOfAlert(folder.db, { ...alert, ...last }).map(({ seq }) => seq)
}

test('an alert stands on its person’s entries of its category, whatever the device, within its range', () => {
  expect(rowsOf({ seq: 2 }, { lastSeq: 5 })).toEqual([2, 5])
})

test('a burst stands on all of the person’s entries', () => {
  expect(rowsOf({ seq: 1, category: null }, { lastSeq: 6 })).toEqual([1, 2, 3, 5, 6])
})

test('where the person is not known the device tells, and else the address', () => {
  const nobody = { personRef: null, seq: 1 }
  expect(rowsOf({ ...nobody, deviceId: 'tablet-2' }, { lastSeq: 6 })).toEqual([5])
  expect(rowsOf({ ...nobody, deviceId: null }, { lastSeq: 6 })).toEqual([1, 2, 4, 5, 6])
})

test('an event of the gate stands on no entry', () => {
  expect(rowsOf({ seq: null })).toEqual([])
})

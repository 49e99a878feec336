import { dirname } from 'node:path'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { concernsPerson } from './person-fields.ts'
import { People, type PersonDetails } from './people.ts'
import { alertRowsOf, type SubjectAlerts } from './subject-alerts.ts'
import { presenceRowsOf, type SubjectPresence } from './subject-presence.ts'
import { accessRowsOf, type SubjectLooks } from './subject-looks.ts'
import { journalRowsOf, type SubjectJournal } from './subject-journal.ts'

/** What the node holds of one person: a data subject's right of access (UK GDPR article 15). */
export interface SubjectAccess
  extends SubjectJournal, SubjectAlerts, SubjectLooks, SubjectPresence {
  readonly person_ref: string
  /** The name and address; null once erased, or where there never was a person. */
  readonly person: PersonDetails | null
  /** Every entry by the person, of the person, or of something that is the person's. */
  readonly ledger: readonly LedgerEntry[]
  /** Such entries of a branch that gave way to another. */
  readonly set_aside: readonly LedgerEntry[]
}

const NOTHING: SubjectJournal & SubjectAlerts & SubjectLooks & SubjectPresence = {
  ...{ journal: [], holds: [] },
  ...{ alerts: [], acknowledged: [], messages: [], incidents: [], incident_acts: [] },
  ...{ seen_by: [], looked: [] },
  ...{ bindings: [], custody: [] },
}

/**
 * All that is kept of the person and nothing of others, beside a running gate too. Who hands it on decides
 * first what the law keeps back (Data Protection Act 2018, schedules 2 and 3: a child at risk, serious
 * harm). Throws `LedgerBroken` where the chain breaks, `StoreRefused` for a store that can't be read.
 */
export function subjectAccess(ledger: Ledger, personRef: string): SubjectAccess {
  const row = new People(ledger.db).find(personRef)
  const beside = ledger.db.location()
  const directory = beside === null ? null : dirname(beside)
  const entries: LedgerEntry[] = []
  for (const entry of ledger.entries()) if (isOf(ledger, entry, personRef)) entries.push(entry)
  return {
    person_ref: personRef,
    // The salt is no information on anybody, and with it the commitments could be tried.
    person: row === undefined ? null : { name: row.name, email: row.email },
    ledger: entries,
    set_aside: setAside(ledger).filter((entry) => isOf(ledger, entry, personRef)),
    ...(directory === null
      ? NOTHING
      : {
          ...journalRowsOf(directory, personRef),
          ...alertRowsOf(directory, personRef, row?.email ?? null),
          ...accessRowsOf(directory, personRef),
          ...presenceRowsOf(directory, personRef),
        }),
  }
}

/** Whether nothing at all is kept. */
export function isNothing(kept: SubjectAccess): boolean {
  const lists = Object.values(kept).filter((some) => Array.isArray(some))
  return kept.person === null && lists.every((some) => some.length === 0)
}

function isOf(ledger: Ledger, entry: LedgerEntry, personRef: string): boolean {
  return concernsPerson(entry, personRef, (hash) => ledger.findDocument(hash))
}

function setAside({ db }: Ledger): readonly LedgerEntry[] {
  return db
    .prepare('SELECT body FROM set_aside ORDER BY seq, hash')
    .all()
    .map(({ body }) => JSON.parse(String(body)) as LedgerEntry)
}

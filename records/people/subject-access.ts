import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../journal/journal-schema.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { concernsPerson } from './person-fields.ts'
import { People, type PersonDetails } from './people.ts'

/** A row of the journal with the names of its columns. */
export type JournalRow = Readonly<Record<string, unknown>>

/** What the node holds of one person: a data subject's right of access (UK GDPR article 15). */
export interface SubjectAccess {
  readonly person_ref: string
  /** The name and address; null once erased, or where there never was a person. */
  readonly person: PersonDetails | null
  /** Every entry by the person, of the person, or of something that is the person's. */
  readonly ledger: readonly LedgerEntry[]
  /** Every refusal that still bears the reference; what retention made anonymous is nobody's. */
  readonly journal: readonly JournalRow[]
}

/**
 * All that is kept of the person and nothing of others, beside a running gate too. Throws
 * `LedgerBroken` where the chain breaks, `StoreRefused` for a journal that can't be read.
 */
export function subjectAccess(ledger: Ledger, personRef: string): SubjectAccess {
  const row = new People(ledger.db).find(personRef)
  const entries: LedgerEntry[] = []
  for (const entry of ledger.entries()) {
    if (concernsPerson(entry, personRef, (hash) => ledger.findDocument(hash))) entries.push(entry)
  }
  return {
    person_ref: personRef,
    // The salt is no information on anybody, and with it the commitments could be tried.
    person: row === undefined ? null : { name: row.name, email: row.email },
    ledger: entries,
    journal: journalOf(ledger, personRef),
  }
}

function journalOf(ledger: Ledger, personRef: string): readonly JournalRow[] {
  const beside = ledger.db.location()
  const path = beside === null ? null : join(dirname(beside), JOURNAL_FILE)
  // A gate that never refused anything has no journal yet.
  if (path === null || !existsSync(path)) return []
  const db = openDatabase(path, JOURNAL_SCHEMA, { readOnly: true })
  try {
    return db.prepare('SELECT * FROM journal WHERE person_ref = ? ORDER BY seq').all(personRef)
  } finally {
    db.close()
  }
}

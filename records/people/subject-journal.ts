import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../journal/journal-schema.ts'
import { readBeside, type StoreRow } from './read-beside.ts'

export interface SubjectJournal {
  /** Every refusal that still bears the reference; what retention made anonymous is nobody's. */
  readonly journal: readonly StoreRow[]
  /** Legal holds on the person's entries, and those that the person placed or released. */
  readonly holds: readonly StoreRow[]
}

export function journalRowsOf(directory: string, personRef: string): SubjectJournal {
  const store = { directory, file: JOURNAL_FILE, schema: JOURNAL_SCHEMA }
  // A gate that never refused anything has no journal yet.
  return readBeside(store, { journal: [], holds: [] }, (db) => ({
    journal: db.prepare('SELECT * FROM journal WHERE person_ref = ? ORDER BY seq').all(personRef),
    holds: db.prepare(HOLDS_SQL).all({ ref: personRef }),
  }))
}

/** Who placed a hold has no right to know on whom, nor the other way round who else is held. */
const HOLDS_SQL = `
  SELECT id, placed_at, released_at, until,
    CASE WHEN person_ref = :ref THEN reason END AS reason,
    CASE WHEN person_ref = :ref THEN incident_ref END AS incident_ref,
    person_ref IS :ref AS is_of_person, placed_by = :ref AS is_placed_by_person,
    released_by IS :ref AS is_released_by_person
  FROM holds WHERE person_ref = :ref OR placed_by = :ref OR released_by = :ref ORDER BY id`

import type { DatabaseSync } from 'node:sqlite'
import type { Alert } from '../alerts/alert-store.ts'
import { MAX_EVIDENCE, type EvidenceRow } from './evidence.ts'

/**
 * The journal's entries that an alert stands on: of its person, else its device, else its address, and
 * of its category. One more than an incident takes where there are too many; none for the gate's own events.
 */
export function rowsOfAlert(journal: DatabaseSync, alert: Alert): readonly EvidenceRow[] {
  const { firstSeq, lastSeq, category, personRef, deviceId, ip } = alert
  if (firstSeq === null || lastSeq === null) return []
  const [column, who] =
    personRef !== null
      ? ['person_ref', personRef]
      : deviceId !== null
        ? ['device_id', deviceId]
        : ['ip', ip]
  const rows = journal
    .prepare(
      `SELECT * FROM journal WHERE seq BETWEEN ? AND ? AND ${column} = ?
         AND (? IS NULL OR category IS ?) ORDER BY seq LIMIT ${MAX_EVIDENCE + 1}`,
    )
    .all(firstSeq, lastSeq, who, category, category)
  // `node:sqlite` gives rows without a prototype; numbers and texts are all that the table holds.
  return rows.map((row) => ({ ...row }) as EvidenceRow)
}

import type { DatabaseSync } from 'node:sqlite'
import type { Opening } from '../../../records/incidents/incident-desk.ts'
import { IncidentDesk, type HeldEvidence } from '../../../records/incidents/incident-desk.ts'
import type { StoredEvent } from '../../../records/incidents/fold-incident.ts'
import type { Actor } from '../../../records/incidents/incident.ts'
import { alertsDb, AT } from '../alerts/sample-alerts.ts'

export const DSL: Actor = { personRef: 'p-0001', duties: ['dsl'] }
export const DEPUTY: Actor = { personRef: 'p-0002', duties: ['deputy_dsl'] }
export const HEAD: Actor = { personRef: 'p-0003', duties: ['head'] }
export const MANAGER: Actor = { personRef: 'p-0004', duties: ['network_manager'] }
export const TEACHER: Actor = { personRef: 'p-0009', duties: [] }
export const CHAIR: Actor = { personRef: 'p-2001', duties: ['chair_of_governors'] }

export function opening(facts: Partial<Opening> = {}): Opening {
  return {
    class: 'self_harm_suicide',
    source: 'alert',
    alertId: 'alert-1',
    severity: 'high',
    subjectRef: 'p-1001',
    subjectKind: 'pupil',
    subjectDuties: [],
    conflicts: [],
    rows: [{ id: 'entry-1', seq: 1, person_ref: 'p-1001', host: 'secret.example' }],
    ...facts,
  }
}

/** `refusal`: why the entries can't be held. */
export function scene(refusal: string | null = null) {
  const db = alertsDb()
  const held: HeldEvidence[] = []
  const keep = (evidence: HeldEvidence): Promise<string | null> => {
    if (refusal === null) held.push(evidence)
    return Promise.resolve(refusal)
  }
  return { db, held, desk: new IncidentDesk({ db, clock: () => AT, hold: keep }) }
}

/** The events of an incident as they lie in the table. */
export function stored(db: DatabaseSync, id: string): readonly StoredEvent[] {
  return db
    .prepare('SELECT body, hash FROM incident_events WHERE incident_id = ? ORDER BY seq')
    .all(id)
    .map((row) => ({ body: String(row['body']), hash: String(row['hash']) }))
}

import type { DatabaseSync } from 'node:sqlite'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../alerts/alert-schema.ts'
import type { Json } from '../canonical-json.ts'
import { holdsPerson } from './person-fields.ts'
import { readBeside, type StoreRow } from './read-beside.ts'

export interface SubjectAlerts {
  /** Alerts about the person, each with what became of it. */
  readonly alerts: readonly StoreRow[]
  /** Alerts about others that the person acknowledged: which and when. */
  readonly acknowledged: readonly StoreRow[]
  /** Messages about the person, and of those sent to him when. */
  readonly messages: readonly StoreRow[]
  /** Every event of the incidents that are about the person. */
  readonly incidents: readonly StoreRow[]
  /** What the person did in incidents about others, and where others named him in one. */
  readonly incident_acts: readonly StoreRow[]
}

const NONE: SubjectAlerts = {
  ...{ alerts: [], acknowledged: [], messages: [], incidents: [], incident_acts: [] },
}

/** `email` finds what was sent to the person; null where he has no address. */
export function alertRowsOf(
  directory: string,
  personRef: string,
  email: string | null,
): SubjectAlerts {
  const store = { directory, file: ALERTS_FILE, schema: ALERTS_SCHEMA }
  return readBeside(store, NONE, (db) => {
    const events = db.prepare(
      'SELECT at, kind, detail FROM alert_events WHERE alert_id = ? ORDER BY seq',
    )
    const alerts = db
      .prepare('SELECT * FROM alerts WHERE person_ref = ? ORDER BY opened_at, id')
      .all(personRef)
    return {
      alerts: alerts.map((alert) => ({ ...alert, events: events.all(String(alert['id'])) })),
      acknowledged: db.prepare(ACKNOWLEDGED_SQL).all({ ref: personRef }),
      messages: db.prepare(MESSAGES_SQL).all({ ref: personRef, email }),
      ...incidentRowsOf(db, personRef),
    }
  })
}

const ACKNOWLEDGED_SQL = `
  SELECT id, acknowledged_at FROM alerts
  WHERE acknowledged_by = :ref AND person_ref IS NOT :ref ORDER BY acknowledged_at, id`

/** A message to the person is about others, and one about him went to others: neither tells of them. */
const MESSAGES_SQL = `
  SELECT m.id, m.channel, m.created_at, m.state, m.done_at,
    CASE WHEN a.person_ref = :ref THEN m.alert_id END AS alert_id,
    CASE WHEN a.person_ref = :ref THEN m.subject END AS subject,
    CASE WHEN a.person_ref = :ref THEN m.body END AS body,
    m.target IS :email AS is_to_person
  FROM outbox m LEFT JOIN alerts a ON a.id = m.alert_id
  WHERE a.person_ref = :ref OR m.target = :email ORDER BY m.id`

interface StoredEvent {
  readonly incidentId: string
  readonly ts: string
  readonly by: string
  readonly kind: string
  readonly facts: Readonly<Record<string, Json>>
}

function incidentRowsOf(
  db: DatabaseSync,
  personRef: string,
): Pick<SubjectAlerts, 'incidents' | 'incident_acts'> {
  const events = db
    .prepare('SELECT body FROM incident_events ORDER BY seq')
    .all()
    .map(({ body }) => JSON.parse(String(body)) as StoredEvent)
  const about = new Set(
    events
      .filter(({ kind, facts }) => kind === 'opened' && facts['subjectRef'] === personRef)
      .map(({ incidentId }) => incidentId),
  )
  const others = events.filter(({ incidentId }) => !about.has(incidentId))
  return {
    incidents: events
      .filter(({ incidentId }) => about.has(incidentId))
      .map(({ facts, ...event }) => ({ ...event, facts: withoutOthers(facts, personRef) })),
    incident_acts: others
      .filter(({ by, facts }) => by === personRef || holdsPerson(facts, personRef))
      .map(({ incidentId, ts, kind, by }) => ({
        ...{ incidentId, ts, kind },
        // Who named him is told to him by those who handle the incident, or not.
        is_by_person: by === personRef,
      })),
  }
}

/** Who else has a conflict of interest is nobody's business. */
function withoutOthers(facts: StoredEvent['facts'], personRef: string): StoredEvent['facts'] {
  const { excluded } = facts
  if (!Array.isArray(excluded)) return facts
  return { ...facts, excluded: excluded.filter((each) => each === personRef) }
}

import { hash } from 'node:crypto'
import { GENESIS_HASH } from '../ledger/chain.ts'
import type { Duty } from '../alerts/told-duties.ts'
import type {
  Incident,
  IncidentClass,
  IncidentEvent,
  IncidentReport,
  Outcome,
  SubjectKind,
} from './incident.ts'

/** An event as it lies in the table: `hash` is SHA-256 of `body`. */
export interface StoredEvent {
  readonly body: string
  readonly hash: string
}

/** The incident that its events add up to. Throws when one of them is not what was written. */
export function foldIncident(rows: readonly StoredEvent[]): Incident {
  const events = linkEvents(rows)
  const [first] = events
  if (first?.kind !== 'opened') throw new Error('an incident begins with its opening')
  const { facts } = first
  const last = (kind: IncidentEvent['kind']) => events.findLast((event) => event.kind === kind)
  return {
    id: first.incidentId,
    openedAt: first.ts,
    openedBy: first.by,
    source: facts['source'] as string,
    class: facts['class'] as IncidentClass,
    severity: facts['severity'] as string,
    subjectRef: facts['subjectRef'] as string | null,
    subjectKind: facts['subjectKind'] as SubjectKind,
    owner: facts['owner'] as Duty,
    informed: facts['informed'] as unknown as readonly Duty[],
    sameDayDue: facts['sameDayDue'] === true,
    excluded: facts['excluded'] as unknown as readonly string[],
    evidence: facts['evidence'] ?? null,
    report: (facts['report'] ?? null) as IncidentReport | null,
    acknowledgedBy: last('acknowledged')?.by ?? null,
    outcome: (last('closed')?.facts['outcome'] ?? null) as Outcome | null,
    events,
  }
}

function linkEvents(rows: readonly StoredEvent[]): readonly IncidentEvent[] {
  let previous = GENESIS_HASH
  return rows.map(({ body, hash: kept }, index) => {
    const event = JSON.parse(body) as Omit<IncidentEvent, 'hash'>
    if (hash('sha256', body, 'hex') !== kept || event.prevHash !== previous)
      throw new Error(`event ${index + 1} of incident \`${event.incidentId}\` was edited`)
    previous = kept
    return { ...event, hash: kept }
  })
}

import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Duty } from '../alerts/told-duties.ts'
import { canonicalJson } from '../canonical-json.ts'
import { GENESIS_HASH } from '../ledger/chain.ts'
import { inTransaction } from '../sqlite/open-database.ts'
import { createUlidSource } from '../ulid.ts'
import { evidenceOf, MAX_EVIDENCE, type EvidenceManifest, type EvidenceRow } from './evidence.ts'
import { foldIncident } from './fold-incident.ts'
import { routeIncident } from './incident-routing.ts'
import type {
  Actor,
  Incident,
  IncidentClass,
  IncidentEvent,
  IncidentReport,
  Outcome,
  ReferralTarget,
  SubjectKind,
} from './incident.ts'

export interface Opening {
  readonly class: IncidentClass
  /** `alert`, `report`, `staff`, `pupil` or `agency`. */
  readonly source: string
  readonly alertId: string | null
  readonly severity: string
  readonly subjectRef: string | null
  readonly subjectKind: SubjectKind
  readonly subjectDuties: readonly Duty[]
  /** Others with a conflict of interest, by reference. */
  readonly conflicts: readonly string[]
  /** The journal's entries that it stands on. */
  readonly rows: readonly EvidenceRow[]
  /** What somebody who reports it says; absent where an alert says it. */
  readonly report?: IncidentReport | null
}

export type Done =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly message: string }

export interface DeskOptions {
  /** The database of `ALERTS_SCHEMA`. */
  readonly db: DatabaseSync
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /**
   * Keeps journal entries from being purged for as long as the incident is open, and years beyond. A text
   * says why they can't be held.
   */
  readonly hold: (evidence: HeldEvidence) => Promise<string | null>
}

/** What an incident needs kept of one gate's journal. */
export interface HeldEvidence {
  readonly incidentId: string
  /** Numbers of the journal. */
  readonly first: number
  readonly last: number
  /** Null where the entries are not all the subject's: then all between them are kept. */
  readonly personRef: string | null
}

/** Words that tell the next reader something. */
const MIN_LETTERS = 10

/** Incidents: who they belong to, what was done, how they ended. Not a case file: that is elsewhere. */
export class IncidentDesk {
  readonly #options: DeskOptions
  readonly #nextId = createUlidSource()

  constructor(options: DeskOptions) {
    this.#options = options
  }

  /** Anybody may open one, of others; what becomes of it is for those it is routed to. */
  async open(opening: Opening, by: Actor): Promise<Done> {
    if (opening.subjectRef === by.personRef)
      return { ok: false, message: 'nobody opens an incident about himself' }
    if (opening.rows.length > MAX_EVIDENCE)
      return { ok: false, message: `more than ${MAX_EVIDENCE} entries: name those that matter` }
    const { db, clock, hold } = this.#options
    const id = this.#nextId(clock())
    const evidence = evidenceOf(opening.rows)
    // First: evidence that could not be held is no evidence in a year. One held for nothing harms nobody.
    const held = heldOf(id, evidence, opening)
    const refusal = held === null ? null : await hold(held)
    if (refusal !== null) return { ok: false, message: `the entries can’t be held: ${refusal}` }
    return inTransaction(db, () => {
      this.#append(id, { by: by.personRef, kind: 'opened', facts: openingFacts(opening, evidence) })
      return { ok: true, incident: this.#get(id) }
    })
  }

  acknowledge(id: string, by: Actor): Done {
    return this.#step(id, by, (incident) => {
      if (incident.acknowledgedBy !== null) return 'it has been acknowledged'
      return { kind: 'acknowledged', facts: {} }
    })
  }

  /** Notes what was done. */
  act(id: string, by: Actor, text: string): Done {
    return this.#step(id, by, () => {
      if (text.trim().length < MIN_LETTERS)
        return `say in ${MIN_LETTERS} letters or more what was done`
      return { kind: 'action', facts: { text } }
    })
  }

  /** Notes a referral; `reference` is the other side's, empty where there is none. */
  refer(id: string, by: Actor, to: { target: ReferralTarget; reference: string }): Done {
    return this.#step(id, by, () => ({ kind: 'referred', facts: { ...to } }))
  }

  /** Notes how a parent was told, or why not (a parent may be the risk). */
  informParent(id: string, by: Actor, how: string): Done {
    return this.#step(id, by, () => {
      if (how.trim().length < MIN_LETTERS)
        return `say in ${MIN_LETTERS} letters or more how, or why not`
      return { kind: 'parent_informed', facts: { how } }
    })
  }

  /** Notes that the hand-over file was made, and under which number the other system has it. */
  handOver(id: string, by: Actor, reference: string): Done {
    return this.#step(id, by, () => ({ kind: 'handed_over', facts: { reference } }))
  }

  /** An incident ends with an outcome and what was learnt, and then is as it is. */
  close(id: string, by: Actor, end: { outcome: Outcome; lessons: string }): Done {
    return this.#step(id, by, (incident) => {
      if (incident.acknowledgedBy === null) return 'nobody has acknowledged it yet'
      if (end.lessons.trim().length < MIN_LETTERS)
        return `say in ${MIN_LETTERS} letters or more what was learnt`
      return { kind: 'closed', facts: { ...end } }
    })
  }

  /** The incident, for somebody who may see it; a refusal does not say whether there is one. */
  view(id: string, viewer: Actor): Done {
    const incident = this.#find(id)
    if (incident === null || !mayHandle(incident, viewer)) return NOT_YOURS
    return { ok: true, incident }
  }

  /** The incidents that somebody may see, newest first. */
  list(viewer: Actor, limit: number): readonly Incident[] {
    return this.#newest()
      .filter((incident) => mayHandle(incident, viewer))
      .slice(0, limit)
  }

  /** Those that somebody opened, newest first: he may ask what became of them, and no more. */
  reportedBy(personRef: string, limit: number): readonly Incident[] {
    return this.#newest()
      .filter(({ openedBy }) => openedBy === personRef)
      .slice(0, limit)
  }

  /** How many there are by what they are about, open and closed apart. */
  counts(): readonly {
    readonly class: IncidentClass
    readonly isOpen: boolean
    readonly count: number
  }[] {
    const groups = Map.groupBy(this.#newest(), (one) => `${one.class} ${one.outcome === null}`)
    return [...groups.values()].flatMap((some) =>
      some
        .slice(0, 1)
        .map((one) => ({ class: one.class, isOpen: one.outcome === null, count: some.length })),
    )
  }

  #newest(): readonly Incident[] {
    return this.#options.db
      .prepare(
        'SELECT incident_id, min(seq) AS seq FROM incident_events GROUP BY 1 ORDER BY 2 DESC',
      )
      .all()
      .map((row) => this.#get(String(row['incident_id'])))
  }

  #step(
    id: string,
    by: Actor,
    make: (incident: Incident) => string | Pick<IncidentEvent, 'kind' | 'facts'>,
  ): Done {
    return inTransaction(this.#options.db, () => {
      const incident = this.#find(id)
      if (incident === null || !mayHandle(incident, by)) return NOT_YOURS
      if (incident.outcome !== null) return { ok: false, message: 'the incident is closed' }
      const step = make(incident)
      if (typeof step === 'string') return { ok: false, message: step }
      this.#append(id, { by: by.personRef, ...step })
      return { ok: true, incident: this.#get(id) }
    })
  }

  #append(id: string, event: Pick<IncidentEvent, 'by' | 'kind' | 'facts'>): void {
    const { db, clock } = this.#options
    const last = db
      .prepare('SELECT hash FROM incident_events WHERE incident_id = ? ORDER BY seq DESC LIMIT 1')
      .get(id)
    const prevHash = last === undefined ? GENESIS_HASH : String(last['hash'])
    const ts = new Date(clock()).toISOString()
    const body = canonicalJson({ incidentId: id, ts, ...event, prevHash })
    db.prepare('INSERT INTO incident_events (incident_id, body, hash) VALUES (?, ?, ?)').run(
      ...[id, body, hash('sha256', body, 'hex')],
    )
  }

  #find(id: string): Incident | null {
    const rows = this.#options.db
      .prepare('SELECT body, hash FROM incident_events WHERE incident_id = ? ORDER BY seq')
      .all(id)
    if (rows.length === 0) return null
    return foldIncident(
      rows.map((row) => ({ body: String(row['body']), hash: String(row['hash']) })),
    )
  }

  #get(id: string): Incident {
    const incident = this.#find(id)
    if (incident === null) throw new Error(`no incident \`${id}\``)
    return incident
  }
}

function openingFacts(
  opening: Opening,
  { entries, manifestHash }: EvidenceManifest,
): IncidentEvent['facts'] {
  const { owner, informed, referrals, sameDayDue } = routeIncident(opening)
  const { subjectRef, conflicts, class: kind, source, alertId, severity, subjectKind } = opening
  const { report = null } = opening
  const excluded = [...new Set([...(subjectRef === null ? [] : [subjectRef]), ...conflicts])]
  return {
    ...{ class: kind, source, alertId, severity, subjectRef, subjectKind, owner, informed },
    ...{ suggestedReferrals: referrals, sameDayDue, excluded },
    ...(report !== null && { report: { ...report } }),
    evidence: { entries, manifestHash },
  }
}

/** Null for an incident that stands on no entries. */
function heldOf(
  incidentId: string,
  { entries }: EvidenceManifest,
  { subjectRef, rows }: Opening,
): HeldEvidence | null {
  const [first, last] = [entries[0]?.seq, entries.at(-1)?.seq]
  if (first === undefined || last === undefined) return null
  const isAllHis = rows.every((row) => row['person_ref'] === subjectRef)
  return { incidentId, first, last, personRef: isAllHis ? subjectRef : null }
}

const NOT_YOURS: Done = { ok: false, message: 'there is no such incident among yours' }

/** The deputy does what is the DSL's; nobody handles what he is part of. */
function mayHandle({ owner, informed, excluded }: Incident, actor: Actor): boolean {
  if (excluded.includes(actor.personRef)) return false
  const routed = new Set<Duty>([owner, ...informed])
  if (routed.has('dsl')) routed.add('deputy_dsl')
  return actor.duties.some((duty) => routed.has(duty))
}

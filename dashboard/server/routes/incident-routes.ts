import { z } from 'zod'
import { answersFor } from '../../../records/alerts/alert-rights.ts'
import { officesAmong } from '../../../records/alerts/duty-table.ts'
import { standingOf } from '../../../records/governance/standing.ts'
import {
  INCIDENT_CLASSES,
  OUTCOMES,
  REFERRAL_TARGETS,
  REPORT_REASONS,
  SUBJECT_KINDS,
  type Actor as Handler,
  type Incident,
  type IncidentClass,
} from '../../../records/incidents/incident.ts'
import { rowsOfAlert } from '../../../records/incidents/alert-evidence.ts'
import type { EvidenceManifest } from '../../../records/incidents/evidence.ts'
import { handOverOf } from '../../../records/incidents/hand-over.ts'
import type { Done, IncidentDesk } from '../../../records/incidents/incident-desk.ts'
import { classOfAlert, openingOfAlert } from '../../../records/incidents/incident-of-alert.ts'
import { MIN_REASON_LETTERS } from '../../../records/ledger/entry.ts'
import { atMostFew } from '../few.ts'
import { lookingAs } from '../looking-as.ts'
import { ProblemError } from '../problem.ts'
import { route, type Actor, type Desk } from '../route.ts'

const LISTED = 200
const reference = z.string().min(1).max(100)
const id = z.strictObject({ id: z.string().regex(/^[0-9A-Z]{1,40}$/) })

export const INCIDENT_ROUTES = [
  route({
    method: 'POST',
    url: '/api/incidents/report',
    access: 'incidents.create',
    summary: 'Report a worry, for one of the reasons of the standard',
    body: z.strictObject({
      why: z.enum(REPORT_REASONS),
      text: z.string().max(2_000),
      /** What it is about, where somebody has seen or suspects it. */
      about: z.enum(INCIDENT_CLASSES).nullable().default(null),
      subjectKind: z.enum(SUBJECT_KINDS).default('unknown'),
      subject: reference.nullable().default(null),
      host: z.string().max(300).nullable().default(null),
      group: reference.nullable().default(null),
    }),
    handle: async ({ body, desk, at }, actor) => {
      const { why, text, about, subject, subjectKind, host, group } = body
      needWords(text)
      const kind = about ?? CLASS_OF_REASON[why]
      if (kind === null) throw new ProblemError('refused', 'say what it is about')
      const duties = subject === null ? [] : standingOf(desk.school.register(), subject, at).duties
      const subjectDuties = officesAmong(duties)
      const done = await desk.school.withIncidents(actor.personRef, (incidents) =>
        incidents.open(
          {
            ...{ class: kind, source: 'staff', alertId: null, severity: severityOf(kind) },
            ...{ subjectRef: subject, subjectKind, subjectDuties, conflicts: [], rows: [] },
            report: { why, text, host, group },
          },
          handlerOf(actor),
        ),
      )
      const { id: number, owner, informed } = doneOrRefused(done)
      return { id: number, goesTo: [owner, ...informed] }
    },
  }),
  route({
    method: 'GET',
    url: '/api/incidents',
    access: 'incidents.read',
    summary: 'The incidents that you handle, those that you reported, or their number',
    handle: async ({ desk, scope }, actor) => {
      const { mine, reported, all } = await desk.school.withIncidents(
        actor.personRef,
        (incidents) => ({
          mine: incidents.list(handlerOf(actor), LISTED),
          reported: incidents.reportedBy(actor.personRef, LISTED),
          all: incidents.counts(),
        }),
      )
      const counts = all.map(({ count, ...label }) => {
        return { ...label, count: scope === 'masked' ? atMostFew(count) : count }
      })
      return {
        mine: mine.map((incident) => inBrief(incident, desk)),
        reported: reported.map(({ id: number, openedAt, class: kind, outcome, acknowledgedBy }) => {
          const state = outcome !== null ? 'closed' : acknowledgedBy === null ? 'sent' : 'seen'
          return { id: number, openedAt, class: kind, state }
        }),
        counts: scope === 'own' ? [] : counts,
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/incidents',
    access: 'incidents.create',
    summary: 'Open an incident from an alert of yours: its entries are held',
    body: z.strictObject({
      alert: z.string().min(1).max(40),
      class: z.enum(INCIDENT_CLASSES).nullable().default(null),
      reason: z.string().max(2_000),
    }),
    handle: async ({ body, desk, at }, actor) => {
      needWords(body.reason)
      const alert = desk.school.withAlerts((alerts) => alerts.find(body.alert))
      const by = handlerOf(actor)
      // The same answer to a stranger: it must not say whether there is one.
      if (alert === undefined || alert === null || !answersFor(alert, by))
        throw new ProblemError('not_found', 'there is no such alert among yours')
      const kind = body.class ?? classOfAlert(alert)
      if (kind === null) throw new ProblemError('refused', 'say what it is about')
      const rows = desk.school.readJournal(({ db }) => rowsOfAlert(db, alert)) ?? []
      const { personRef } = alert
      const duties =
        personRef === null ? [] : standingOf(desk.school.register(), personRef, at).duties
      const about = { rows, subjectDuties: officesAmong(duties), conflicts: [] }
      const done = await desk.school.withIncidents(by.personRef, (incidents) =>
        incidents.open(openingOfAlert(alert, kind, about), by),
      )
      return { id: doneOrRefused(done).id }
    },
  }),
  route({
    method: 'GET',
    url: '/api/incidents/:id',
    access: 'incidents.read',
    summary: 'One incident of yours: what was done, and the evidence as it was and is',
    params: id,
    handle: async ({ params, desk, at }, actor) => {
      const incident = await viewed(params.id, { desk, actor })
      const manifest = incident.evidence as unknown as EvidenceManifest
      const look = {
        ...{ viewer: actor.personRef, role: lookingAs(actor.duties), at },
        reason: `incident ${params.id}`,
      }
      const evidence = desk.school.readJournal(({ view }) => view.evidence(manifest, look))
      return {
        ...inBrief(incident, desk),
        manifestHash: manifest.manifestHash,
        events: incident.events.map(({ ts, by, kind, facts }) => ({
          ...{ ts, kind, facts: kind === 'opened' ? {} : facts },
          name: desk.school.nameOf(by) ?? by,
        })),
        suggested: incident.events[0]?.facts['suggestedReferrals'] ?? [],
        evidence: evidence ?? { rows: [], changed: [] },
      }
    },
  }),
  route({
    method: 'POST',
    url: '/api/incidents/:id/steps',
    access: 'incidents.read',
    summary: 'Acknowledge an incident, note what was done, refer it, or close it',
    params: id,
    body: z.strictObject({
      step: z.enum(['acknowledge', 'act', 'refer', 'parent', 'close']),
      text: z.string().max(2_000).default(''),
      target: z.enum(REFERRAL_TARGETS).optional(),
      outcome: z.enum(OUTCOMES).optional(),
    }),
    handle: async ({ params, body, desk }, actor) => {
      const done = await desk.school.withIncidents(actor.personRef, (incidents) =>
        takeStep(incidents, { ...body, id: params.id, by: handlerOf(actor) }),
      )
      const { evidence } = doneOrRefused(done)
      const { entries } = evidence as unknown as EvidenceManifest
      if (body.step !== 'close' || entries.length === 0) return
      // After it: what is held for too long harms less than an incident that can't be closed.
      const kept = await desk.school.endHolds(actor.personRef, params.id)
      if (kept !== null)
        throw new ProblemError('unavailable', `closed, but its entries stay held: ${kept}`)
    },
  }),
  route({
    method: 'POST',
    url: '/api/incidents/:id/hand-over',
    access: 'incidents.read',
    summary: 'The two texts for the safeguarding system; noted as handed over',
    params: id,
    body: z.strictObject({ reference: z.string().max(200) }),
    handle: async ({ params, body, desk }, actor) => {
      const incident = await viewed(params.id, { desk, actor })
      const by = handlerOf(actor)
      const handed =
        incident.outcome !== null
          ? incident
          : doneOrRefused(
              await desk.school.withIncidents(by.personRef, (incidents) =>
                incidents.handOver(params.id, by, body.reference),
              ),
            )
      return handOverOf(handed, desk.school.site)
    },
  }),
]

/** What a reason for a report is about by itself; null: only a person can say. */
const CLASS_OF_REASON = {
  accessed: null,
  accessible: 'filter_failure',
  teaching_topic: null,
  failure_or_abuse: 'filter_failure',
  unreasonable_restriction: 'overblock',
  misspelling: 'filter_failure',
} as const satisfies Readonly<Record<(typeof REPORT_REASONS)[number], IncidentClass | null>>

/** Due the same day (requirements.md 6.6): a child may be at risk. */
const HIGH: ReadonlySet<IncidentClass> = new Set([
  ...(['csam', 'terrorism', 'sexting_image', 'self_harm_suicide', 'grooming_contact'] as const),
  ...(['extremism', 'staff_conduct'] as const),
])

function severityOf(kind: IncidentClass): string {
  return HIGH.has(kind) ? 'high' : 'medium'
}

function handlerOf({ personRef, duties }: Actor): Handler {
  return { personRef, duties: officesAmong(duties) }
}

async function viewed(
  number: string,
  { desk, actor }: { desk: Desk; actor: Actor },
): Promise<Incident> {
  const done = await desk.school.withIncidents(actor.personRef, (incidents) =>
    incidents.view(number, handlerOf(actor)),
  )
  if (!done.ok) throw new ProblemError('not_found', done.message)
  return done.incident
}

function doneOrRefused(done: Done): Incident {
  if (!done.ok) throw new ProblemError('refused', done.message)
  return done.incident
}

function needWords(text: string): void {
  if (text.trim().length < MIN_REASON_LETTERS)
    throw new ProblemError('refused', `say it in ${MIN_REASON_LETTERS} letters or more`)
}

function inBrief(incident: Incident, { school }: Desk) {
  const { id: number, openedAt, openedBy, severity, subjectRef, subjectKind, owner } = incident
  const { informed, sameDayDue, acknowledgedBy, outcome, report, source } = incident
  const evidence = incident.evidence as unknown as EvidenceManifest
  return {
    ...{ id: number, openedAt, class: incident.class, severity, source, subjectKind, report },
    ...{ owner, informed, sameDayDue, outcome, subjectRef, entries: evidence.entries.length },
    openedName: school.nameOf(openedBy) ?? openedBy,
    subjectName: subjectRef === null ? null : school.nameOf(subjectRef),
    acknowledgedName:
      acknowledgedBy === null ? null : (school.nameOf(acknowledgedBy) ?? acknowledgedBy),
  }
}

interface Step {
  readonly id: string
  readonly by: Handler
  readonly step: 'acknowledge' | 'act' | 'refer' | 'parent' | 'close'
  readonly text: string
  readonly target?: (typeof REFERRAL_TARGETS)[number] | undefined
  readonly outcome?: (typeof OUTCOMES)[number] | undefined
}

function takeStep(incidents: IncidentDesk, { id: number, by, ...body }: Step): Done {
  const { step, text, target, outcome } = body
  switch (step) {
    case 'acknowledge':
      return incidents.acknowledge(number, by)
    case 'act':
      return incidents.act(number, by, text)
    case 'parent':
      return incidents.informParent(number, by, text)
    case 'refer':
      if (target === undefined) return { ok: false, message: 'say to whom it is referred' }
      return incidents.refer(number, by, { target, reference: text })
    case 'close':
      if (outcome === undefined) return { ok: false, message: 'say how it ended' }
      return incidents.close(number, by, { outcome, lessons: text })
  }
}

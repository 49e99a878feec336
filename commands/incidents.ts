import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AlertStore, type Alert } from '../records/alerts/alert-store.ts'
import { officesAmong } from '../records/alerts/duty-table.ts'
import { rowsOfAlert } from '../records/incidents/alert-evidence.ts'
import type { EvidenceRow } from '../records/incidents/evidence.ts'
import { handOverOf } from '../records/incidents/hand-over.ts'
import { IncidentDesk, type Done, type HeldEvidence } from '../records/incidents/incident-desk.ts'
import { classOfAlert, openingOfAlert } from '../records/incidents/incident-of-alert.ts'
import {
  INCIDENT_CLASSES,
  OUTCOMES,
  REFERRAL_TARGETS,
  type Actor,
  type Incident,
} from '../records/incidents/incident.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import { openLedger } from '../records/ledger/ledger.ts'
import { openDatabase, StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { endHolds, holdEvidence } from './incident-holds.ts'
import { ALERT_OPTIONS, openAlerts, signatureOf, type AlertDeps } from './open-alerts.ts'
import type { SiteDeskDeps } from './site-desk.ts'

const USAGE = `usage: schoolgate incidents list                        those that the actor may see
       schoolgate incidents open ALERT [--class CLASS]     from an alert; its entries are held
       schoolgate incidents acknowledge|note N             seen; what was done, as the reason says
       schoolgate incidents refer N --to TARGET            the reason is the other side's reference
       schoolgate incidents close N --outcome OUTCOME      the reason is what was learnt
       schoolgate incidents handover N [--out DIR]         writes incident-N.json and incident-N.txt
each with --actor PERSON_REF, all but list with --reason TEXT, and (--records DIR | --config FILE). N is an incident's number.
Until people sign in at the dashboard, whoever may write DIR acts as the person that he names.`

const LISTED = 100

/** What the command is handed: the desk, too, because what an incident holds is a change of the ledger. */
export type IncidentDeps = AlertDeps & SiteDeskDeps

/** `incidents ...`: exit code 0 done, 1 not done, 2 wrong usage. */
export async function incidents(args: readonly string[], deps: IncidentDeps): Promise<number> {
  const wrong = (problem: string): number => {
    deps.err(problem === '' ? USAGE : `${problem}\n${USAGE}`)
    return EXIT.usage
  }
  const order = parseOrder(args, deps)
  if (typeof order === 'string') return wrong(order)
  const { directory, parsed, step } = order
  try {
    const isRead = step === list
    const signed = signatureOf(parsed, directory, { deps, isRead })
    if (typeof signed === 'string') return wrong(signed)
    using opened = openAlerts(directory, { readOnly: isRead })
    const call = { ...order, ...signed, deps, db: opened.db }
    const done = await step({ ...call, desk: deskOf(call) })
    if ('usage' in done) return wrong(done.usage)
    if (done.ok) return EXIT.done
    deps.err(done.message)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
  }
  return EXIT.no
}

interface Order {
  readonly step: Step
  readonly id: string
  readonly directory: string
  readonly parsed: Parsed
}

function parseOrder(args: readonly string[], { resolveRecords }: AlertDeps): Order | string {
  const parsed = readArguments(args, ALERT_OPTIONS)
  if (typeof parsed === 'string') return parsed
  const [verb = '', id = '', ...rest] = parsed.positionals
  const step = Object.hasOwn(STEPS, verb) ? STEPS[verb] : undefined
  if (step === undefined || rest.length > 0 || (id === '') !== (step === list)) return ''
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, resolveRecords)
  return 'problem' in place ? place.problem : { step, id, directory: place.directory, parsed }
}

interface Call {
  readonly id: string
  readonly by: Actor
  readonly reason: string
  readonly directory: string
  readonly parsed: Parsed
  readonly deps: IncidentDeps
  readonly db: DatabaseSync
  readonly desk: IncidentDesk
}

type Stepped = Done | { readonly ok: true } | { readonly usage: string }
type Step = (call: Call) => Stepped | Promise<Stepped>

const STEPS: Readonly<Record<string, Step>> = {
  list,
  open,
  acknowledge: (call) => told(call, call.desk.acknowledge(call.id, call.by)),
  note: (call) => told(call, call.desk.act(call.id, call.by, call.reason)),
  refer,
  close,
  handover,
}

function deskOf({ db, directory, by, deps }: Omit<Call, 'desk'>): IncidentDesk {
  const holding = { directory, by: by.personRef, deps }
  const hold = (evidence: HeldEvidence): Promise<string | null> => holdEvidence(holding, evidence)
  return new IncidentDesk({ db, clock: deps.now, hold })
}

function readEvidence(directory: string, alert: Alert): readonly EvidenceRow[] {
  const journal = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA, { readOnly: true })
  try {
    return rowsOfAlert(journal, alert)
  } finally {
    journal.close()
  }
}

function list({ desk, by, deps }: Call): { readonly ok: true } {
  for (const incident of desk.list(by, LISTED)) deps.out(describeIncident(incident))
  return { ok: true }
}

async function open(call: Call): Promise<Stepped> {
  const { id, by, directory, parsed, deps, db, desk } = call
  const alert = new AlertStore(db).find(id)
  if (alert === undefined) return { ok: false, message: `there is no alert \`${id}\`` }
  const named = textOf(parsed, 'class')
  const incidentClass = INCIDENT_CLASSES.find((one) => one === (named ?? classOfAlert(alert)))
  if (incidentClass === undefined)
    return { usage: `say with \`--class\` which it is: ${INCIDENT_CLASSES.join(', ')}` }
  const rows = readEvidence(directory, alert)
  const { personRef } = alert
  const subjectDuties =
    personRef === null ? [] : officesAmong(deps.dutiesOf(directory, personRef, deps.now()))
  const opening = openingOfAlert(alert, incidentClass, { rows, subjectDuties, conflicts: [] })
  return told(call, await desk.open(opening, by))
}

function refer(call: Call): Stepped {
  const { id, by, reason: reference, parsed, desk } = call
  const target = REFERRAL_TARGETS.find((one) => one === textOf(parsed, 'to'))
  if (target === undefined) return { usage: `\`--to\` is one of ${REFERRAL_TARGETS.join(', ')}` }
  return told(call, desk.refer(id, by, { target, reference }))
}

async function close(call: Call): Promise<Stepped> {
  const { id, by, reason: lessons, parsed, desk, directory, deps } = call
  const outcome = OUTCOMES.find((one) => one === textOf(parsed, 'outcome'))
  if (outcome === undefined) return { usage: `\`--outcome\` is one of ${OUTCOMES.join(', ')}` }
  const closed = told(call, desk.close(id, by, { outcome, lessons }))
  if (!closed.ok) return closed
  // After it: what is held for too long harms less than an incident that can't be closed.
  const kept = await endHolds({ directory, by: by.personRef, deps }, id)
  if (kept !== null) deps.err(`its entries stay held without an end: ${kept}`)
  return closed
}

/** Read by nobody else: it is for the safeguarding system alone. */
const PRIVATE = { mode: 0o600, flag: 'wx' } as const

function handover({ id, by, reason, directory, parsed, deps, desk }: Call): Done {
  const seen = desk.view(id, by)
  if (!seen.ok) return seen
  const base = join(textOf(parsed, 'out') ?? '.', `incident-${seen.incident.id}`)
  const [json, text] = [`${base}.json`, `${base}.txt`]
  const known = [json, text].find((path) => existsSync(path))
  if (known !== undefined) return { ok: false, message: `\`${known}\` is there already` }
  const site = siteOf(directory)
  // A closed incident is handed over as it is: nothing more can be noted in it.
  const done = seen.incident.outcome === null ? desk.handOver(id, by, reason) : seen
  if (!done.ok) return done
  const file = handOverOf(done.incident, site)
  try {
    writeFileSync(json, file.json, PRIVATE)
    writeFileSync(text, file.text, PRIVATE)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { ok: false, message: `noted as handed over, but not written: ${why}; try again` }
  }
  deps.out(`${json} and ${text}: SHA-256 ${file.sha256}`)
  return done
}

function siteOf(directory: string): string {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return ledger.site() ?? ''
  } finally {
    ledger.close()
  }
}

function told({ deps }: Call, done: Done): Done {
  if (done.ok) deps.out(describeIncident(done.incident))
  return done
}

function describeIncident(incident: Incident): string {
  const { id, openedAt, severity, subjectRef, owner, informed, outcome, events } = incident
  const acknowledged = incident.acknowledgedBy === null ? 'not acknowledged' : 'open'
  const state = outcome === null ? acknowledged : `closed: ${outcome}`
  const due = incident.sameDayDue && outcome === null ? ', due today' : ''
  const whose = [owner, ...informed].join(', ')
  return (
    `${id}  ${openedAt}  ${incident.class} [${severity}] about ${subjectRef ?? 'somebody unknown'}, ` +
    `for ${whose}: ${state}${due}, ${events.length} events`
  )
}

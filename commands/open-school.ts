import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { AlertStore } from '../records/alerts/alert-store.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../records/alerts/alert-schema.ts'
import { IncidentDesk, type HeldEvidence } from '../records/incidents/incident-desk.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import { inTransaction, openDatabase } from '../records/sqlite/open-database.ts'
import { LocalPresence, PRESENCE_FILE } from '../records/presence/local-presence.ts'
import type { PortalOptions } from '../dashboard/server/portal/serve-portal.ts'
import type { MacAddress } from '../rules/identity/mac-address.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { People } from '../records/people/people.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { placedWarnings } from '../rules/warnings/placed-warnings.ts'
import type {
  Journal,
  PolicyTrial,
  School,
  TestAnswer,
  TestQuestion,
} from '../dashboard/server/school.ts'
import { answerTo, nextEdgeOf, questionOf } from './explain-question.ts'
import { assumptionsOf } from './explain-text.ts'
import { openView } from './journal-look.ts'
import { endHolds, holdEvidence, type HoldingCall } from './incident-holds.ts'
import { judgeByPromises } from './judge-by-promises.ts'
import { openAlerts } from './open-alerts.ts'
import { previewOf } from './preview.ts'
import { previewLines } from './preview-text.ts'
import { effectsOf } from './proposal-effects.ts'
import type { LoadedConfig } from './read-config.ts'
import { readGate } from './read-gate.ts'
import { holdersIn, listFacts } from './list-facts.ts'
import { SchoolHistory, usagesIn } from './school-history.ts'
import { openSiteDesk } from './site-desk.ts'
import { STANDARD_DEPS } from './standard-deps.ts'

export interface OpenedSchool extends AsyncDisposable {
  readonly school: School
  /** What the portal works with. */
  readonly portal: Omit<PortalOptions, 'listen' | 'log'>
}

/**
 * The school of a gate's records as the dashboard needs it; a text says why there is none. Throws
 * `StoreRefused` for records that are none.
 */
export async function openSchool(
  loaded: LoadedConfig,
  { now, err }: { readonly now: () => number; readonly err: (line: string) => void },
): Promise<OpenedSchool | string> {
  const { config } = loaded
  const directory = recordsDirectoryOf(config, loaded.directory)
  await using open = new AsyncDisposableStack()
  const { directionOf } = STANDARD_DEPS
  const site = await openSiteDesk(directory, {
    ...{ directionOf, now, err },
    promisesBrokenBy: judgeByPromises(loaded, directory),
  })
  if (typeof site === 'string') return site
  open.use(site)
  const { ledger, desk, view } = site
  const people = new People(ledger.db)
  const history = open.use(SchoolHistory.open(loaded))
  const textOf = (hash: string): string | undefined => ledger.findDocument(hash)
  const holding = { directionOf, now, err }
  const school: School = {
    ...{ site: config.site, directory, portalUrl: portalUrlOf(config), now, ledger, desk },
    register: () => view.current(),
    nameOf: (ref) => people.find(ref)?.name ?? null,
    readJournal: (work) => readJournal(directory, work),
    withAlerts: (work) => withAlerts(directory, work),
    withIncidents: (by, work) => withIncidents({ directory, by, deps: holding }, work),
    endHolds: (by, incident) => endHolds({ directory, by, deps: holding }, incident),
    effectsOf: (edit) => effectsOf(edit, view.current(), textOf),
    testAs: (question) => testAs(history, question, now()),
    tryPolicy: (text, hours) => tryPolicy(loaded, { text, hours, now: now() }),
    lists: async () => {
      const then = await history.at(now())
      return typeof then === 'string' ? [] : listFacts(then.lists, then.policy)
    },
    holdersOf: async (host) => {
      const then = await history.at(now())
      return typeof then === 'string' ? then : holdersIn(then.lists, host)
    },
    usage: () => usagesIn(directory),
    readGate: () => readGate(config.metrics.listen),
  }
  const portal = {
    ...{ site: config.site, records: directory, directory: loaded.directory, now },
    ...{ register: school.register, writer: site.writer },
    policy: policyReader(school.register),
    macAt: (address: string) => macAt(directory, address, now()),
  }
  const opened = open.move()
  return { school, portal, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Null where there is no portal, and where the system chooses its port. */
function portalUrlOf({ blockPage, portal }: LoadedConfig['config']): string | null {
  const { address, listen } = blockPage
  if (portal.listen === null || listen === null || listen.port === 0) return null
  return `http://${address}:${listen.port}/portal`
}

/** The policy in force, read once for each text of it. */
function policyReader(register: School['register']): () => Policy | null {
  let hash = ''
  let policy: Policy | null = null
  return () => {
    const current = register().policy
    if (current === null || current.hash === hash) return policy
    const parsed = parsePolicy(current.text, current.name)
    hash = current.hash
    policy = parsed.ok ? parsed.policy : policy
    return policy
  }
}

/** Null while the gate has made no such file, and for an address that no source tells of. */
async function macAt(directory: string, address: string, now: number): Promise<MacAddress | null> {
  if (!existsSync(join(directory, PRESENCE_FILE))) return null
  using presence = LocalPresence.openReadOnly(directory)
  return (await presence.get(address, now))?.binding?.mac ?? null
}

/** Opened for each look: the records thread may have made it a moment ago, and owns it. */
function readJournal<T>(directory: string, work: (journal: Journal) => T): T | null {
  const path = join(directory, JOURNAL_FILE)
  if (!existsSync(path)) return null
  const db = openDatabase(path, JOURNAL_SCHEMA, { readOnly: true })
  try {
    using opened = openView(db, directory)
    return work({ db, view: opened.view })
  } finally {
    db.close()
  }
}

function withAlerts<T>(directory: string, work: (alerts: AlertStore) => T): T | null {
  if (!existsSync(join(directory, ALERTS_FILE))) return null
  using opened = openAlerts(directory, { readOnly: false })
  return inTransaction(opened.db, () => work(new AlertStore(opened.db)))
}

/** Made where there is none yet: somebody may report a worry before there has been any alert. */
async function withIncidents<T>(
  call: HoldingCall,
  work: (incidents: IncidentDesk) => T | Promise<T>,
): Promise<T> {
  const db = openDatabase(join(call.directory, ALERTS_FILE), ALERTS_SCHEMA)
  try {
    const hold = (evidence: HeldEvidence): Promise<string | null> => holdEvidence(call, evidence)
    return await work(new IncidentDesk({ db, clock: call.deps.now, hold }))
  } finally {
    db.close()
  }
}

async function testAs(
  history: SchoolHistory,
  { url, at, device, ip, zone }: TestQuestion,
  now: number,
): Promise<TestAnswer | string> {
  const asked = { url, at: at ?? new Date(now).toISOString(), device, ip, zone }
  const question = questionOf(asked)
  if (typeof question === 'string') return question
  const then = await history.at(question.at)
  if (typeof then === 'string') return then
  const verdict = answerTo(then.revision, question)
  if (typeof verdict === 'string') return verdict
  const edge = nextEdgeOf(then.revision, question)
  return {
    verdict,
    assumed: [...assumptionsOf(question, { isNow: at === undefined }), ...then.assumed],
    next: edge && { at: new Date(edge.at).toISOString(), verdict: edge.then },
  }
}

const DRAFT = 'policy.yaml'

async function tryPolicy(
  loaded: LoadedConfig,
  { text, hours, now }: { readonly text: string; readonly hours: number; readonly now: number },
): Promise<PolicyTrial> {
  const parsed = parsePolicy(text, DRAFT)
  if (!parsed.ok)
    return { problems: parsed.problems.map(describeProblem), warnings: [], effects: [] }
  const warnings = placedWarnings(parsed, now).map(describeProblem)
  const preview = await previewOf({ file: DRAFT, text, hours }, loaded)
  return typeof preview === 'string'
    ? { problems: preview.split('\n'), warnings, effects: [] }
    : { problems: [], warnings, effects: [...previewLines(preview)] }
}

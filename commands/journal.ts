import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import {
  AlertRetention,
  alertPurgesOf,
  type AlertPurge,
} from '../records/alerts/alert-retention.ts'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../records/alerts/alert-schema.ts'
import { AccessLog } from '../records/journal/access-log.ts'
import { countBy, countByDay } from '../records/journal/journal-counts.ts'
import type { Counted } from '../records/journal/journal-counts.ts'
import { JournalIndex } from '../records/journal/journal-index.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import type { JournalFilter } from '../records/journal/journal-search.ts'
import { COUNTED } from '../records/journal/journal-terms.ts'
import type { CountedFacet } from '../records/journal/journal-terms.ts'
import type { ViewedRow } from '../records/journal/journal-view.ts'
import { holdsOf } from '../records/journal/legal-holds.ts'
import { Retention, purgesOf } from '../records/journal/retention.ts'
import { unmask } from '../records/journal/unmask.ts'
import type { UnmaskRequest } from '../records/journal/unmask.ts'
import { readBeside, type StorePlace } from '../records/people/read-beside.ts'
import type { DirectionOf } from '../records/governance/judge-edit.ts'
import { StoreRefused, openDatabase } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf } from './arguments.ts'
import type { Parsed } from './arguments.ts'
import { lookOf, openView } from './journal-look.ts'
import { hold, holdNumber, release } from './legal-holds.ts'
import { openSiteDesk } from './site-desk.ts'
import { JOURNAL_OPTIONS, readMoment, readFilter } from './journal-arguments.ts'

export interface JournalDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  /** What a person may act as at a moment (epoch ms), by the ledger in the directory. */
  readonly dutiesOf: (directory: string, person: string, at: number) => readonly string[]
  readonly directionOf: DirectionOf
  /** Epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const JOURNAL_USAGE = `usage: schoolgate journal search [FILTER]... [--limit N] [--cursor N]  refusals, newest first
       schoolgate journal stat [--by role|category|severity|action|day] [FILTER]...            how many attempts
       schoolgate journal unmask PSEUDONYM --as ROLE --actor REF --reason TEXT [--seen T]  who it is
       schoolgate journal purge                                        forget now what is too old
       schoolgate journal hold (--entries A-B | --from T --to T | --person REF) [--incident REF] [--until T]
       schoolgate journal release NUMBER                               end a hold
each with (--config FILE | --records DIR); FILTER is --from T, --to T, --text WORDS, --host, --person,
--device, --ref CODE, --role, --category, --reason-code, --severity, --zone, --action or --grade.
search shows pseudonyms unless --as dsl --actor REF --reason TEXT (deputy_dsl and head too), and that
look is noted. unmask asks first: the safeguarding lead agrees (\`changes approve\`), and within a day the same
call tells. hold and release take --actor REF --reason TEXT of the safeguarding lead, a
deputy or the head, and are in the ledger: every gate of the site follows. Whoever may run this on the gate's own
machine speaks for the person named by --actor: keep that machine to those who may.`

/**
 * `journal search|stat|unmask|purge|hold|release`, beside a running gate too. Exit code 0 done, 1 refused or
 * the journal can't be read, 2 wrong usage.
 */
export async function journal(args: readonly string[], deps: JournalDeps): Promise<number> {
  const parsed = readArguments(args, JOURNAL_OPTIONS)
  if (typeof parsed === 'string') return wrongUsage(deps, parsed)
  const [verb = '', ...rest] = parsed.positionals
  const run = Object.hasOwn(RUNS, verb) ? RUNS[verb] : undefined
  if (run === undefined || rest.length > (TAKES_ONE.has(verb) ? 1 : 0)) return wrongUsage(deps)
  const directory = directoryOf(parsed, deps)
  if (typeof directory !== 'string') return wrongUsage(deps, directory.problem)
  try {
    using opened = open(directory, !WRITES.has(verb))
    return finish(await run({ db: opened.db, directory, parsed, deps }), deps)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

export interface JournalCall {
  readonly db: DatabaseSync
  readonly directory: string
  readonly parsed: Parsed
  readonly deps: JournalDeps
}

/** Null where all is done, else why not. */
export type Refusal = { readonly usage: string } | { readonly no: string } | null

function finish(refusal: Refusal, deps: JournalDeps): number {
  if (refusal === null) return EXIT.done
  if ('usage' in refusal) return wrongUsage(deps, refusal.usage)
  deps.err(refusal.no)
  return EXIT.no
}

function wrongUsage({ err }: JournalDeps, problem?: string): number {
  if (problem !== undefined) err(problem)
  err(JOURNAL_USAGE)
  return EXIT.usage
}

function directoryOf(parsed: Parsed, deps: JournalDeps): string | { readonly problem: string } {
  const [config, records] = [textOf(parsed, 'config'), textOf(parsed, 'records')]
  if ((config === undefined) === (records === undefined))
    return { problem: 'give `--config` or `--records`' }
  if (records !== undefined) return records
  const place = deps.resolveRecords(config ?? '')
  return 'problem' in place ? place : place.directory
}

function open(directory: string, readOnly: boolean): Disposable & { readonly db: DatabaseSync } {
  const path = join(directory, JOURNAL_FILE)
  // Opening for writing would make a new, empty journal in whatever directory was named.
  const db = openDatabase(path, JOURNAL_SCHEMA, { readOnly: readOnly || !existsSync(path) })
  return {
    db,
    [Symbol.dispose]: () => {
      db.close()
    },
  }
}

const RUNS: Readonly<Record<string, (call: JournalCall) => Refusal | Promise<Refusal>>> = {
  search,
  stat,
  unmask: unmaskOne,
  purge,
  hold,
  release,
}
const WRITES: ReadonlySet<string> = new Set(['purge', 'hold', 'release'])
const TAKES_ONE: ReadonlySet<string> = new Set(['release', 'unmask'])

function search(call: JournalCall): Refusal {
  const { db, directory, parsed, deps } = call
  const filter = readFilter(parsed)
  if ('problem' in filter) return { usage: filter.problem }
  const [limit, cursor] = [numberOf(parsed, 'limit', 20), numberOf(parsed, 'cursor', null)]
  if (limit === undefined || limit === null || cursor === undefined)
    return { usage: '`--limit` and `--cursor` are numbers' }
  const look = lookOf(call)
  if ('no' in look) return look
  using opened = openView(db, directory)
  const page = opened.view.search(filter, { limit, cursor, budgetMs: SEARCH_MS }, look)
  if (typeof page === 'string') return { no: page }
  for (const row of page.rows) deps.out(describeRow(row))
  if (page.cursor !== null) deps.out(`older ones: --cursor ${page.cursor}`)
  return null
}

async function unmaskOne(call: JournalCall): Promise<Refusal> {
  const { db, directory, deps } = call
  const request = readUnmask(call)
  if ('usage' in request || 'no' in request) return request
  const site = await openSiteDesk(directory, deps)
  if (typeof site === 'string') return { no: site }
  await using opened = site
  using looking = openView(db, directory)
  const { view, log, nameOf } = looking
  const parts = { view, log, nameOf, register: opened.view, desk: opened.desk }
  const answer = await unmask(request, parts)
  if (answer.kind === 'waiting') {
    const { proposal, approvers } = answer
    const whom = approvers.length === 0 ? 'its approval' : approvers.join(', ')
    deps.out(`change ${proposal} waits for ${whom}; ask again then`)
    return null
  }
  if (answer.kind !== 'told') return { no: answer.message }
  const name = answer.name ?? 'somebody whose name is not known'
  deps.out(`${request.pseudonym} is ${name} (${answer.personRef})`)
  return null
}

function readUnmask({
  directory,
  parsed,
  deps,
}: JournalCall): UnmaskRequest | NonNullable<Refusal> {
  const [pseudonym, role] = [parsed.positionals[1], textOf(parsed, 'as')]
  const askedBy = textOf(parsed, 'actor')
  if (!pseudonym || !role || !askedBy)
    return { usage: '`unmask` needs a pseudonym, `--as`, `--actor` and `--reason`' }
  const at = deps.now()
  const seenAt = readMoment(parsed, 'seen') ?? at
  if (typeof seenAt !== 'number') return { usage: seenAt.problem }
  if (!deps.dutiesOf(directory, askedBy, at).includes(role))
    return { no: `\`${askedBy}\` is not ${role} now, says the ledger` }
  return { pseudonym, askedBy, role, reason: textOf(parsed, 'reason') ?? '', seenAt, at }
}

/** A person at a prompt waits longer than a page of the dashboard does. */
const SEARCH_MS = 10_000

function describeRow(row: ViewedRow): string {
  const text = (name: string): string => String(row[name] ?? '')
  const who = row.name === null ? text('person_ref') : `${row.name} (${text('person_ref')})`
  const device = row['device_id'] === null ? text('ip') || 'an unknown device' : text('device_id')
  const times = row['repeat_count'] === 1 ? '' : `, ${text('repeat_count')} more times`
  const category = row['category'] === null ? '' : `${text('category')}, `
  return (
    `${text('ts')}  ${who}, ${text('role')}, on ${device} in ${text('zone')}: ` +
    `${text('action')} ${text('host')} (${category}${text('reason_code')}), ${text('grade')}${times}; ` +
    `code ${text('block_ref')}, entry ${text('seq')}`
  )
}

function stat(call: JournalCall): Refusal {
  const { db, parsed, deps } = call
  const filter = readFilter(parsed)
  if ('problem' in filter) return { usage: filter.problem }
  const unknown = SEARCH_ONLY.find((name) => name in parsed.values)
  if (unknown !== undefined) return { usage: `\`--${unknown}\` is for \`search\` alone` }
  const by = textOf(parsed, 'by') ?? 'category'
  if (by !== 'day' && !isFacet(by))
    return { usage: `\`${by}\` is not day or one of ${COUNTED.join(', ')}` }
  const { counts, behind } = countsOf(db, by, { ...filter, now: deps.now() })
  for (const [label, { attempts, entries }] of counts)
    deps.out(`${label}: ${attempts} attempts in ${entries} entries`)
  if (behind > 0) deps.out(`${behind} new entries are not counted yet`)
  for (const line of keptLines(call)) deps.out(line)
  return null
}

function countsOf(
  db: DatabaseSync,
  by: CountedFacet | 'day',
  { from, to, now, ...facets }: JournalFilter & { readonly now: number },
): Counted {
  const times = {
    from: from === undefined ? 0 : Date.parse(from),
    to: to === undefined ? now + DAY_MS : Date.parse(to),
  }
  const filter = { ...facets, ...times }
  return by === 'day' ? countByDay(db, filter, dayOf) : countBy(db, by, filter)
}

/** What was let go, and what must not be. */
function* keptLines({ db, directory }: JournalCall): Generator<string> {
  for (const { day, rule, alerts, from, to } of readBeside(alertsIn(directory), [], alertPurgesOf))
    yield `${day}: ${rule} of ${alerts} alerts from ${from} to ${to} were let go`
  for (const { day, rule, entries, from, to } of purgesOf(db))
    yield `${day}: ${rule} of ${entries} entries from ${from} to ${to} were let go`
  for (const hold of holdsOf(db)) {
    const { placedAt, placedBy, reason, releasedAt } = hold
    const end = releasedAt === null ? 'in force' : `released ${releasedAt}`
    yield `hold ${holdNumber(hold)} by ${placedBy} at ${placedAt}, ${end}: ${reason}`
  }
}

const SEARCH_ONLY = [
  ...['person', 'device', 'host', 'ref', 'text', 'reason-code', 'zone', 'grade', 'limit', 'cursor'],
]

const DAY_MS = 86_400_000

/** The command line knows no school's time zone. */
function dayOf(hour: number): string {
  return new Date(hour).toISOString().slice(0, 10)
}

function isFacet(text: string): text is CountedFacet {
  return (COUNTED as readonly string[]).includes(text)
}

function purge({ db, directory, deps }: JournalCall): Refusal {
  const index = new JournalIndex(db)
  // First, because from it on the file overwrites what it gives up, the pages of the index, too.
  const retention = new Retention(db, index)
  while (index.step());
  while (retention.step(deps.now()));
  // What was deleted is in the write-ahead log, too, until that is emptied.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  using log = AccessLog.open(directory)
  const views = log.forget(deps.now())
  const today = dayOf(deps.now())
  const done = purgesOf(db).filter(({ day }) => day === today)
  for (const { rule, entries, from, to } of done)
    deps.out(`${rule}: ${entries} entries of ${from} to ${to} today`)
  if (views > 0) deps.out(`access log: ${views} looks`)
  const alerts = purgeAlerts({ db, directory, deps })
  for (const { rule, alerts: count, from, to } of alerts)
    deps.out(`${rule}: ${count} alerts of ${from} to ${to} today`)
  if (done.length + alerts.length + views === 0) deps.out('nothing is too old')
  return null
}

/** What went of the alerts today. */
function purgeAlerts({
  db: journal,
  directory,
  deps,
}: Omit<JournalCall, 'parsed'>): readonly AlertPurge[] {
  const { file, schema } = alertsIn(directory)
  const path = join(directory, file)
  if (!existsSync(path)) return []
  const db = openDatabase(path, schema)
  try {
    const retention = new AlertRetention(db, journal)
    while (retention.step(deps.now()));
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return alertPurgesOf(db).filter(({ day }) => day === dayOf(deps.now()))
  } finally {
    db.close()
  }
}

function alertsIn(directory: string): StorePlace {
  return { directory, file: ALERTS_FILE, schema: ALERTS_SCHEMA }
}

/** Undefined for a text that is no number. */
function numberOf(
  parsed: Parsed,
  name: string,
  otherwise: number | null,
): number | null | undefined {
  const text = textOf(parsed, name)
  if (text === undefined) return otherwise
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

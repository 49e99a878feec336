import { join } from 'node:path'
import { recordsDirectoryOf } from '../proxy/policy/school-files.ts'
import { readBlockRef } from '../records/block-ref.ts'
import type { ViewedRow } from '../records/journal/journal-view.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import { openDatabase } from '../records/sqlite/open-database.ts'
import type { Verdict } from '../rules/verdict.ts'
import { EXIT, type Parsed } from './arguments.ts'
import { causeOf, type Cause } from './cause-of-refusal.ts'
import { lookOf, openView, type LookDeps } from './journal-look.ts'
import type { LoadedConfig } from './read-config.ts'

export interface ExplainRefDeps extends LookDeps {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** A fold has a first and a closing entry; a code that two visits share has twice as many. */
const MAX_ENTRIES = 20

/** By the code alone: a journal of ten million entries takes milliseconds. */
const SEARCH_MS = 4_000

/** What a block page's code stands for, with the whole cause: exit 1 where nothing is found or may be shown. */
export async function explainRef(
  code: string,
  { loaded, parsed }: { readonly loaded: LoadedConfig; readonly parsed: Parsed },
  deps: ExplainRefDeps,
): Promise<number> {
  const directory = recordsDirectoryOf(loaded.config, loaded.directory)
  const look = lookOf({ directory, parsed, deps })
  if ('no' in look) return refused(deps, look.no)
  const path = join(directory, JOURNAL_FILE)
  using db = closing(openDatabase(path, JOURNAL_SCHEMA, { readOnly: true }))
  using opened = openView(db.value, directory)
  const filter = { block_ref: readBlockRef(code) }
  const page = opened.view.search(filter, { limit: MAX_ENTRIES, budgetMs: SEARCH_MS }, look)
  if (typeof page === 'string') return refused(deps, page)
  if (page.rows.length === 0) return refused(deps, notFound(filter.block_ref))
  // Oldest first: the first entry is the attempt, the closing one says how often it came again.
  const rows = page.rows.toReversed()
  const causes = await Promise.all(
    firstOfEach(rows).map((row) => causeOf(row, { db: db.value, loaded, now: deps.now() })),
  )
  if (parsed.values['json'] === true) deps.out(JSON.stringify({ entries: rows, causes }))
  else printCauses(rows, causes, deps)
  return EXIT.done
}

function refused({ err }: ExplainRefDeps, message: string): number {
  err(`schoolgate: ${message}`)
  return EXIT.no
}

function notFound(code: string): string {
  return (
    `no refusal with the code \`${code}\` that may be shown here. Codes are forgotten with the person, ` +
    'after 35 days; high-risk ones are shown to the safeguarding lead (`--as dsl --actor REF --reason TEXT`)'
  )
}

function closing<T extends { close(): void }>(value: T): Disposable & { readonly value: T } {
  return {
    value,
    [Symbol.dispose]: () => {
      value.close()
    },
  }
}

/** Two visits may share a code: each has its own device, host and minute. */
function firstOfEach(rows: readonly ViewedRow[]): readonly ViewedRow[] {
  const seen = new Map(rows.toReversed().map((row) => [visitOf(row), row]))
  return rows.filter((row) => seen.get(visitOf(row)) === row)
}

function visitOf(row: ViewedRow): string {
  return JSON.stringify([row['device_id'] ?? row['person_ref'], row['host'], row['reason_code']])
}

function printCauses(
  rows: readonly ViewedRow[],
  causes: readonly Cause[],
  { out }: ExplainRefDeps,
): void {
  for (const [index, row] of firstOfEach(rows).entries()) {
    const cause = causes[index]
    if (cause === undefined) continue
    const visit = rows.filter((one) => visitOf(one) === visitOf(row))
    const attempts = visit.reduce((sum, one) => sum + Number(one['repeat_count']), 0)
    for (const [name, value] of [...entryRows(row, attempts), ...causeRows(cause)])
      out(`${name.padEnd(12)} ${value}`)
  }
}

type Rows = readonly (readonly [name: string, value: string])[]

function entryRows(row: ViewedRow, attempts: number): Rows {
  const text = (name: string): string => String(row[name] ?? '')
  const who = row.name === null ? text('person_ref') : `${row.name} (${text('person_ref')})`
  const device = text('device_id') || text('ip') || 'an unknown device'
  return [
    ['code', `${text('block_ref')} (entry ${text('seq')} of gate ${text('gate')})`],
    ['when', `${text('ts')}, window ${text('window')}`],
    ['who', `${who}, ${text('role')}, on ${device} in ${text('zone')}`],
    ['asked for', `${text('host')}${text('url_path')} (${text('layer')}, ${text('grade')})`],
    ['attempts', String(attempts)],
    ['answer', `${text('action')} (${text('reason_code')}), severity ${text('severity')}`],
    ['category', text('category') || 'none'],
    ['list', [text('list_source'), text('list_version')].join(' ').trim() || 'none'],
    ['rule', `${text('rule_id')}, policy revision ${text('policy_version')}`],
  ]
}

function causeRows({ rule, policy, then, now, missing }: Cause): Rows {
  const rows: (readonly [string, string])[] = []
  if (rule !== null) rows.push(['rule says', rule])
  if (policy !== null) rows.push(['policy by', policy])
  if (then !== null) {
    rows.push(['because', then.cause])
    rows.push(['held until', then.valid_until ?? 'further notice'])
  }
  if (now !== null) rows.push(['now it is', inWords(now)])
  for (const sentence of missing) rows.push(['note', sentence])
  return rows
}

function inWords({ action, reason_code: reason }: Verdict): string {
  return reason === null ? action : `${action} (${reason})`
}

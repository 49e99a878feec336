import { LedgerBroken } from '../records/ledger/ledger.ts'
import { readSource } from '../records/imports/import-source.ts'
import { readOneRoster } from '../records/imports/oneroster/one-roster.ts'
import { openRoster } from '../records/imports/oneroster/roster-files.ts'
import { LISTS, readList, type List } from '../records/imports/read-list.ts'
import { runImport, type ImportOrder, type ImportResult } from '../records/imports/run-import.ts'
import { readPhases } from '../records/imports/school-years.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { describeProblem, type Problem } from '../rules/policy/yaml-source.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import type { DeskCommandDeps } from './desk-command.ts'
import { readMoment } from './journal-arguments.ts'
import { LDAP_OPTIONS, ldapReader } from './import-ldap.ts'
import { openSiteDesk } from './site-desk.ts'

const USAGE = `usage: schoolgate import people|classes|devices|leavers|cover FILE.csv [--whole]
       schoolgate import oneroster FILE.zip|FOLDER [--org SOURCEDID] [--phases primary=0-6,secondary=7-11,...]
       schoolgate import ldap ldaps://HOST --base DN --role pupil=DN --role staff=DN [--filter F] [--whole]
                         [--bind DN --password-file FILE] [--ca FILE] [--id entryUUID|objectGUID|ATTRIBUTE]
                         [--year ATTRIBUTE] [--phases ...]
       schoolgate import posture FILE --from google|intune|jamf
       each with (--records DIR | --config FILE) and --dry-run or --actor PERSON_REF --reason TEXT
       [--removes N] [--clock ISO]
Shows the difference. What opens something for pupils waits for the safeguarding lead, the rest is in force at once.
Bad rows are told and left out, good ones count (exit code 1). A CSV list changes what is in it; with --whole who
is not in it leaves. What would take away more than a tenth is refused unless --removes says how many go.`

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, clock: { type: 'string' } },
  ...{ actor: { type: 'string' }, as: { type: 'string' }, reason: { type: 'string' } },
  ...{ 'dry-run': { type: 'boolean' }, whole: { type: 'boolean' }, removes: { type: 'string' } },
  ...{ org: { type: 'string' }, phases: { type: 'string' } },
  ...LDAP_OPTIONS,
}

/** `import LIST FILE`: exit code 0 all of it done or tried, 1 refused or with bad rows, 2 wrong usage. */
export async function importList(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  if (args[0] === 'posture')
    return (await import('./import-posture.ts')).importPosture(args.slice(1), deps)
  const call = await parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call === '' ? USAGE : `${call}\n${USAGE}`)
    return EXIT.usage
  }
  if ('fault' in call) {
    deps.err(call.fault)
    return EXIT.no
  }
  try {
    const opened = await openSiteDesk(call.directory, deps, { readOnly: call.order.by === null })
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    return show(await runImport(call.order, site), deps)
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface Call {
  readonly directory: string
  readonly order: ImportOrder
}

/** A text is what is wrong; an empty one that it is no call at all. */
async function parseCall(
  args: readonly string[],
  deps: DeskCommandDeps,
): Promise<Call | string | { readonly fault: string }> {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return parsed
  const [list = '', file, ...rest] = parsed.positionals
  if (file === undefined || rest.length > 0) return ''
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) return place.problem
  const clock = readMoment(parsed, 'clock')
  if (typeof clock === 'object') return clock.problem
  const [removes, by] = [removesOf(parsed), whoOf(parsed)]
  for (const fault of [removes, by]) if (typeof fault === 'string') return fault
  const read = await readerOf(list, file, parsed)
  if (typeof read !== 'function') return read
  const order = {
    ...{ read, whole: parsed.values['whole'] === true, at: clock ?? deps.now() },
    ...{ removes: removes as number | null, by: by as ImportOrder['by'] },
  }
  return { directory: place.directory, order }
}

function removesOf(parsed: Parsed): number | null | string {
  const text = textOf(parsed, 'removes')
  if (text === undefined) return null
  return /^\d{1,6}$/.test(text) ? Number(text) : '--removes is a whole number'
}

function whoOf(parsed: Parsed): ImportOrder['by'] | string {
  const [actor, reason] = [
    textOf(parsed, 'actor') ?? textOf(parsed, 'as'),
    textOf(parsed, 'reason'),
  ]
  if (parsed.values['dry-run'] === true) return null
  return actor === undefined || reason === undefined
    ? 'say who imports and why: --actor PERSON_REF --reason TEXT, or --dry-run'
    : { actor, reason }
}

type Reading = ImportOrder['read'] | string | { readonly fault: string }

function readerOf(list: string, file: string, parsed: Parsed): Reading | Promise<Reading> {
  if (list === 'ldap') return ldapReader(file, parsed)
  if (list === 'oneroster') return rosterReader(file, parsed)
  if (!isList(list)) return list === '' ? '' : `there is no list \`${list}\``
  const source = readSource(file)
  return 'octets' in source ? (context) => readList(list, source, context) : describeProblem(source)
}

function rosterReader(path: string, parsed: Parsed): ImportOrder['read'] | string {
  if (parsed.values['whole'] === true)
    return 'of OneRoster the manifest says whether it is the whole school'
  const text = textOf(parsed, 'phases')
  const phases = text === undefined ? null : readPhases(text)
  if (typeof phases === 'string') return `--phases: ${phases}`
  const sources: ReturnType<typeof openRoster> = openRoster(path)
  if (isProblem(sources)) return describeProblem(sources)
  const org = textOf(parsed, 'org') ?? null
  return (context) => readOneRoster(sources, { org, phases }, context)
}

function isProblem(sources: ReturnType<typeof openRoster>): sources is Problem {
  return 'message' in sources
}

function isList(word: string): word is List {
  return (LISTS as readonly string[]).includes(word)
}

function show(result: ImportResult, { out, err }: DeskCommandDeps): number {
  const { state, message, problems, problemCount, notes, lines, entries, proposal } = result
  for (const problem of problems) err(problem)
  if (problemCount > problems.length) err(`and ${problemCount - problems.length} more`)
  for (const line of lines) out(line)
  const left = result.added + result.changed + result.removed - lines.length
  if (left > 0) out(`and ${left} more`)
  for (const note of notes) out(`note: ${note}`)
  out(summaryOf(result))
  if (entries !== null) out(`in force: entries ${entries.from} to ${entries.to}`)
  if (proposal !== null) out(`change ${proposal.id} waits for ${proposal.approvers.join(', ')}`)
  if (message !== null) err(message)
  return state === 'refused' || message !== null || problemCount > 0 ? EXIT.no : EXIT.done
}

function summaryOf(result: ImportResult): string {
  const { state, rows, problemCount, added, changed, removed, waits, waitsAlready } = result
  const parts = [
    ...[`${rows} good rows`, `${problemCount} problems`],
    ...[`${added} new`, `${changed} changed`, `${removed} gone`],
    ...(waits > 0 ? [`${waits} need a second person`] : []),
    ...(waitsAlready > 0 ? [`${waitsAlready} wait already`] : []),
  ]
  const end = { tried: ': nothing was changed', refused: ': refused', applied: '' }[state]
  return `${parts.join(', ')}${end}`
}

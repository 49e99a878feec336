import { standingOf } from '../records/governance/standing.ts'
import { MIN_REASON_LETTERS } from '../records/ledger/entry.ts'
import { readSource } from '../records/imports/import-source.ts'
import { PostureStore } from '../records/posture/posture-store.ts'
import { readExport } from '../records/posture/read-export.ts'
import { takeExport, type TakenExport } from '../records/posture/take-export.ts'
import { Problems } from '../records/register/csv-table.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { EXPORT_SOURCES, type ExportSource } from '../rules/posture/export-rules.ts'
import { EXIT, readArguments, textOf, type Options } from './arguments.ts'
import { recordsOf } from './backup.ts'
import type { DeskCommandDeps } from './desk-command.ts'
import { readMoment } from './journal-arguments.ts'
import { postureRulesOf } from './posture-rules-of.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

const USAGE = `usage: schoolgate import posture FILE --from google|intune|jamf (--records DIR | --config FILE)
                         (--dry-run | --actor PERSON_REF --reason TEXT) [--clock ISO]
What a device management knows of devices that can't run the agent, by serial number (column \`serial\` of devices.csv):
google: ChromeOsDevice of the Directory API (JSON, or CSV of GAM); intune: managedDevice of Microsoft Graph (JSON or CSV);
jamf: computers-inventory (JSON). Each is as old as the device's last contact; after a week it is stale.`

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, clock: { type: 'string' } },
  ...{ actor: { type: 'string' }, as: { type: 'string' }, reason: { type: 'string' } },
  ...{ 'dry-run': { type: 'boolean' }, from: { type: 'string' } },
}

interface Call {
  readonly file: string
  readonly from: ExportSource
  readonly directory: string
  readonly at: number
  /** Null: only tried. */
  readonly by: { readonly actor: string; readonly reason: string } | null
}

/** `import posture FILE`: exit code 0 done, 1 refused or with bad rows, 2 wrong usage. */
export async function importPosture(
  args: readonly string[],
  deps: DeskCommandDeps,
): Promise<number> {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(`${call}\n${USAGE}`)
    return EXIT.usage
  }
  try {
    const opened = await openSiteDesk(call.directory, deps, { readOnly: true })
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    return bringIn(call, site, deps)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

function parseCall(args: readonly string[], deps: DeskCommandDeps): Call | string {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return parsed
  const [file, ...rest] = parsed.positionals
  const from = EXPORT_SOURCES.find((source) => source === textOf(parsed, 'from'))
  if (file === undefined || rest.length > 0) return 'name one file'
  if (from === undefined) return `--from is one of ${EXPORT_SOURCES.join(', ')}`
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) return place.problem
  const clock = readMoment(parsed, 'clock')
  if (typeof clock === 'object') return clock.problem
  const actor = textOf(parsed, 'actor') ?? textOf(parsed, 'as')
  const reason = textOf(parsed, 'reason')
  const known = { file, from, directory: place.directory, at: clock ?? deps.now() }
  if (parsed.values['dry-run'] === true) return { ...known, by: null }
  return actor === undefined || reason === undefined
    ? 'say who imports and why: --actor PERSON_REF --reason TEXT, or --dry-run'
    : { ...known, by: { actor, reason } }
}

function bringIn(
  { file, from, directory, at, by }: Call,
  { view }: SiteDesk,
  { out, err }: DeskCommandDeps,
): number {
  const register = view.current()
  const barrier = by === null ? null : barrierTo(by, standingOf(register, by.actor, at).duties)
  if (barrier !== null) {
    err(barrier)
    return EXIT.no
  }
  const source = readSource(file)
  const read = 'octets' in source ? readExport(from, source, at) : source
  if ('message' in read || read instanceof Problems) {
    const problems = read instanceof Problems ? read.kept : [read]
    for (const problem of problems) err(describeProblem(problem))
    return EXIT.no
  }
  for (const problem of read.problems.kept) err(describeProblem(problem))
  using store = PostureStore.open(directory)
  const deps = { register, rules: postureRulesOf(register), store, now: at, dryRun: by === null }
  const taken = takeExport(from, read.devices, deps)
  for (const line of linesOf(taken, by === null)) out(line)
  return read.problems.count > 0 ? EXIT.no : EXIT.done
}

/** Posture is presence and no decision, so no second person is asked; but not everybody may say what it is. */
function barrierTo(
  { actor, reason }: NonNullable<Call['by']>,
  duties: readonly string[],
): string | null {
  if (reason.trim().length < MIN_REASON_LETTERS)
    return `the reason has less than ${MIN_REASON_LETTERS} letters`
  return duties.some((duty) => duty === 'network_manager' || duty === 'it')
    ? null
    : `\`${actor}\` is none of network_manager, it now, says the ledger`
}

function linesOf(
  { taken, unchanged, withAgent, unknown }: TakenExport,
  isTried: boolean,
): readonly string[] {
  const counts = `${taken.length} devices, ${unchanged.length} no newer, ${withAgent.length} with an agent of their own, ${unknown.length} not in the register`
  return [
    ...taken.map(([device, posture]) => `${device}: ${posture}`),
    ...unknown.slice(0, 100).map((serial) => `no device has the serial number ${serial}`),
    isTried ? `${counts}: nothing was changed` : counts,
  ]
}

import { type Ledger } from '../records/ledger/ledger.ts'
import type { LedgerWriter } from '../records/ledger/ledger-writer.ts'
import {
  importThroughDesk,
  type DeskImportReport,
} from '../records/governance/import-through-desk.ts'
import type { RegisterView } from '../records/register/register-view.ts'
import { directionOfDevice } from '../rules/direction/direction-of-device.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import { describeProblem, type Problem } from '../rules/policy/yaml-source.ts'
import { placedWarnings } from '../rules/warnings/placed-warnings.ts'
import { ImportedFiles } from './policy/imported-files.ts'
import type { obtainLists } from './policy/obtain-lists.ts'
import { withPromises } from './policy/with-promises.ts'
import { recordsDirectoryOf, schoolFilesOf } from './policy/school-files.ts'
import { parentProblem } from './trust/parent-signature.ts'
import { chooserOf } from './trust/choose-parent.ts'
import type { GateOptions } from './gate-options.ts'

/** The ledger that the files are imported into: this node's copy, and where the site's is appended to. */
export interface SchoolLedger {
  readonly ledger: Ledger
  readonly view: RegisterView
  readonly writer: LedgerWriter
  /** As of `makeBundle`: promises are judged by the lists in force. */
  readonly obtain?: typeof obtainLists
}

/**
 * Null when no file has changed since this gate imported them last. What Redis could not take is imported
 * by the next call.
 */
export async function importSchool(
  options: GateOptions,
  { ledger, view, writer, obtain }: SchoolLedger,
): Promise<DeskImportReport | null> {
  const { config, directory, clockOffsetMs } = options
  const directionOf = { policy: directionOfPolicy, device: directionOfDevice }
  const chooseParent = chooserOf(config, directory, view.current(), Date.now())
  const files = { ...schoolFilesOf(config, directory), chooseParent }
  const memory = memoryOf(options)
  if (ledger.head().seq > 0 && !memory.areNew(files)) return null
  const promising = { register: view.current(), config, directory }
  const school = obtain === undefined ? promising : { ...promising, obtain }
  const promises = await withPromises(warningCheck(options, view), files, school)
  const checkPolicy = promises.check
  const deps = { site: config.site, ledger, view, writer, checkPolicy, directionOf }
  const report = await importThroughDesk(files, Date.now() + clockOffsetMs, deps)
  if (report.unavailable === null && !promises.wasOvertaken()) memory.remember(files)
  return report
}

/**
 * For a gate whose empty ledger was filled by its site: its files, which may be last year's, are no change
 * of the school before somebody edits them.
 */
export function joinSite(options: GateOptions): void {
  memoryOf(options).remember(schoolFilesOf(options.config, options.directory))
}

/** What keeps a policy out of the ledger. What it says for nothing is a line of the log. */
function warningCheck({ log, config, directory, clockOffsetMs }: GateOptions, view: RegisterView) {
  const now = Date.now() + clockOffsetMs
  const inForce = view.current().policy?.text
  return (text: string, file: string): readonly Problem[] => {
    const parsed = parsePolicy(text, file)
    if (!parsed.ok) return parsed.problems
    const foreign = parentProblem(text, config, directory)
    if (foreign !== null) return [parsed.source.problem(['extends'], foreign)]
    // Said once, when the text is new; `schoolgate check` says them whenever it is asked.
    if (text !== inForce)
      for (const warning of placedWarnings(parsed, now)) log.warn({}, describeProblem(warning))
    return []
  }
}

function memoryOf({ config, directory }: GateOptions): ImportedFiles {
  return new ImportedFiles(recordsDirectoryOf(config, directory))
}

/** What an import did and what is wrong with it, a line each, in the words of the files. */
export function logImport(report: DeskImportReport, log: GateOptions['log']): void {
  for (const problem of report.problems) log.error({}, describeProblem(problem))
  if (report.appended > 0)
    log.info({ changed: report.changed, head: report.head.seq }, 'files imported into the ledger')
  if (report.pending !== null)
    log.warn(report.pending, 'what the files loosen for pupils waits for a second person')
  if (report.unavailable !== null) log.warn({ why: report.unavailable }, WAITS)
}

const WAITS = 'what the files change waits for Redis, but for what shuts somebody out'

import { type Ledger } from '../records/ledger/ledger.ts'
import {
  importThroughDesk,
  type DeskImportReport,
} from '../records/governance/import-through-desk.ts'
import type { RegisterView } from '../records/register/register-view.ts'
import { directionOfDevice } from '../rules/direction/direction-of-device.ts'
import { directionOfPolicy } from '../rules/direction/direction-of-policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { ImportedFiles } from './policy/imported-files.ts'
import { policyProblems, recordsDirectoryOf, schoolFilesOf } from './policy/school-files.ts'
import type { GateOptions } from './gate-options.ts'

/** Null when no file has changed since this gate imported them last. */
export function importSchool(
  options: GateOptions,
  ledger: Ledger,
  view: RegisterView,
): DeskImportReport | null {
  const { config, directory, clockOffsetMs } = options
  const directionOf = { policy: directionOfPolicy, device: directionOfDevice }
  const deps = { site: config.site, ledger, view, checkPolicy: policyProblems, directionOf }
  const files = schoolFilesOf(config, directory)
  const memory = new ImportedFiles(recordsDirectoryOf(config, directory))
  if (ledger.head().seq > 0 && !memory.areNew(files)) return null
  const report = importThroughDesk(files, Date.now() + clockOffsetMs, deps)
  memory.remember(files)
  return report
}

/** What an import did and what is wrong with it, a line each, in the words of the files. */
export function logImport(report: DeskImportReport, log: GateOptions['log']): void {
  for (const problem of report.problems) log.error({}, describeProblem(problem))
  if (report.appended > 0)
    log.info({ changed: report.changed, head: report.head.seq }, 'files imported into the ledger')
  if (report.pending !== null)
    log.warn(report.pending, 'what the files loosen for pupils waits for a second person')
}

import { resolve } from 'node:path'
import { LEDGER_SCHEMA } from '../../records/ledger/ledger-schema.ts'
import { Ledger } from '../../records/ledger/ledger.ts'
import {
  importFiles,
  type ImportReport,
  type SchoolFiles,
} from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import type { Register } from '../../records/register/register.ts'
import { openDatabase } from '../../records/sqlite/open-database.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { Config } from '../config.ts'

/** The files that a configuration names, as absolute paths. */
export function schoolFilesOf(config: Config, directory: string): SchoolFiles {
  const path = (name: string | null): string | null =>
    name === null ? null : resolve(directory, name)
  return {
    policy: resolve(directory, config.policy),
    people: path(config.people),
    devices: path(config.devices),
    classes: path(config.classes),
  }
}

export function recordsDirectoryOf(config: Config, directory: string): string {
  return resolve(directory, config.records.directory)
}

/** What keeps a policy text out of the ledger. */
export function policyProblems(text: string, file: string): readonly Problem[] {
  const parsed = parsePolicy(text, file)
  return parsed.ok ? [] : parsed.problems
}

/**
 * The register that the files alone would found: for commands that run where no gate has yet. It goes
 * through a ledger in memory, so that files mean the same here as at the gate's first start.
 */
export function registerOfFiles(
  config: Config,
  directory: string,
): { readonly register: Register; readonly report: ImportReport } {
  const ledger = new Ledger(openDatabase(':memory:', LEDGER_SCHEMA))
  try {
    const view = new RegisterView(ledger)
    const deps = { site: config.site, ledger, view, checkPolicy: policyProblems }
    const report = importFiles(schoolFilesOf(config, directory), 0, deps)
    return { register: view.current(), report }
  } finally {
    ledger.close()
  }
}

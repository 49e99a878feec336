import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LEDGER_FILE } from '../records/ledger/ledger-schema.ts'
import { openLedger } from '../records/ledger/ledger.ts'
import { RegisterView } from '../records/register/register-view.ts'
import type { Register } from '../records/register/register.ts'
import type { Bundle } from '../proxy/policy/bundle.ts'
import { makeBundle } from '../proxy/policy/make-bundle.ts'
import { recordsDirectoryOf, registerOfFiles } from '../proxy/policy/school-files.ts'
import type { ImageProblem } from '../rules/lists/image-format.ts'
import { parsePolicy } from '../rules/policy/parse-policy.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { describeProblem } from '../rules/policy/yaml-source.ts'
import { readConfig, type LoadedConfig } from './read-config.ts'
import { listsBesideGate } from './shared-lists.ts'

/**
 * The school that a gate with this configuration would serve: as its ledger has it, else as its files
 * would found it. A text says why there is none.
 */
export async function readSchool(loaded: LoadedConfig): Promise<Bundle | string> {
  const { config, directory } = loaded
  const register = readRegister(loaded)
  if (typeof register === 'string') return register

  const imageDirectory = recordsDirectoryOf(config, directory)
  const order = { register, config, directory, imageDirectory, obtain: listsBesideGate }
  const made = await makeBundle(order)
  return made.ok ? made.bundle : made.problems.join('\n')
}

/** The register of that school; a text says why there is none. */
export function readRegister({ config, directory }: LoadedConfig): Register | string {
  const records = recordsDirectoryOf(config, directory)
  return existsSync(join(records, LEDGER_FILE))
    ? registerOfLedger(records, config.site)
    : registerFromFiles({ config, directory })
}

/** The policy of that school; a text says why there is none. */
export function readPolicy(loaded: LoadedConfig): Policy | string {
  const register = readRegister(loaded)
  if (typeof register === 'string') return register
  if (register.policy === null) return 'the ledger holds no policy yet'
  const parsed = parsePolicy(register.policy.text, register.policy.name)
  return parsed.ok ? parsed.policy : parsed.problems.map(describeProblem).join('\n')
}

/** For `lists lookup --config`. */
export async function imageOfConfig(path: string): Promise<SharedArrayBuffer | ImageProblem> {
  const loaded = readConfig(path)
  const bundle = typeof loaded === 'string' ? loaded : await readSchool(loaded)
  return typeof bundle === 'string' ? { problem: bundle } : bundle.listImage
}

/** For `ledger --config`. */
export function recordsOfConfig(path: string): { directory: string } | { problem: string } {
  const loaded = readConfig(path)
  if (typeof loaded === 'string') return { problem: loaded }
  return { directory: recordsDirectoryOf(loaded.config, loaded.directory) }
}

function registerOfLedger(records: string, site: string): Register {
  const ledger = openLedger(records, { site, readOnly: true })
  try {
    return new RegisterView(ledger).current()
  } finally {
    ledger.close()
  }
}

/** The register that the files would found; a text says what is wrong with them. */
export function registerFromFiles({ config, directory }: LoadedConfig): Register | string {
  const { register, report } = registerOfFiles(config, directory)
  if (register.policy !== null) return register
  return report.problems.map(describeProblem).join('\n')
}

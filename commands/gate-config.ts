import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { readConfig, type LoadedConfig } from './read-config.ts'

/** With a dot: a backup leaves it out, because a gate restored elsewhere has its own. */
const FILE = '.gate-config.json'

const remembered = z.strictObject({ file: z.string(), settings: z.array(z.string()) })

/**
 * Notes in a gate's records by which configuration it was started, so that a command that is only told the
 * folder judges by the school's lists. Only its owner can read the file: a setting may hold a password.
 */
export function rememberConfig(
  records: string,
  { file, settings }: { readonly file: string; readonly settings: readonly string[] },
): void {
  const path = join(records, FILE)
  writeFileSync(`${path}.tmp`, JSON.stringify({ file: resolve(file), settings }), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/** The configuration of the gate that last started on these records; a text says why it is not known. */
export function configOfGate(records: string): LoadedConfig | string {
  const path = join(records, FILE)
  try {
    const { file, settings } = remembered.parse(JSON.parse(readFileSync(path, 'utf8')))
    return readConfig(file, settings)
  } catch {
    return `\`${path}\` does not say by which configuration the gate runs; start it once`
  }
}

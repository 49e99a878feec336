import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPolicyFile } from '../../records/register/policy-file.ts'
import type { SchoolFiles } from '../../records/register/import-files.ts'

const MEMORY_FILE = 'imported-files.sha256'

/**
 * Which files this gate has imported last. Only a changed file is an import: were the same file imported
 * at every start, a gate with an old copy would undo what the site has decided since.
 */
export class ImportedFiles {
  readonly #path: string

  constructor(recordsDirectory: string) {
    this.#path = join(recordsDirectory, MEMORY_FILE)
  }

  /** True when a file differs from the one imported last, or none has been. */
  areNew(files: SchoolFiles): boolean {
    return readOr(this.#path, '') !== digestOf(files)
  }

  /** Call when an import has come to its end, well or not: it is tried again when a file changes. */
  remember(files: SchoolFiles): void {
    // Renamed into place, because half a digest would be taken for a changed file.
    writeFileSync(`${this.#path}.tmp`, digestOf(files), { mode: 0o600 })
    renameSync(`${this.#path}.tmp`, this.#path)
  }
}

function digestOf(files: SchoolFiles): string {
  const hash = createHash('sha256')
  const policy = readPolicyFile(files.policy, files.chooseParent)
  const rest = [files.people, files.devices, files.classes]
  const contents = rest.map((path) => (path === null ? '' : readOr(path, '')))
  // With its parent: a trust's new policy is a changed file of each of its schools.
  for (const content of ['text' in policy ? policy.text : '', ...contents]) {
    // With the length in front two files can't be taken for one.
    hash.update(`${content.length}:`).update(content)
  }
  return hash.digest('hex')
}

function readOr(path: string, absent: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return absent
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A fresh directory that is gone when the running test is. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'schoolgate-test-'))
  onTestFinished(() => {
    // A gate keeps what its ledger had come to beside its records.
    for (const path of [directory, `${directory}.mark`])
      rmSync(path, { recursive: true, force: true })
  })
  return directory
}

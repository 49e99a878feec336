import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from '../ledger/ledger.ts'
import { RegisterView } from '../register/register-view.ts'
import { restoreBackup } from './restore-backup.ts'

/** What came of trying a backup out. */
export interface DrillResult {
  readonly file: string
  readonly ok: boolean
  /** The register that a gate would start from, or what stood in the way. */
  readonly detail: string
  readonly tookMs: number
}

/**
 * Restores a backup into a temporary directory, verifies it, starts a register from it and removes it
 * again: whether the school would come back is known before it must. Never throws.
 */
export async function drillBackup(file: string, passphrase: string | null): Promise<DrillResult> {
  const began = performance.now()
  const result = (ok: boolean, detail: string): DrillResult => ({
    ...{ file, ok, detail },
    tookMs: Math.round(performance.now() - began),
  })
  const scratch = await mkdtemp(join(tmpdir(), 'schoolgate-drill-'))
  try {
    const directory = join(scratch, 'records')
    const { created_at } = await restoreBackup({ file, directory, passphrase })
    const { headSeq, revision, devices } = registerOf(directory)
    const state = `${headSeq} entries, policy revision ${revision}, ${devices.size} devices`
    return result(true, `backup of ${created_at} comes back: ${state}`)
  } catch (cause) {
    return result(false, cause instanceof Error ? cause.message : String(cause))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function registerOf(directory: string) {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return new RegisterView(ledger).current()
  } finally {
    ledger.close()
  }
}

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountStore } from './account-store.ts'

const FILE = 'setup-code'

/** Until it is used: whoever installs a gate may come back next week. */
const NEVER = Number.MAX_SAFE_INTEGER

/**
 * The code for the first account, where there is none yet: written beside the records for whoever may read
 * them, and handed back to be printed. Null where somebody has an account.
 */
export function offerSetupCode(directory: string, accounts: AccountStore): string | null {
  if (!accounts.isEmpty()) return null
  const code = accounts.issueCode('first', null, NEVER)
  // Away first: `mode` counts only for a file that is made.
  removeSetupCode(directory)
  writeFileSync(join(directory, FILE), `${code}\n`, { mode: 0o600 })
  return code
}

export function removeSetupCode(directory: string): void {
  rmSync(join(directory, FILE), { force: true })
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerCommand } from '../records/ledger/entry.ts'
import { LEDGER_FILE } from '../records/ledger/ledger-schema.ts'
import { openLedger } from '../records/ledger/ledger.ts'
import { RegisterView } from '../records/register/register-view.ts'
import { standingOf } from '../records/governance/standing.ts'

/** What a person may act as at `at` (epoch ms), by the ledger in `directory`. */
export function dutiesOf(directory: string, person: string, at: number): readonly string[] {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return [...standingOf(new RegisterView(ledger).current(), person, at).duties]
  } finally {
    ledger.close()
  }
}

/** Puts one entry into the ledger of `directory`; a text says why it did not. */
export function appendEntry(
  directory: string,
  command: LedgerCommand,
  by: { readonly actor: string; readonly actorRole: string; readonly at: number },
): string | null {
  // Opening makes what is not there, and a misspelt folder must not become a school.
  if (!existsSync(join(directory, LEDGER_FILE))) return `no ledger in \`${directory}\``
  const ledger = openLedger(directory)
  try {
    const site = ledger.site()
    if (site === null) return 'the ledger holds nothing yet'
    const appended = ledger.append([command], { site, ...by, basedOn: ledger.head().seq })
    if (appended.kind === 'appended') return null
    return appended.kind === 'refused' ? appended.message : 'somebody else was first; try again'
  } finally {
    ledger.close()
  }
}

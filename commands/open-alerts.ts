import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../records/alerts/alert-schema.ts'
import { officesAmong } from '../records/alerts/duty-table.ts'
import type { Actor } from '../records/incidents/incident.ts'
import { MIN_REASON_LETTERS } from '../records/ledger/entry.ts'
import { openDatabase } from '../records/sqlite/open-database.ts'
import { textOf, type Parsed } from './arguments.ts'

/** What a command that handles alerts and incidents is handed. */
export interface AlertDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  /** What a person may act as at a moment (epoch ms), by the ledger in the directory. */
  readonly dutiesOf: (directory: string, person: string, at: number) => readonly string[]
  /** Epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export const ALERT_OPTIONS = {
  records: { type: 'string' },
  config: { type: 'string' },
  actor: { type: 'string' },
  reason: { type: 'string' },
  class: { type: 'string' },
  outcome: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string' },
} as const

/** The alerts and incidents of a records directory. Throws `StoreRefused`; a reader makes no file. */
export function openAlerts(
  directory: string,
  { readOnly }: { readonly readOnly: boolean },
): Disposable & { readonly db: DatabaseSync } {
  const path = join(directory, ALERTS_FILE)
  const db = openDatabase(path, ALERTS_SCHEMA, { readOnly: readOnly || !existsSync(path) })
  return {
    db,
    [Symbol.dispose]: () => {
      db.close()
    },
  }
}

/** Who acts and why; a text says what is missing. Until there is a sign-in `--actor` is taken at its word. */
export function signatureOf(
  parsed: Parsed,
  directory: string,
  { deps, isRead }: { readonly deps: AlertDeps; readonly isRead: boolean },
): { readonly by: Actor; readonly reason: string } | string {
  const [personRef, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason') ?? '']
  if (personRef === undefined || personRef === '') return 'say who acts: --actor PERSON_REF'
  if (!isRead && reason.trim().length < MIN_REASON_LETTERS)
    return `say why in ${MIN_REASON_LETTERS} letters or more: --reason TEXT`
  const duties = officesAmong(deps.dutiesOf(directory, personRef, deps.now()))
  return { by: { personRef, duties }, reason }
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AccessLog } from '../records/journal/access-log.ts'
import { JournalView, type Look } from '../records/journal/journal-view.ts'
import { ViewerPseudonyms, viewerOf } from '../records/journal/viewer-pseudonyms.ts'
import { readOrCreateKey } from '../records/key-file.ts'
import { LEDGER_FILE } from '../records/ledger/ledger-schema.ts'
import { MIN_REASON_LETTERS } from '../records/ledger/entry.ts'
import { openLedger } from '../records/ledger/ledger.ts'
import { People } from '../records/people/people.ts'
import { textOf, type Parsed } from './arguments.ts'

/** What tells whether somebody may see names. */
export interface LookDeps {
  readonly now: () => number
  readonly dutiesOf: (directory: string, person: string, at: number) => readonly string[]
}

/** As whom somebody looks, by `--as`, `--actor` and `--reason`; without them nobody's name is shown. */
export function lookOf({
  directory,
  parsed,
  deps,
}: {
  readonly directory: string
  readonly parsed: Parsed
  readonly deps: LookDeps
}): Look | { readonly no: string } {
  const at = deps.now()
  const [role, viewer] = [textOf(parsed, 'as'), textOf(parsed, 'actor')]
  const reason = textOf(parsed, 'reason') ?? null
  if (role === undefined || !viewerOf(role).isNamed)
    return { viewer: viewer ?? 'command line', role: role ?? 'command_line', at, reason }
  if (viewer === undefined) return { no: '`--as` needs `--actor`: names are shown to somebody' }
  if ((reason ?? '').trim().length < MIN_REASON_LETTERS)
    return { no: `names are shown for a \`--reason\` of ${MIN_REASON_LETTERS} letters or more` }
  if (!deps.dutiesOf(directory, viewer, at).includes(role))
    return { no: `\`${viewer}\` is not ${role} now, says the ledger` }
  return { viewer, role, at, reason }
}

export interface OpenedView extends Disposable {
  readonly view: JournalView
  readonly log: AccessLog
  readonly nameOf: (personRef: string) => string | null
}

/** The journal of `directory` as people may look at it. */
export function openView(db: DatabaseSync, directory: string): OpenedView {
  const names = openNames(directory)
  const log = AccessLog.open(directory)
  const pseudonyms = new ViewerPseudonyms(readOrCreateKey(directory, 'viewer'))
  const { nameOf } = names
  return {
    view: new JournalView({ db, pseudonyms, log, nameOf }),
    log,
    nameOf,
    [Symbol.dispose]: () => {
      log[Symbol.dispose]()
      names[Symbol.dispose]()
    },
  }
}

function openNames(directory: string): Disposable & {
  readonly nameOf: (personRef: string) => string | null
} {
  if (!existsSync(join(directory, LEDGER_FILE)))
    return { nameOf: () => null, [Symbol.dispose]: () => undefined }
  const ledger = openLedger(directory, { readOnly: true })
  const people = new People(ledger.db)
  return {
    nameOf: (personRef) => people.find(personRef)?.name ?? null,
    [Symbol.dispose]: () => {
      ledger.close()
    },
  }
}

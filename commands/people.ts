import { erasePerson } from '../records/people/erase-person.ts'
import { subjectAccess } from '../records/people/subject-access.ts'
import type { DirectionOf } from '../records/governance/judge-edit.ts'
import { LedgerBroken, openLedger, type Ledger } from '../records/ledger/ledger.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options } from './arguments.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

export interface PeopleDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly directionOf: DirectionOf
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Gate time, epoch ms. */
  readonly now: () => number
}

const PEOPLE_USAGE = `usage: schoolgate people erase REF --actor PERSON_REF --reason TEXT (--config FILE | --records DIR)
       schoolgate people export REF (--config FILE | --records DIR)`

/**
 * `people erase|export`: takes a person's name out of the records, or prints all that is kept of the
 * person as JSON. Until there is a sign-in, who has the gate's machine acts as the person that `--actor`
 * names. Exit code 0 done, 1 not done, 2 wrong usage.
 */
export async function people(args: readonly string[], deps: PeopleDeps): Promise<number> {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call)
    return EXIT.usage
  }
  try {
    return await (call.actor === null ? tell(call, deps) : erase(call, deps))
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

interface Call {
  readonly personRef: string
  readonly directory: string
  /** Null for what only reads. */
  readonly actor: string | null
  readonly reason: string
}

const OPTIONS: Options = {
  config: { type: 'string' },
  records: { type: 'string' },
  actor: { type: 'string' },
  reason: { type: 'string' },
}

function parseCall(args: readonly string[], deps: PeopleDeps): Call | string {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return `${parsed}\n${PEOPLE_USAGE}`
  const [verb, personRef, ...rest] = parsed.positionals
  if (personRef === undefined || rest.length > 0) return PEOPLE_USAGE
  const [actor, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason')]
  const erases = verb === 'erase'
  if (!erases && verb !== 'export') return PEOPLE_USAGE
  if (erases !== (actor !== undefined) || erases !== (reason !== undefined)) return PEOPLE_USAGE
  const place = placeOf(textOf(parsed, 'config'), textOf(parsed, 'records'), deps)
  if ('problem' in place) return place.problem
  return { personRef, directory: place.directory, actor: actor ?? null, reason: reason ?? '' }
}

function placeOf(
  config: string | undefined,
  records: string | undefined,
  { resolveRecords }: PeopleDeps,
): { directory: string } | { problem: string } {
  if (config !== undefined && records !== undefined)
    return { problem: 'give `--config` or `--records`, not both' }
  if (records !== undefined) return { directory: records }
  return config === undefined ? { problem: PEOPLE_USAGE } : resolveRecords(config)
}

function tell({ directory, personRef }: Call, { out, err }: PeopleDeps): number {
  const kept = readFrom(directory, (ledger) => subjectAccess(ledger, personRef))
  if (kept.person === null && kept.ledger.length + kept.journal.length === 0) {
    err(`nothing is kept of \`${personRef}\``)
    return EXIT.no
  }
  out(JSON.stringify(kept, null, 2))
  return EXIT.done
}

function readFrom<T>(directory: string, read: (ledger: Ledger) => T): T {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return read(ledger)
  } finally {
    ledger.close()
  }
}

async function erase(call: Call, deps: PeopleDeps): Promise<number> {
  const opened = await openSiteDesk(call.directory, deps)
  if (typeof opened === 'string') {
    deps.err(opened)
    return EXIT.no
  }
  await using site = opened
  const { out, err } = deps
  const { personRef } = call
  const erased = await eraseAt(site, call, deps)
  if (erased.kind === 'unknown') {
    err(`there is no name under \`${personRef}\``)
    return EXIT.no
  }
  if (erased.kind !== 'erased') {
    err(
      'message' in erased ? erased.message : `change ${erased.proposal} waits for a second person`,
    )
    return EXIT.no
  }
  out(
    `the name, the address and the salt of \`${personRef}\` are erased: ledger entry ${erased.seq}`,
  )
  out('backups made before, Redis’ append-only file until it is rewritten, and the school’s own')
  out('people.csv still have them')
  if (!erased.isScrubbed) {
    out(
      'another process is reading: the file’s log keeps them until it is cut, at the latest at the stop',
    )
  }
  return EXIT.done
}

function eraseAt({ ledger, desk, view }: SiteDesk, call: Call, { now }: PeopleDeps) {
  const { personRef, actor, reason } = call
  const basedOn = view.current().headSeq
  return erasePerson(
    { ledger, desk, basedOn },
    { personRef, actor: actor ?? '', reason, at: now() },
  )
}

import type { DirectionOf, Edit } from '../records/governance/judge-edit.ts'
import { LedgerBroken } from '../records/ledger/ledger.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import { say } from './changes.ts'
import { readMoment } from './journal-arguments.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

export interface OccasionDeps {
  /** `records.directory` of a gate's configuration file, or what is wrong with the file. */
  readonly resolveRecords: (configPath: string) => { directory: string } | { problem: string }
  readonly directionOf: DirectionOf
  /** Gate time, epoch ms. */
  readonly now: () => number
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export const OCCASION_OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' } },
  ...{ actor: { type: 'string' }, reason: { type: 'string' } },
  ...{ until: { type: 'string' }, minutes: { type: 'string' } },
}

/** Who acts and why; a text says what is missing. */
export function readSigned(parsed: Parsed): { actor: string; reason: string } | string {
  const [actor, reason] = [textOf(parsed, 'actor'), textOf(parsed, 'reason')]
  return actor === undefined || reason === undefined
    ? 'say who acts and why: --actor PERSON_REF --reason TEXT'
    : { actor, reason }
}

/** A day's worth is more than anything of the kind lasts. */
const MAX_MINUTES = 24 * 60

/** The end in RFC 3339: `--until TIME`, or `--minutes N` after `from` (epoch ms); a text says what is wrong. */
export function readEnd(parsed: Parsed, from: number): { end: string } | string {
  const until = readMoment(parsed, 'until')
  const minutes = textOf(parsed, 'minutes')
  if ((until === undefined) === (minutes === undefined))
    return 'say until when: --until TIME or --minutes N'
  if (typeof until === 'object') return until.problem
  if (until !== undefined) return { end: new Date(until).toISOString() }
  const count = Number(minutes)
  if (!/^\d+$/.test(minutes ?? '') || count < 1 || count > MAX_MINUTES)
    return `\`${minutes ?? ''}\` is not a number of minutes up to ${MAX_MINUTES}`
  return { end: new Date(from + count * 60_000).toISOString() }
}

/** Works at the desk of the records that the options name; a fault that a person can mend is exit code 1. */
export async function atDesk(
  parsed: Parsed,
  deps: OccasionDeps,
  { readOnly, work }: { readOnly: boolean; work: (site: SiteDesk) => Promise<number> | number },
): Promise<number> {
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) {
    deps.err(place.problem)
    return EXIT.usage
  }
  try {
    const opened = await openSiteDesk(place.directory, deps, { readOnly })
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    return await work(site)
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof LedgerBroken)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

/** One edit through the desk, and what became of it in words. */
export async function submitEdit(
  edit: Edit,
  { actor, reason, what }: { actor: string; reason: string; what: string },
  { desk, view }: SiteDesk,
  deps: OccasionDeps,
): Promise<number> {
  const basedOn = view.current().headSeq
  const outcome = await desk.submit({ basedOn, reason, edits: [edit] }, actor, deps.now())
  return say(outcome, what, deps)
}

import type { DatabaseSync } from 'node:sqlite'
import type { Edit } from '../records/governance/judge-edit.ts'
import type { HoldFacts } from '../records/governance/governance-state.ts'
import { HOLDERS } from '../records/governance/permissions.ts'
import { followHolds } from '../records/journal/follow-holds.ts'
import { adoptHold, heldRange, holdsOf } from '../records/journal/legal-holds.ts'
import type { HeldEntries, Hold } from '../records/journal/legal-holds.ts'
import { textOf } from './arguments.ts'
import { readHeldEntries, readMoment } from './journal-arguments.ts'
import type { JournalCall, Refusal } from './journal.ts'
import { openSiteDesk, type SiteDesk, type SiteDeskDeps } from './site-desk.ts'

/** The ledger's number; with a `j` before it the journal's own, of a hold that an incident placed before such were entries. */
export function holdNumber({ id, ledgerId }: Hold): string {
  return ledgerId ?? `j${id}`
}

/** `journal hold`: a change of the ledger, which every gate of the site follows; here at once. */
export async function hold(call: JournalCall): Promise<Refusal> {
  const { db, parsed } = call
  const by = textOf(parsed, 'actor')
  if (by === undefined) return { usage: '`hold` needs `--actor`' }
  const entries = readHeldEntries(parsed)
  if ('problem' in entries) return { usage: entries.problem }
  const until = readMoment(parsed, 'until')
  if (until !== undefined && typeof until !== 'number') return { usage: until.problem }
  const range = heldRange(db, entries)
  if (typeof range === 'string') return { no: range }
  const incident = textOf(parsed, 'incident') ?? null
  const end = until === undefined ? null : new Date(until).toISOString()
  const after: HoldFacts = { ...factsOf(db, entries), incident, until: end }
  return change(call, by, (site) => {
    const objectId = nextNumber(site)
    return { edits: [{ kind: 'hold.put', objectId, after }], done: `hold ${objectId} is in force` }
  })
}

/** `journal release`: the end of a hold; one that the ledger does not know is written down first. */
export async function release(call: JournalCall): Promise<Refusal> {
  const { db, parsed } = call
  const [number = '', by] = [parsed.positionals[1], textOf(parsed, 'actor')]
  if (!/^j?[1-9]\d{0,14}$/.test(number)) return { usage: '`release` takes the number of a hold' }
  if (by === undefined) return { usage: '`release` needs `--actor`' }
  const known = holdsOf(db).find((one) => holdNumber(one) === number)
  if ((known?.releasedAt ?? null) !== null) return { no: `hold ${number} is released` }
  const done = `hold ${number} is released`
  if (known?.ledgerId !== null)
    return change(call, by, ({ view }) =>
      view.current().holds.has(number)
        ? { edits: [{ kind: 'hold.release', objectId: number, after: null }], done }
        : `there is no hold ${number} in force`,
    )
  return releaseOwn(call, by, known)
}

async function releaseOwn(call: JournalCall, by: string, own: Hold): Promise<Refusal> {
  const { dutiesOf, now } = call.deps
  // Before it is written down: placing it, for an incident, is more people's than letting it go.
  if (!dutiesOf(call.directory, by, now()).some((duty) => HOLDERS.has(duty)))
    return { no: `\`${by}\` may not release a hold` }
  let objectId = ''
  const { firstSeq: first, lastSeq: last, personRef: person, incidentRef: incident, until } = own
  const facts = { ...{ first, last, person, incident, until }, from: null, to: null }
  const written = await change(call, by, (site) => {
    objectId = nextNumber(site)
    const after: HoldFacts = { gate: gateOf(call.db), ...facts }
    // Before the ledger's is followed, so that it is this row that follows it.
    const adopt = (): void => {
      adoptHold(call.db, own.id, objectId)
    }
    return { edits: [{ kind: 'hold.put', objectId, after }], done: null, adopt }
  })
  if (written !== null) return written
  return change(call, by, () => ({
    edits: [{ kind: 'hold.release', objectId, after: null }],
    done: `hold ${holdNumber(own)} is released`,
  }))
}

interface Change {
  readonly edits: readonly Edit[]
  /** What to say then; null: nothing yet. */
  readonly done: string | null
  readonly adopt?: () => void
}

async function change(
  { db, directory, parsed, deps }: JournalCall,
  by: string,
  make: (site: SiteDesk) => Change | string,
): Promise<Refusal> {
  const reason = textOf(parsed, 'reason') ?? ''
  const changed = await changeHolds({ db, directory, by, reason, deps }, make)
  if (typeof changed === 'string') return { no: changed }
  if (changed.done !== null) deps.out(changed.done)
  return null
}

export interface HoldsCall {
  /** The journal that follows. */
  readonly db: DatabaseSync
  readonly directory: string
  readonly by: string
  readonly reason: string
  readonly deps: SiteDeskDeps
}

/** Whoever may not is refused by the desk, a text says why; then the journal follows the ledger. */
export async function changeHolds<C extends Change>(
  { db, directory, by, reason, deps }: HoldsCall,
  make: (site: SiteDesk) => C | string,
): Promise<C | string> {
  const opened = await openSiteDesk(directory, deps)
  if (typeof opened === 'string') return opened
  await using site = opened
  const made = make(site)
  if (typeof made === 'string') return made
  const basedOn = site.view.current().headSeq
  const outcome = await site.desk.submit({ basedOn, reason, edits: made.edits }, by, deps.now())
  if (outcome.kind === 'waiting') return `change ${outcome.proposal} waits`
  if (outcome.kind !== 'applied') return outcome.message
  made.adopt?.()
  followHolds(db, site.view.current().holds, gateOf(db) ?? '')
  return made
}

/** The number of the next hold; `ahead` for one that is placed in the same change. */
export function nextNumber({ view }: SiteDesk, ahead = 0): string {
  return String(view.current().holds.size + 1 + ahead)
}

/** Numbers are of one gate's journal; times and people are the site's. */
function factsOf(db: DatabaseSync, entries: HeldEntries): Omit<HoldFacts, 'incident' | 'until'> {
  const { first = null, last = null, from = null, to = null, personRef = null } = entries
  const gate = first === null && last === null ? null : gateOf(db)
  return { gate, first, last, from, to, person: personRef }
}

/** Whose journal it is; null for one without entries. */
export function gateOf(db: DatabaseSync): string | null {
  const row = db.prepare('SELECT gate FROM journal ORDER BY seq DESC LIMIT 1').get()
  return row === undefined ? null : String(row['gate'])
}

import type { ChangeDesk, Outcome } from '../governance/change-desk.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { People } from './people.ts'

export interface Erasure {
  readonly personRef: string
  /** Who erases and why; both go into the ledger. */
  readonly actor: string
  readonly reason: string
  /** Gate time, epoch ms. */
  readonly at: number
}

export type Erased =
  /** `isScrubbed` is false while another process reads on in the log that still has the name. */
  | { readonly kind: 'erased'; readonly seq: number; readonly isScrubbed: boolean }
  /** There is no name under this reference. */
  | { readonly kind: 'unknown' }
  | Exclude<Outcome, { readonly kind: 'applied' }>

/**
 * Takes a person's name, address and salt out of the file, and says so in the ledger; entries stay as
 * they are, so the chain verifies, and what they committed to can't be guessed any more. `ledger` is this
 * node's copy, and the desk's.
 */
export async function erasePerson(
  { ledger, desk, basedOn }: { ledger: Ledger; desk: ChangeDesk; basedOn: number },
  { personRef, actor, reason, at }: Erasure,
): Promise<Erased> {
  if (new People(ledger.db).find(personRef) === undefined) return { kind: 'unknown' }
  const edit = { kind: 'person.erase', objectId: personRef, after: { erased: true } } as const
  const outcome = await desk.submit({ basedOn, reason, edits: [edit] }, actor, at)
  if (outcome.kind !== 'applied') return outcome
  return { kind: 'erased', seq: outcome.to, isScrubbed: scrub(ledger) }
}

/** The write-ahead log holds older pages, with the name, until it is cut. */
function scrub(ledger: Ledger): boolean {
  const row = ledger.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  return row?.['busy'] === 0
}

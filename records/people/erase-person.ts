import type { Ledger } from '../ledger/ledger.ts'
import { RegisterView } from '../register/register-view.ts'
import { People } from './people.ts'

export interface Erasure {
  readonly personRef: string
  /** Who erases and why; both go into the ledger. */
  readonly actor: string
  readonly reason: string
  readonly site: string
  /** Gate time, epoch ms. */
  readonly at: number
}

export type Erased =
  /** `isScrubbed` is false while another process reads on in the log that still has the name. */
  | { readonly kind: 'erased'; readonly seq: number; readonly isScrubbed: boolean }
  /** There is no name under this reference. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Takes a person's name, address and salt out of the file, and says so in the ledger; entries stay as
 * they are, so the chain verifies, and what they committed to can't be guessed any more.
 */
export function erasePerson(ledger: Ledger, erasure: Erasure): Erased {
  const { personRef, reason, ...moment } = erasure
  const people = new People(ledger.db)
  const view = new RegisterView(ledger)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (people.find(personRef) === undefined) return { kind: 'unknown' }
    const { headSeq, people: known } = view.current()
    const [facts, actor] = [known.get(personRef), known.get(erasure.actor)]
    if (actor === undefined) {
      return { kind: 'refused', message: `\`${erasure.actor}\` is no person of this school` }
    }
    const appended = ledger.append(
      [
        {
          kind: 'person.erase',
          objectId: personRef,
          before: null,
          after: { erased: true },
          direction: 'neutral',
          affectedRoles: facts === undefined ? [] : [facts.role],
          reason,
          approval: null,
        },
      ],
      {
        ...moment,
        actorRole: actor.role,
        basedOn: headSeq,
        alongside: () => {
          people.erase(personRef)
        },
      },
    )
    if (appended.kind === 'refused') return appended
    if (appended.kind === 'appended') {
      return { kind: 'erased', seq: appended.head.seq, isScrubbed: scrub(ledger) }
    }
  }
  return { kind: 'refused', message: 'other writers are appending without a pause; try again' }
}

/** Between reading the head and appending lie milliseconds: losing ten times is a writer gone mad. */
const MAX_ATTEMPTS = 10

/** The write-ahead log holds older pages, with the name, until it is cut. */
function scrub(ledger: Ledger): boolean {
  const row = ledger.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  return row?.['busy'] === 0
}

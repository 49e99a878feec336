import type { EventFacts, EventKind } from '../records/alerts/judge-event.ts'

/** What is wrong with one list or sealed feed. */
export interface ListTrouble {
  /** Too old; or a sealed feed, or any other list, whose new copy was refused and the old one stays. */
  readonly kind: 'feed_age' | 'feed_refused' | 'list_refused'
  /** The list's id. */
  readonly list: string
  /** What was found, where, and what holds meanwhile; no host that the list names. */
  readonly message: string
}

/** Who looks after lists; each says all of its own troubles at a time. */
export type ListKeeper = 'sealed' | 'lists'

/** What a gate knows of its own state. */
export interface GateState {
  readonly sealedMissing: boolean
  /** Why the ledger does not verify; null while it does, as far as it was read. */
  readonly chainBreak: string | null
  /** What is lost of the ledger that this gate had, in words. */
  readonly ledgerLost: string | null
  /** Attempts that could not be recorded since the start. */
  readonly lost: number
  /** Why the last backup that was due was not made; null where it was. */
  readonly backupAlarm: string | null
  readonly listTroubles: Readonly<Record<ListKeeper, readonly ListTrouble[]>>
  /** Promises that are not kept, by id, in words. */
  readonly promises: ReadonlyMap<string, string>
}

const AT_START: GateState = {
  ...{ sealedMissing: false, chainBreak: null, ledgerLost: null, lost: 0, backupAlarm: null },
  listTroubles: { sealed: [], lists: [] },
  promises: new Map(),
}

/** What is a sentence while it is wrong, and the alert that begins with it. */
const ALARMS = [
  ['chainBreak', 'chain_break'],
  ['ledgerLost', 'ledger_lost'],
  ['backupAlarm', 'backup_failed'],
] as const satisfies readonly (readonly [keyof GateState, EventKind])[]

/** Tells what became wrong with the gate, once each time, to those who are alerted of it. */
export class SelfReport {
  readonly #tell: (kind: EventKind, facts: EventFacts) => void
  #last = AT_START

  constructor(tell: (kind: EventKind, facts: EventFacts) => void) {
    this.#tell = tell
  }

  /** Call with what has changed; the rest is as it was. */
  update(news: Partial<GateState>): void {
    const [was, is] = [this.#last, { ...this.#last, ...news }]
    this.#last = is
    if (is.sealedMissing && !was.sealedMissing)
      this.#tell('sealed_feed_missing', { message: 'no sealed list is loaded' })
    for (const [fact, kind] of ALARMS) {
      const message = is[fact]
      if (message !== null && was[fact] === null) this.#tell(kind, { message })
    }
    if (is.lost > was.lost) this.#tell('journal_loss', { lost: is.lost - was.lost })
    for (const [subject, message] of is.promises)
      if (!was.promises.has(subject)) this.#tell('promise_broken', { subject, message })
    const known = new Set(Object.values(was.listTroubles).flat().map(keyOf))
    for (const trouble of Object.values(is.listTroubles).flat())
      if (!known.has(keyOf(trouble)))
        this.#tell(trouble.kind, { list: trouble.list, message: trouble.message })
  }

  /** A sentence for `degraded`, of the ledger. */
  get ledgerLost(): string | null {
    return this.#last.ledgerLost
  }

  /** Sentences for `degraded`, of promises. */
  brokenPromises(): readonly string[] {
    return [...this.#last.promises.values()]
  }

  /** Sentences for `degraded`, of lists. */
  listTroubles(): readonly string[] {
    const troubles = Object.values(this.#last.listTroubles).flat()
    return troubles.map(({ list, message }) => `list \`${list}\`: ${message}`)
  }

  /** Takes in all that is wrong with one keeper's lists; what it does not name any more is well. */
  updateLists(keeper: ListKeeper, troubles: readonly ListTrouble[]): void {
    this.update({ listTroubles: { ...this.#last.listTroubles, [keeper]: troubles } })
  }
}

/** A trouble whose words change (an age grows by the hour) is the same trouble. */
function keyOf({ kind, list }: ListTrouble): string {
  return `${kind} ${list}`
}

import type { EventFacts, EventKind } from '../records/alerts/judge-event.ts'

/** What a gate knows of its own state. */
export interface GateState {
  readonly sealedMissing: boolean
  /** Why the ledger does not verify; null while it does, as far as it was read. */
  readonly chainBreak: string | null
  /** Attempts that could not be recorded since the start. */
  readonly lost: number
  /** Why the last backup that was due was not made; null where it was. */
  readonly backupAlarm: string | null
}

const AT_START: GateState = { sealedMissing: false, chainBreak: null, lost: 0, backupAlarm: null }

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
    if (is.chainBreak !== null && was.chainBreak === null)
      this.#tell('chain_break', { message: is.chainBreak })
    if (is.lost > was.lost) this.#tell('journal_loss', { lost: is.lost - was.lost })
    if (is.backupAlarm !== null && was.backupAlarm === null)
      this.#tell('backup_failed', { message: is.backupAlarm })
  }
}

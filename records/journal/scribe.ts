import { createHmac, createSecretKey } from 'node:crypto'
import { blockRef } from '../block-ref.ts'
import type { RecordsCounters } from '../records-counters.ts'
import type { Attempt, WordRecord } from '../rings/attempt-codec.ts'
import { RingIntake } from '../rings/ring-intake.ts'
import type { TallyDelta } from '../tally/tally-codec.ts'
import { Folds, UNIDENTIFIED, closingEntry } from './fold.ts'
import type { OpenFold } from './fold.ts'
import type { JournalEntry } from './journal-entry.ts'
import type { JournalStore, PendingEntry } from './journal-store.ts'

/** The shipper as the scribe sees it. */
export interface Outlet {
  readonly state: { readonly isUp: boolean }
  wake(): void
}

export interface ScribeOptions {
  readonly site: string
  readonly key: Uint8Array
  readonly store: JournalStore
  readonly counters: RecordsCounters
  /** Null where no Redis is configured. */
  readonly outlet: Outlet | null
  /** Told what a ring's words are once they are read for good; `null` means that all are forgotten. */
  readonly remember: (ring: number, words: readonly (WordRecord | null)[]) => void
}

/**
 * Records read per turn over all rings: some 30 ms of work at worst, so that what a kill -9 loses stays
 * within 50 ms and Redis' answers are not kept waiting.
 */
const RECORDS_PER_TURN = 1_024

/** Entries kept in memory while the disk refuses them: some 50 MB. Beyond it attempts are lost, counted. */
export const MAX_HELD_ENTRIES = 100_000
const MAX_HELD_TALLY = 50_000

/** Turns between two tries to write to a disk that refused: half a second, while its queue grows in memory. */
const TURNS_BETWEEN_TRIES = 25

/** Turns rings into journal entries, one transaction a turn. */
export class Scribe {
  readonly #options: ScribeOptions
  readonly #folds: Folds
  readonly #rings: Ring[] = []
  #entries: PendingEntry[] = []
  #tally: TallyDelta[] = []
  #closed: OpenFold[] = []
  readonly #grown = new Set<OpenFold>()
  #alarm: string | null = null
  #lostFile: string | null = null
  #turnsToWait = 0
  #firstRing = 0
  #durableAt: number | null = null
  /** Not after a disk that refused, until the next `tidy`. */
  #canIndex = true
  #hasOld = false

  constructor(options: ScribeOptions) {
    this.#options = options
    const { site } = options
    // Imported once: from bytes, each code costs 9 us instead of 2 (journal-ring bench).
    const key = createSecretKey(options.key)
    this.#folds = new Folds(site, {
      ref: (fold) => blockRef(key, fold),
      // A word before the host keeps these apart from block codes, which are made with the same key.
      seal: (host) => createHmac('sha256', key).update(`sealed:${host}`).digest('hex'),
    })
  }

  /** Reads one more ring from now on. */
  addRing(buffer: SharedArrayBuffer, remembered: readonly WordRecord[]): void {
    const learnt: (WordRecord | null)[] = []
    const intake = new RingIntake(buffer, remembered, {
      attempt: (attempt) => {
        this.#take(attempt)
      },
      tally: (delta) => {
        if (this.#tally.length < MAX_HELD_TALLY) this.#tally.push(delta)
        else this.#options.counters.add('tallyLost', delta.requests)
      },
      malformed: () => {
        this.#options.counters.add('lost', 1)
      },
      word: (word) => learnt.push(word),
      epoch: () => learnt.push(null),
    })
    this.#rings.push({ intake, learnt })
  }

  /** Reads, folds, writes. True when there was more than one turn's work. */
  turn(now: number): boolean {
    const isMore = this.#drain()
    this.#close(this.#folds.takeDue(now))
    this.#flush(now)
    this.#release()
    return isMore
  }

  /** Drains the rings, closes all folds and writes them; what the disk refuses now is lost. */
  finish(now: number): void {
    while (this.turn(now));
    this.#close(this.#folds.takeAll())
    this.#turnsToWait = 0
    this.#flush(now)
    for (const { entry } of this.#entries) this.#options.counters.add('lost', entry.repeatCount)
    this.#entries = []
  }

  /** Call every second or so: looks whether the file is there, syncs the disk, forgets old tally rows and old entries. */
  tidy(now: number): void {
    try {
      this.#lostFile = this.#options.store.lostFile
      this.#options.store.sync()
      this.#options.store.forgetTally(Math.floor(now / HOUR_MS))
      this.#canIndex = true
      this.#hasOld = this.#options.store.retain(now)
    } catch (error) {
      this.#alarm = `cannot write the journal: ${messageOf(error)}`
    }
  }

  /**
   * Call between two turns: one short step of what can wait. Refusals come first, so a busy thread
   * indexes only when searches would suffer. True when there is more.
   */
  follow(now: number, isBusy: boolean): boolean {
    const { store } = this.#options
    if (!this.#canIndex || (isBusy && !store.isFarBehind)) return false
    try {
      if (store.index()) return true
      if (this.#hasOld) this.#hasOld = store.retain(now)
      return this.#hasOld
    } catch (error) {
      this.#alarm = `cannot write the journal: ${messageOf(error)}`
      this.#canIndex = false
      return false
    }
  }

  get state(): ScribeState {
    return {
      alarm: this.#lostFile ?? this.#alarm,
      held: this.#entries.length,
      durableAt: this.#durableAt,
    }
  }

  /**
   * Every ring gets an equal share, and what one leaves goes to the next; another one begins each turn.
   * True when a ring used all of its share.
   */
  #drain(): boolean {
    let left = RECORDS_PER_TURN
    let isMore = false
    const count = this.#rings.length
    for (let i = 0; i < count; i += 1) {
      const ring = this.#rings[(this.#firstRing + i) % count]
      const share = Math.ceil(left / (count - i))
      const read = ring?.intake.drain(share) ?? 0
      if (read === share) isMore = true
      left -= read
    }
    this.#firstRing = (this.#firstRing + 1) % Math.max(count, 1)
    return isMore
  }

  #take(attempt: Attempt): void {
    const { fold, isNew } = this.#folds.take(attempt)
    if (!isNew) {
      if (fold.hasNews) this.#grown.add(fold)
      return
    }
    if (this.#hold(fold.first, fold)) return
    this.#folds.drop(attempt)
  }

  #close(folds: readonly OpenFold[]): void {
    for (const fold of folds) {
      this.#grown.delete(fold)
      if (fold.isNoted) this.#closed.push(fold)
      const closing = closingEntry(fold)
      if (closing !== null) this.#hold(closing, null)
    }
  }

  #hold(entry: JournalEntry, opens: OpenFold | null): boolean {
    if (this.#entries.length < MAX_HELD_ENTRIES) {
      this.#entries.push({ entry, opens })
      return true
    }
    this.#options.counters.add('lost', entry.repeatCount)
    return false
  }

  #flush(now: number): void {
    if (this.#turnsToWait > 0) {
      this.#turnsToWait -= 1
      return
    }
    if (!this.#hasWork()) return
    const { store, counters, outlet } = this.#options
    try {
      const batch = { entries: this.#entries, grown: this.#grown, closed: this.#closed }
      store.write({ ...batch, tally: this.#tally, now })
    } catch (error) {
      this.#alarm = `cannot write the journal: ${messageOf(error)}`
      this.#turnsToWait = TURNS_BETWEEN_TRIES
      return
    }
    counters.add('written', this.#entries.length)
    const strangers = this.#entries.filter(({ entry }) => entry.personRef === UNIDENTIFIED)
    counters.add('unidentified', strangers.length)
    if (outlet?.state.isUp === false) counters.add('spooled', this.#entries.length)
    this.#alarm = null
    this.#durableAt = now
    this.#forgetWritten()
    outlet?.wake()
  }

  #hasWork(): boolean {
    return (
      this.#entries.length > 0 ||
      this.#grown.size > 0 ||
      this.#closed.length > 0 ||
      this.#tally.length > 0
    )
  }

  #forgetWritten(): void {
    this.#entries = []
    this.#tally = []
    this.#closed = []
    this.#grown.clear()
  }

  /**
   * After the transaction, not before: a thread that dies in between leaves its records in the ring, and
   * its successor reads them again. While the disk refuses, memory keeps them instead.
   */
  #release(): void {
    this.#rings.forEach(({ intake, learnt }, index) => {
      intake.release()
      if (learnt.length > 0) this.#options.remember(index, learnt.splice(0))
    })
  }
}

interface Ring {
  readonly intake: RingIntake
  readonly learnt: (WordRecord | null)[]
}

export interface ScribeState {
  /** What is wrong with the disk; null while it takes everything. */
  readonly alarm: string | null
  /** Entries that are in memory only. */
  readonly held: number
  /** Gate time of the last transaction, epoch ms. */
  readonly durableAt: number | null
}

const HOUR_MS = 3_600_000

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { Folds, closingEntry } from '../../records/journal/fold.ts'
import { JournalStore } from '../../records/journal/journal-store.ts'
import type { Attempt } from '../../records/rings/attempt-codec.ts'
import { TEN_O_CLOCK, anAttempt } from './refusals.ts'
import { tempDirectory } from './temp-directory.ts'

/** A journal in a directory that is gone with the test. */
export class JournalFolder {
  readonly directory: string
  readonly store: JournalStore

  constructor(directory = tempDirectory()) {
    this.directory = directory
    const origin = { site: 'ex', gate: 'gate-1', now: TEN_O_CLOCK }
    this.store = JournalStore.open({ directory: this.directory, ...origin })
    onTestFinished(() => {
      if (this.store.db.isOpen) this.store.db.close()
    })
  }

  get db(): DatabaseSync {
    return this.store.db
  }

  /** Each attempt a visit of its own: first entries, then closing ones. */
  write(...attempts: readonly Attempt[]): void {
    const folds = new Folds('ex', { ref: ({ host }) => `ref-${host}`, seal: () => 'x' })
    const first = attempts.map((one) => folds.take(one)).filter(({ isNew }) => isNew)
    const closing = folds.takeAll().map(closingEntry)
    const entries = [
      ...first.map(({ fold }) => fold.first),
      ...closing.filter((one) => one !== null),
    ]
    this.store.write({
      entries: entries.map((entry) => ({ entry, opens: null })),
      ...{ grown: [], closed: [], tally: [], now: TEN_O_CLOCK },
    })
  }

  index(): void {
    while (this.store.index());
  }

  rows(sql: string): Record<string, unknown>[] {
    return this.db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }))
  }
}

export interface AttemptFacts {
  readonly person?: string | null
  readonly device?: string | null
  readonly host?: string
  readonly category?: string
  readonly severity?: 'info' | 'low' | 'medium' | 'high'
  readonly reason?: string
  readonly role?: string
  readonly at?: number
}

/** A look-up of `games.example` by pupil `p-7` on `phone-7` at ten, of low severity, unless said otherwise. */
export function aLookup(facts: AttemptFacts = {}): Attempt {
  const { subject, ruling } = anAttempt()
  const { person = 'p-7', device = 'phone-7', role = 'pupil' } = facts
  const { category = 'games', severity = 'low', reason = 'category' } = facts
  return anAttempt({
    subject: { ...subject, personRef: person, deviceId: device, role },
    ruling: { ...ruling, category, severity, reasonCode: reason },
    host: facts.host ?? 'games.example',
    at: facts.at ?? TEN_O_CLOCK,
  })
}

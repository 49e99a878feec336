import type { Register } from '../register/register.ts'
import { responsibleAt } from './escalation.ts'
import { mattersOf } from './matter.ts'
import { reviewDeadlineOf } from './review-deadline.ts'
import { reviewersOf } from './review-rights.ts'

/** A high alert that nobody has acknowledged yet. */
export interface Alert {
  readonly id: string
  /** Epoch ms. */
  readonly since: number
  /** Whom it is about; he is not the one to see to it. */
  readonly about: string | null
}

/** Something that waits for somebody. */
export interface Due {
  readonly what: 'approve' | 'acknowledge' | 'review'
  /** The proposal's number, the alert's id, the entry's `seq`. */
  readonly id: string
  /** Person references; empty when nobody is able to act, which is an alarm. */
  readonly who: readonly string[]
  readonly since: number
  /** When it passes to the next; null when it stays. */
  readonly passesAt: number | null
  /** Until when it must be done; null where nothing says so. */
  readonly by: number | null
}

/** Everything that waits at `at` (epoch ms): alerts first, then what holds changes up, then reviews. */
export function dueAt(register: Register, at: number, alerts: readonly Alert[]): readonly Due[] {
  const acknowledge = alerts.map(({ id, since, about }): Due => {
    const barred = (person: string) => person === about
    const { due: who, passesAt } = responsibleAt(register, { group: 'dsl', since, barred }, at)
    return { what: 'acknowledge', id, who, since, passesAt, by: null }
  })
  const approve = [...register.proposals]
    .filter(([, { state }]) => state === 'waiting')
    .flatMap(([id, proposal]) =>
      mattersOf(register, proposal, at).map((matter): Due => {
        const { due: who, passesAt } = responsibleAt(register, matter, at)
        return { what: 'approve', id, who, since: matter.since, passesAt, by: null }
      }),
    )
  const review = [...register.queue].map(([id, change]): Due => {
    const who = reviewersOf(register, change, at)
    const [since, by] = [Date.parse(change.ts), reviewDeadlineOf(change)]
    return { what: 'review', id, who, since, passesAt: null, by }
  })
  // What has a deadline first, the earliest first; the rest stays in the order of the ledger.
  const pressing = review.toSorted((a, b) => (a.by ?? Infinity) - (b.by ?? Infinity) || 0)
  return [...acknowledge, ...approve, ...pressing]
}

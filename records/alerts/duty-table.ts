import type { GovernanceState } from '../governance/governance-state.ts'
import { standingOf } from '../governance/standing.ts'
import type { Recipient } from './alerter.ts'
import { DUTIES, type Duty } from './told-duties.ts'

/** Who holds which office, as the register says: plain data, so that it crosses to another thread. */
export type DutyTable = Pick<GovernanceState, 'holders' | 'covers'>

/** Everything of the register that alerts ask for. */
export type AlertRegister = DutyTable & Pick<GovernanceState, 'topics'>

/** Mail addresses of offices. */
export type Mailboxes = Readonly<Partial<Record<Duty, readonly string[]>>>

/** The offices of alerts that a person holds at `at` (epoch ms), cover included. */
export function officesOf(table: DutyTable, personRef: string, at: number): readonly Duty[] {
  return officesAmong(standingOf(table, personRef, at).duties)
}

/** The duties that alerts and incidents go to, of all that somebody has. */
export function officesAmong(duties: readonly string[]): readonly Duty[] {
  return DUTIES.filter((duty) => duties.includes(duty))
}

/**
 * The mailboxes of an office at `at`; none while everybody who holds it is away. An office that the
 * register does not know of (the exams officer) is told all the same.
 */
export function mailboxesOf(
  { table, mailboxes }: { readonly table: DutyTable; readonly mailboxes: Mailboxes },
  duty: Duty,
  at: number,
): readonly Recipient[] {
  const holders = [...table.holders.keys()].filter((person) =>
    officesOf(table, person, at).includes(duty),
  )
  const present = holders.filter((person) => !standingOf(table, person, at).absent)
  if (holders.length > 0 && present.length === 0) return []
  // A mailbox that several people read is nobody's own.
  const personRef = present.length === 1 ? (present[0] ?? null) : null
  return (mailboxes[duty] ?? []).map((email) => ({ personRef, email }))
}

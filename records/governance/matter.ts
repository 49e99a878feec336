import type { Register } from '../register/register.ts'
import type { Matter } from './escalation.ts'
import type { Duty, Office, Proposal } from './governance-state.ts'
import { standingOf } from './standing.ts'

/** The actor of what the school's files say. */
export const FILE = 'file'

/** Whoever sits at the gate's own machine while the school has given nobody a duty yet. */
export const CONSOLE = 'console'

/** Who writes the gate's files. */
const FILE_KEEPERS: readonly Duty[] = ['network_manager', 'it']

/**
 * Whether a person must keep out of what `author` did: nobody decides on his own change, whatever other
 * duty he has or covers, and who keeps the gate's files decides on nothing that they say.
 */
export function barredFrom(
  register: Register,
  author: string,
  at: number,
): (person: string) => boolean {
  if (author !== FILE) return (person) => person === author
  return (person) =>
    standingOf(register, person, at).duties.some((duty) => FILE_KEEPERS.includes(duty))
}

/** The offices whose yes a proposal still needs. */
function officesLeft({
  approvers,
  endorsed,
}: Pick<Proposal, 'approvers' | 'endorsed'>): readonly Office[] {
  if (approvers !== 'head_and_dsl') return [approvers]
  return (['head', 'dsl'] as const).filter((office) => office !== endorsed?.office)
}

type Waiting = Pick<Proposal, 'author' | 'approvers' | 'endorsed' | 'at'>

/** A proposal as what somebody must see to: one matter for each office whose yes it needs. */
export function mattersOf(register: Register, proposal: Waiting, at: number): readonly Matter[] {
  const { author, endorsed } = proposal
  const byAuthor = barredFrom(register, author, at)
  return officesLeft(proposal).map((group) => ({
    group,
    alone: proposal.approvers === 'head_and_dsl',
    since: Date.parse(proposal.at),
    // Who has said the first yes is not the second person.
    barred: (person) => byAuthor(person) || person === endorsed?.by,
  }))
}

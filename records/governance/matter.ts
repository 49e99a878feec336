import type { Register } from '../register/register.ts'
import type { Matter } from './escalation.ts'
import type { Duty, Proposal } from './governance-state.ts'
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

/** A proposal as something that somebody must see to. */
export function matterOf(
  register: Register,
  { author, approvers, at: since }: Pick<Proposal, 'author' | 'approvers' | 'at'>,
  at: number,
): Matter {
  return { group: approvers, since: Date.parse(since), barred: barredFrom(register, author, at) }
}

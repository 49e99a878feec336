import type { Register } from '../register/register.ts'
import type { QueuedChange, Review } from './governance-state.ts'
import { barredFrom } from './matter.ts'
import { MAY_REVIEW } from './permissions.ts'
import { onDuty, standingOf } from './standing.ts'

/** Why the person may not review these entries; undefined when he may. */
export function barrierToReview(
  register: Register,
  { from, to }: Pick<Review, 'from' | 'to'>,
  { actor, at }: { readonly actor: string; readonly at: number },
): string | undefined {
  const { duties } = standingOf(register, actor, at)
  if (!duties.some((duty) => MAY_REVIEW.includes(duty)))
    return `\`${actor}\` may not review: that is for ${MAY_REVIEW.join(', ')}`
  const entries = [...register.queue.values()].filter(({ seq }) => seq >= from && seq <= to)
  if (entries.length === 0) {
    const range = from === to ? `entry ${from}` : `entries ${from} to ${to}`
    return `nothing waits for a review at ${range}`
  }
  const own = entries.find((entry) => barredFrom(register, entry.actor, at)(actor))
  return own && `entry ${own.seq} is by \`${own.actor}\`: somebody else must review it`
}

/** Who may review one entry at `at`. */
export function reviewersOf(register: Register, { actor }: QueuedChange, at: number): string[] {
  const barred = barredFrom(register, actor, at)
  return onDuty(register, MAY_REVIEW, at).filter((person) => !barred(person))
}

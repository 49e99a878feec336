import type { Outcome } from '../../records/governance/change-desk.ts'
import { ProblemError } from './problem.ts'

/** What became of a change, for a page; what did not happen is a problem with the desk's own words. */
export function outcomeOf(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'applied':
    case 'waiting':
      return outcome
    case 'refused':
      throw new ProblemError('refused', outcome.message)
    case 'conflict':
      throw new ProblemError('conflict', outcome.message)
    case 'unavailable':
      throw new ProblemError('unavailable', outcome.message)
  }
}

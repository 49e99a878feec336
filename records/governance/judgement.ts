import type { Direction } from '../ledger/entry.ts'
import type { Role } from '../../rules/subject.ts'

/** What a change does, computed and never typed by who makes it. */
export interface Judgement {
  readonly direction: Direction
  readonly loosensPupils: boolean
  readonly affectedRoles: readonly Role[]
}

export function judgement(direction: Direction, affectedRoles: readonly Role[]): Judgement {
  const loosensPupils = direction === 'loosen' && affectedRoles.includes('pupil')
  return { direction, affectedRoles, loosensPupils }
}

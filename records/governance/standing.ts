import type { Duty, GovernanceState } from './governance-state.ts'

type Offices = Pick<GovernanceState, 'holders' | 'covers'>

/** Half-open; a null end is open. `at` in epoch ms. */
export function isDuring(
  { from, to }: { readonly from: string | null; readonly to: string | null },
  at: number,
): boolean {
  return (from === null || Date.parse(from) <= at) && (to === null || at < Date.parse(to))
}

/** What a person may act as at one moment. */
export interface Standing {
  /** His own, as the ledger lists them, then those that he covers. */
  readonly duties: readonly Duty[]
  readonly wfm: boolean
  /** Away by the register: he is asked for nothing and decides nothing until the absence is ended. */
  readonly absent: boolean
}

const NONE: Standing = { duties: [], wfm: false, absent: false }

/** A disabled account and a stranger have no standing at all. */
export function standingOf(state: Offices, person: string, at: number): Standing {
  const holder = state.holders.get(person)
  if (holder === undefined || holder.disabled) return NONE
  const own = holder.roles.filter((role) => isDuring(role, at)).map(({ role }) => role)
  // Cover is lent to somebody with a duty; who has lost his own stands in for nobody.
  const covering = own.length === 0 ? [] : coveredBy(state, person, at)
  return {
    duties: [...new Set([...own, ...covering])],
    wfm: holder.wfm,
    absent: holder.absent.some((absence) => isDuring(absence, at)),
  }
}

function coveredBy({ covers }: Offices, person: string, at: number): Duty[] {
  return [...covers.values()]
    .filter((cover) => cover.person === person && isDuring(cover, at))
    .map(({ duty }) => duty)
}

/** Who has one of the duties at `at`, is able to act, and is there. */
export function onDuty(state: Offices, duties: readonly Duty[], at: number): string[] {
  return [...state.holders.keys()].filter((person) => {
    const standing = standingOf(state, person, at)
    return !standing.absent && standing.duties.some((duty) => duties.includes(duty))
  })
}

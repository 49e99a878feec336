import type { Ruling } from '../verdict.ts'

/** Before the cause of what would be refused. */
const OBSERVED = 'This zone is only observed, nothing is refused here. Elsewhere: '

/**
 * The ruling in a zone that is only observed: nothing is refused, warned of or led elsewhere. SEALED stands
 * above every way in which a school may run its filter: what is sealed, or can't be told from it because a
 * list is missing, is refused there too.
 */
export function observed(ruling: Ruling): Ruling {
  const { action: wouldBe, reasonCode, cause } = ruling
  if (wouldBe === 'allow' || reasonCode === 'sealed') return ruling
  const open = { action: 'allow', warn: false, safeHost: null } as const
  return { ...ruling, ...open, wouldBe, cause: OBSERVED + cause }
}

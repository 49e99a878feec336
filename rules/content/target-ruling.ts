import { CATEGORIES, UNCATEGORISED } from '../taxonomy/taxonomy.ts'
import { STRICTNESS, type Ruling } from '../verdict.ts'

/** What a name becomes when its answer points to `target` (design.md section 4, after the steps). */
export function stricterOf(named: Ruling, target: Ruling): Ruling {
  // In a zone that is only observed, by what they would be; but what is sealed is refused there, too.
  const [was, is] = [named.wouldBe ?? named.action, target.wouldBe ?? target.action]
  if (target.action === 'block' && named.action !== 'block' && lockOf(target) === 'SEALED')
    return target
  if (named.openedBy !== 'nothing') return is === 'block' && falls(named, target) ? target : named
  // Not knowing an alias is no finding about it: were it one, every site behind a CDN would be
  // closed to primary pupils, whose uncategorised names are blocked.
  if (target.category === UNCATEGORISED.id && target.stage === 'content') return named
  return STRICTNESS[is] > STRICTNESS[was] ? target : named
}

/** Whether what `named` is open by gives way to where it leads. */
export function falls({ openedBy }: Ruling, target: Ruling): boolean {
  if (openedBy === 'nothing') return true
  const lock = lockOf(target)
  return (
    lock === 'SEALED' || (lock === 'LOCKED' && (openedBy === 'site' || openedBy === 'education'))
  )
}

function lockOf({ category }: Ruling): string | undefined {
  return category === null ? undefined : CATEGORIES.find(({ id }) => id === category)?.lock
}

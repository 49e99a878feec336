import { judgeContent, type FoundCategory } from '../content/judge-content.ts'
import { profileActions } from '../content/profile-actions.ts'
import type { ListImage } from '../lists/list-image.ts'
import type { ProfilePolicy } from '../policy/policy.ts'
import { AUDIENCES, findCategory, type Audience } from '../taxonomy/taxonomy.ts'

/** A site that the lists alone would close, whatever a school makes of them. */
export interface ListedSite {
  readonly host: string
  /** For whom, by the taxonomy's defaults in a lesson. */
  readonly audiences: readonly Audience[]
  /** `list (category)` of each list that holds it. */
  readonly lists: readonly string[]
}

/**
 * Which of these sites freshly built lists would close, by the taxonomy's defaults: at that time no
 * policy is known. Not being listed closes none of them; what a SEALED list holds is not told.
 */
export function closedByLists(image: ListImage, hosts: readonly string[]): readonly ListedSite[] {
  return hosts.flatMap((host): ListedSite[] => {
    const holders = image
      .holders(host)
      .map(({ list }) => ({ list, category: findCategory(list.category) }))
    const found = holders.flatMap(({ category }): FoundCategory[] =>
      category === undefined || category.lock === 'SEALED' ? [] : [{ category, list: null }],
    )
    if (found.length === 0) return []
    const audiences = AUDIENCES.filter((audience) => isClosed(audience, eachOnce(found)))
    if (audiences.length === 0) return []
    const lists = holders.flatMap(({ list, category }) =>
      category === undefined || category.lock === 'SEALED' ? [] : [`${list.id} (${category.id})`],
    )
    return [{ host, audiences, lists: [...new Set(lists)] }]
  })
}

function eachOnce(found: readonly FoundCategory[]): readonly FoundCategory[] {
  const byIndex = new Map(found.map((one) => [one.category.index, one]))
  return [...byIndex.values()].sort((a, b) => a.category.index - b.category.index)
}

function isClosed(audience: Audience, found: readonly FoundCategory[]): boolean {
  const { action } = judgeContent({
    profile: PLAIN[audience],
    accessReason: null,
    timedOpen: false,
    sealedMissing: false,
    found,
    names: [],
    permits: [],
    accessRule: '',
  })
  return action === 'block'
}

/** The taxonomy's column and nothing else. */
function plainProfile(audience: Audience): {
  readonly policy: ProfilePolicy
  readonly actions: ReturnType<typeof profileActions>
} {
  const policy: ProfilePolicy = {
    ...{ id: audience, label: audience, startFrom: audience, change: {}, social: false },
    ...{ timedOutside: null, closed: null, blockedAnswer: 'by_ca' },
    ...{ safeSearch: true, youtube: 'off', withoutSafeMode: 'allow' },
  }
  return { policy, actions: profileActions(policy) }
}

const PLAIN = {
  primary: plainProfile('primary'),
  secondary: plainProfile('secondary'),
  sixth: plainProfile('sixth'),
  staff: plainProfile('staff'),
  visitor: plainProfile('visitor'),
}

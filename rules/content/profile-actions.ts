import type { ProfilePolicy } from '../policy/policy.ts'
import { CATEGORIES, type TaxonomyAction } from '../taxonomy/taxonomy.ts'

/**
 * A profile's action for each category, by category index. What the locks forbid can't be said here:
 * SEALED is always B and ALWAYS always A, whatever `change` holds (V01).
 */
export function profileActions(profile: ProfilePolicy): readonly TaxonomyAction[] {
  return CATEGORIES.map(({ id, lock, defaults }) => {
    if (lock === 'SEALED') return 'B'
    if (lock === 'ALWAYS') return 'A'
    // A closed profile has no opinion on categories; its own list is asked before these.
    if (profile.startFrom === null) return 'B'
    return profile.change[id] ?? defaults[profile.startFrom]
  })
}

import type { Audience, TaxonomyAction } from '../taxonomy/taxonomy.ts'
import { getCategory } from '../taxonomy/taxonomy.ts'
import type { PolicyDocument } from './policy-schema.ts'
import type { ProfilePolicy } from './policy.ts'

type SafeModes = Pick<ProfilePolicy, 'safeSearch' | 'youtube' | 'withoutSafeMode'>

const SEARCH = getCategory('edu.search')

/** How YouTube is held where the policy doesn't say: what its maker advises for these ages. */
const YOUTUBE: Readonly<Record<Audience, SafeModes['youtube']>> = {
  primary: 'strict',
  secondary: 'moderate',
  sixth: 'moderate',
  staff: 'off',
  visitor: 'off',
}

/**
 * A profile's safe modes with what it leaves unsaid. Pupils search safely, and what can't be made safe
 * is closed to them (requirements.md D3.11). Others search safely where the profile restricts search
 * engines, as the taxonomy does for all. A closed profile may be a pupil's, so it is held likewise.
 */
export function safeModesOf(
  profile: PolicyDocument['profiles'][string],
  change: Readonly<Record<string, TaxonomyAction>>,
): SafeModes {
  const audience = profile.start_from
  const adults = audience === 'staff' || audience === 'visitor'
  const restricts = !adults || (change[SEARCH.id] ?? SEARCH.defaults[audience]) === 'R'
  return {
    safeSearch: profile.safe_search === undefined ? restricts : profile.safe_search === 'on',
    youtube: profile.youtube ?? (audience === undefined ? 'moderate' : YOUTUBE[audience]),
    withoutSafeMode: profile.without_safe_mode ?? (adults ? 'allow' : 'block'),
  }
}

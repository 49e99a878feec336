import type { CompiledProfile, ContentQuestion } from '../../../rules/content/judge-content.ts'
import type { PolicyName } from '../../../rules/content/policy-names.ts'
import { profileActions } from '../../../rules/content/profile-actions.ts'
import type { Correction, ProfilePolicy } from '../../../rules/policy/policy.ts'
import { ENGINES } from '../../../rules/safe-modes/engines.ts'
import { getCategory } from '../../../rules/taxonomy/taxonomy.ts'

/** A secondary pupil's profile, but for what a test says. */
export function compiled(facts: Partial<ProfilePolicy> = {}): CompiledProfile {
  const policy: ProfilePolicy = {
    id: 'pupils',
    label: 'pupils',
    startFrom: 'secondary',
    change: {},
    social: false,
    timedOutside: null,
    closed: null,
    blockedAnswer: 'by_ca',
    safeSearch: true,
    youtube: 'moderate',
    withoutSafeMode: 'block',
    ...facts,
  }
  return { policy, actions: profileActions(policy) }
}

/** A closed profile with its own list of categories. */
export function closedProfile(id: string, categories: readonly string[]) {
  return compiled({ id, startFrom: null, closed: { hosts: [], categories } })
}

/** A name in these categories, asked for by a pupil; the lists are numbered in the order of `categories`. */
export function question(
  categories: readonly string[],
  facts: Partial<ContentQuestion> = {},
): ContentQuestion {
  const found = categories.map((id, list) => ({ category: getCategory(id), list }))
  return {
    profile: compiled(),
    accessReason: null,
    timedOpen: false,
    sealedMissing: false,
    found: found.sort((a, b) => a.category.index - b.category.index),
    names: [],
    permits: [],
    accessRule: 'rule',
    ...facts,
  }
}

export function siteName(
  action: 'allow' | 'block',
  host: string,
  profiles: readonly string[] | null = null,
): PolicyName {
  const pattern = { host, scope: 'subtree' } as const
  const id = `${action}-${host}`
  const rule = { id, action, hosts: [pattern], profiles, because: `${action} ${host}` }
  return { host: pattern, kind: 'site', rule }
}

export function closedName(profile: string): PolicyName {
  return { host: { host: 'own.example', scope: 'host' }, kind: 'closed', profile }
}

export function correctionName(change: Partial<Pick<Correction, 'add' | 'remove'>>): PolicyName {
  const host = { host: 'a.example', scope: 'subtree' } as const
  const facts = { id: 'corrections.1', host, remove: null, add: null, because: 'wrong' }
  return { host, kind: 'correction', correction: { ...facts, ...change } }
}

/** A name of the engine with this id. */
export function engineName(id: string): PolicyName {
  const engine = ENGINES.find((one) => one.id === id)
  const host = engine?.hosts[0]
  if (engine === undefined || host === undefined) throw new Error(`no engine \`${id}\``)
  return { host, kind: 'engine', engine }
}

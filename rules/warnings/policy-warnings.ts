import { EMERGENCY_PROFILE } from '../access/judge-access.ts'
import { bandwidthWarnings } from '../bandwidth/bandwidth-warnings.ts'
import { profileActions } from '../content/profile-actions.ts'
import type { AccessRule, Policy, ProfilePolicy } from '../policy/policy.ts'
import { REQUIRED_PROFILES } from '../policy/check-references.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import type { Path } from '../policy/yaml-source.ts'
import type { Role } from '../subject.ts'
import { reachOf, type PolicyReach } from './policy-reach.ts'
import { correctionConflicts } from './correction-conflicts.ts'
import { siteConflicts } from './site-conflicts.ts'
import { siteWarnings } from './site-warnings.ts'
import { timeWarnings } from './time-warnings.ts'

/** What a policy in order still says that its author can hardly mean. It holds all the same. */
export interface Warning {
  readonly path: Path
  readonly message: string
  /** Where it is about a rule that could go, or that means something else than it says. */
  readonly finding?: { readonly kind: FindingKind; readonly rule: string }
}

/** What is wrong with a rule, as `rules hygiene` sorts it. */
export type FindingKind = 'shadowed' | 'duplicate' | 'expired' | 'contradictory'

/**
 * In the order of the list below; `document` is the file that `policy` was made from, `at` (epoch ms) when it is
 * asked: what is over by then is said for nothing.
 */
export function policyWarnings(
  policy: Policy,
  document: PolicyDocument,
  at: number,
): readonly Warning[] {
  const reach = reachOf(policy)
  const ofAccess =
    reach === null
      ? [{ path: ['access'], message: 'too many rules to try which of them can apply' }]
      : [
          ...unreachedRules(policy, document, reach),
          ...unreachedProfiles(policy, reach),
          ...sameForPupilsAndStaff(policy, reach),
        ]
  return [
    ...ofAccess,
    ...twiceNamed(policy, document),
    ...siteWarnings(policy, document, at),
    ...siteConflicts(policy, document),
    ...correctionConflicts(policy, document),
    ...timeWarnings(policy, document),
    ...bandwidthWarnings(policy),
  ]
}

/** The rule's place in the file: a preset's rules are put in front of the common ones. */
function placeOf(index: number, { preset, presets }: PolicyDocument): Path {
  const inFront = preset === undefined ? 0 : (presets[preset]?.length ?? 0)
  return index < inFront ? ['presets', preset ?? '', index] : ['access', index - inFront]
}

function unreachedRules(
  { access }: Policy,
  document: PolicyDocument,
  { unreached }: PolicyReach,
): Warning[] {
  const named = (by: number | string): string =>
    typeof by === 'number' ? `\`${access[by]?.id ?? ''}\`` : `\`${by}\``
  return [...unreached].map(([index, { by }]) => {
    const id = access[index]?.id ?? ''
    const message = `rule \`${id}\` can never apply${by === null ? '' : `: ${why(by.map(named))}`}`
    return {
      path: placeOf(index, document),
      message,
      finding: { kind: kindOf(access, index, by), rule: id },
    }
  })
}

/** One other rule of the very same conditions decides before it: the same, or something else. */
function kindOf(
  access: readonly AccessRule[],
  index: number,
  by: readonly (number | string)[] | null,
): FindingKind {
  const [first] = by ?? []
  const [rule, other] = [access[index], typeof first === 'number' ? access[first] : undefined]
  if (rule === undefined || other === undefined || by?.length !== 1) return 'shadowed'
  if (!sameBut(rule, other, ['id', 'explain', 'decide'])) return 'shadowed'
  return sameBut(rule, other, ['id', 'explain']) ? 'duplicate' : 'contradictory'
}

function sameBut(one: AccessRule, other: AccessRule, keys: readonly (keyof AccessRule)[]): boolean {
  const rest = (rule: AccessRule): string =>
    JSON.stringify(Object.entries(rule).filter(([key]) => !keys.some((each) => each === key)))
  return rest(one) === rest(other)
}

function why(by: readonly string[]): string {
  if (by.length === 0) return 'no device is ever where and when it says'
  return `${listed(by)} ${by.length === 1 ? 'decides' : 'decide'} before it`
}

const MAX_NAMED = 4

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** Those of the engine's own steps are needed whether or not somebody is in one today. */
function unreachedProfiles({ profiles, grants }: Policy, { rolesOf }: PolicyReach): Warning[] {
  const granted = Object.values(grants).map((grant) => grant?.profile)
  const kept = new Set<string | undefined>([...REQUIRED_PROFILES, EMERGENCY_PROFILE, ...granted])
  return profiles
    .filter(({ id }) => !rolesOf.has(id) && !kept.has(id))
    .map(({ id }) => ({ path: ['profiles', id], message: `nobody gets the profile \`${id}\`` }))
}

/**
 * DfE filtering standard (requirements.md D3.6): what is right for an adult is not for a child, so at
 * least pupils and staff differ.
 */
function sameForPupilsAndStaff(policy: Policy, { rolesOf }: PolicyReach): Warning[] {
  const gets =
    (role: Role) =>
    ({ id, closed }: ProfilePolicy) =>
      // In a closed profile everybody has the same list on purpose.
      closed === null && rolesOf.get(id)?.has(role) === true
  const ofStaff = policy.profiles.filter(gets('staff'))
  return policy.profiles.filter(gets('pupil')).flatMap((pupils) =>
    ofStaff
      .filter((staff) => contentOf(pupils, policy) === contentOf(staff, policy))
      .map((staff) => ({
        path: ['profiles', pupils.id],
        message:
          pupils.id === staff.id
            ? `pupils and staff both get \`${pupils.id}\``
            : `\`${pupils.id}\` of pupils and \`${staff.id}\` of staff are identical`,
      })),
  )
}

/** All that makes a difference to what a profile opens. */
function contentOf(profile: ProfilePolicy, { sites }: Policy): string {
  const { social, timedOutside } = profile
  const rules = sites.filter(({ profiles }) => profiles === null || profiles.includes(profile.id))
  return JSON.stringify([profileActions(profile), social, timedOutside, rules.map(({ id }) => id)])
}

/** Records and block pages name a rule by its id. */
function twiceNamed({ access }: Policy, document: PolicyDocument): Warning[] {
  const first = new Map<string, number>()
  return access.flatMap(({ id }, index) => {
    const known = first.get(id)
    if (known === undefined) {
      first.set(id, index)
      return []
    }
    const other = placeOf(known, document).join('.')
    const message = `\`${id}\` is the id of \`${other}\` too`
    return [{ path: placeOf(index, document), message, finding: { kind: 'duplicate', rule: id } }]
  })
}

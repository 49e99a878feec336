import type { Policy } from '../../rules/policy/policy.ts'
import { ROLES, type Role } from '../../rules/subject.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { usualProfile } from '../register/permissions-of.ts'
import type { Register } from '../register/register.ts'
import {
  faultOfSites,
  faultOfTerm,
  needing,
  policyOf,
  type JudgedPermission,
  type PermissionScene,
} from './judged-permission.ts'
import { judgement } from './judgement.ts'
import { grantFacts, type Grant, type GrantType } from './permission-facts.ts'

/** The longest term of each type in days: what goes on longer is asked for again. */
const LONGEST: Readonly<Record<GrantType, number>> = {
  personal_use: 7,
  dependant_illness: 31,
  child_school_contact: 31,
  support_individual: 92,
  class_split: 7,
  emergency: 1,
  off_site_visit: 14,
  residential: 31,
  remote_learning_personal: 92,
  supervised_activity: 7,
  social_media_purpose: 366,
  medical_sen: 366,
  site_unblock: 92,
  supplier: 7,
}

/** "The headteacher will decide" (003:65, 003:81, 004:62); the others are for any senior leader (000:91). */
const HEADS: ReadonlySet<GrantType> = new Set([
  ...(['dependant_illness', 'emergency', 'remote_learning_personal'] as const),
])

/** Without the reference of a risk assessment nobody can say yes (requirements.md 6.3). */
const ASSESSED: ReadonlySet<GrantType> = new Set(['off_site_visit', 'remote_learning_personal'])

/** Whose yes a permission grant needs, and why it can't be asked for (requirements.md 6.3). */
export function judgeGrant(
  grant: Grant,
  before: Json,
  { register, at }: PermissionScene,
): JudgedPermission {
  const policy = policyOf(register)
  const fault =
    faultOfTerm(grant, at, LONGEST[grant.type]) ??
    faultOfHolder(grant, register) ??
    faultOfSites(grant.sites) ??
    faultOfCategories(grant) ??
    faultOfOpening(grant, policy) ??
    faultOfPlaces(grant, policy)
  if (fault !== undefined) return fault
  const roles = holdersOf(grant, register)
  if (before !== null && isNarrower(grant, grantFacts.parse(before)))
    return needing(null, judgement('tighten', roles))
  const judged = judgement('loosen', roles)
  if (grant.locked) return needing('head_and_dsl', judged)
  if (judged.loosensPupils) return needing('dsl', judged)
  return needing(HEADS.has(grant.type) ? 'headteacher' : 'head', judged)
}

/**
 * The same grant with an earlier end, fewer sites or fewer places takes away and gives nothing. An empty list of
 * sites could mean the type's own profile, and an empty list of places everywhere: neither is fewer.
 */
export function isNarrower(grant: Grant, was: Grant): boolean {
  const isWithin = (now: readonly string[], then: readonly string[]): boolean =>
    now.length === 0 ? then.length === 0 : now.every((one) => then.includes(one))
  const isPlacedWithin = (now: readonly string[], then: readonly string[]): boolean =>
    then.length === 0 || isWithin(now, then)
  const rest = { to: '', from: '', sites: [], categories: [], zones: [], windows: [] }
  return (
    Date.parse(grant.to) <= Date.parse(was.to) &&
    Date.parse(grant.from) >= Date.parse(was.from) &&
    isWithin(grant.sites, was.sites) &&
    isWithin(grant.categories, was.categories) &&
    isPlacedWithin(grant.zones, was.zones) &&
    isPlacedWithin(grant.windows, was.windows) &&
    canonicalJson({ ...grant, ...rest }) === canonicalJson({ ...was, ...rest })
  )
}

function faultOfHolder(grant: Grant, register: Register): string | undefined {
  const { person, device, class: group } = grant
  if (person === null && device === null && group === null)
    return 'it names no person, no device and no class'
  if (device !== null && !register.devices.has(device)) return `there is no device \`${device}\``
  if (group !== null && !register.classes.has(group)) return `there is no class \`${group}\``
  return faultOfTrust(grant, register)
}

function faultOfTrust(grant: Grant, { people }: Register): string | undefined {
  const { type, person, locked, assessment } = grant
  if (ASSESSED.has(type) && assessment === null) return `\`${type}\` needs a risk assessment`
  const isStaff = person !== null && people.get(person)?.role === 'staff'
  return locked && !isStaff ? 'LOCKED opens to a member of staff by name alone' : undefined
}

function faultOfCategories({ categories, locked }: Grant): string | undefined {
  for (const id of categories) {
    const category = findCategory(id)
    if (category === undefined) return `there is no category \`${id}\``
    if (category.lock === 'SEALED') return `\`${id}\` is SEALED: no permission reaches it`
    if (category.lock === 'LOCKED' && !locked)
      return `\`${id}\` is LOCKED: it takes the head and the safeguarding lead together`
  }
  return undefined
}

function faultOfOpening(grant: Grant, policy: Policy | null): string | undefined {
  const { type, profile, sites, categories } = grant
  const given = profile ?? (policy === null ? null : usualProfile(type, policy))
  if (given === null && sites.length + categories.length === 0) return 'it opens nothing'
  if (given === null || policy === null) return undefined
  const known = policy.profiles.some(({ id }) => id === given)
  return known ? undefined : `there is no profile \`${given}\``
}

function faultOfPlaces({ zones, windows, type }: Grant, policy: Policy | null): string | undefined {
  if (policy === null) return undefined
  const strange = zones.find((zone) => !policy.zones.some(({ id }) => id === zone))
  if (strange !== undefined) return `there is no zone \`${strange}\``
  if (type === 'medical_sen' && windows.length > 0) return 'a medical need keeps no timetable'
  const names = windowNames(policy)
  const unheard = windows.find((window) => !names.has(window))
  return unheard === undefined ? undefined : `there is no window \`${unheard}\``
}

function windowNames({ time }: Policy): ReadonlySet<string> {
  const days = [time, ...time.dayTypes]
  const slots = days.flatMap(({ timetable }) => timetable.flatMap((day) => day.slots))
  return new Set([...days.flatMap(({ windows }) => windows), ...slots].map(({ name }) => name))
}

/** The roles that a grant is for; somebody whom nobody knows is taken for a pupil: the strictest way. */
export function holdersOf(
  { person, device, class: group }: Grant,
  register: Register,
): readonly Role[] {
  const found = [
    ...(person === null ? [] : [register.people.get(person)?.role ?? 'pupil']),
    ...(device === null ? [] : [register.devices.get(device)?.role ?? 'pupil']),
    ...(group === null ? [] : ['pupil']),
  ]
  return ROLES.filter((role) => found.includes(role))
}

import { isGroup, type OccasionKind } from '../../rules/permissions/occasions.ts'
import { nearest } from '../../rules/policy/nearest-word.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { suggestion } from '../../rules/policy/yaml-source.ts'
import { ROLES, type Role } from '../../rules/subject.ts'
import type { Json } from '../canonical-json.ts'
import type { Register } from '../register/register.ts'
import {
  faultOfTerm,
  needing,
  policyOf,
  type JudgedPermission,
  type PermissionScene,
} from './judged-permission.ts'
import { judgement } from './judgement.ts'
import { occasionFacts, type OccasionFacts, type SiteEmergencyFacts } from './occasion-facts.ts'

/** The longest in days: an exam is over in the evening, a visiting group goes home. */
const LONGEST: Readonly<Record<OccasionKind, number>> = {
  exam_room: 1,
  extra_time: 1,
  exam_rehearsal: 1,
  exam_release: 1,
  transition_day: 5,
  group: 31,
}

/** A minute more of an exam takes away; a minute less gives, and so does a profile for a group. */
export function judgeOccasion(
  occasion: OccasionFacts,
  before: Json,
  { register, at }: PermissionScene,
): JudgedPermission {
  const was = stillOn(before, at)
  const fault =
    faultOfTerm(occasion, at, LONGEST[occasion.kind]) ??
    faultOfKind(occasion, was) ??
    faultOfWhom(occasion, register) ??
    faultOfPlace(occasion, policyOf(register))
  if (fault !== undefined) return fault
  if (isExam(occasion))
    return was === null || isWithin(was, occasion, at)
      ? needing(null, judgement('tighten', ROLES))
      : freeing(occasion)
  const roles = rolesOf(occasion, register)
  if (was !== null && isWithin(occasion, was, at)) return needing(null, judgement('tighten', roles))
  const judged = judgement('loosen', roles)
  return needing(judged.loosensPupils ? 'dsl' : 'head', judged)
}

/** As it was; null for one that is over, because its name may be used again. */
function stillOn(before: Json, at: number): OccasionFacts | null {
  const was = before === null ? null : occasionFacts.parse(before)
  return was === null || Date.parse(was.to) <= at ? null : was
}

/** Ending an occasion early. */
export function judgeEnd(before: Json, { register, at }: PermissionScene): JudgedPermission {
  const was = occasionFacts.parse(before)
  if (Date.parse(was.to) <= at) return needing(null, judgement('neutral', []))
  if (isExam(was)) return freeing(was)
  return needing(null, judgement('tighten', rolesOf(was, register)))
}

/**
 * An exam that is over early. A rehearsal protects nothing: a real exam in the same room goes by the calendar,
 * so what comes back is what the policy says, and only the review hears of it.
 */
function freeing({ kind }: OccasionFacts): JudgedPermission {
  const judged = judgement('loosen', ROLES)
  return kind === 'exam_rehearsal'
    ? needing(null, { ...judged, loosensPupils: false })
    : needing('dsl', judged)
}

/** Makes rooms into exam rooms; `exam_release` does the reverse. */
function isExam({ kind }: OccasionFacts): boolean {
  return !isGroup({ kind }) && kind !== 'exam_release'
}

function faultOfKind({ kind }: OccasionFacts, was: OccasionFacts | null): string | undefined {
  if (was === null || was.kind === kind) return undefined
  return `it is \`${was.kind}\` and stays that: end it and begin another`
}

function faultOfWhom(occasion: OccasionFacts, register: Register): string | undefined {
  const { kind, devices, zones, profile } = occasion
  const stranger = devices.find((id) => !register.devices.has(id))
  if (stranger !== undefined) return `there is no device \`${stranger}\``
  if (isGroup({ kind })) {
    if (namesNobody(occasion)) return 'it names no person, no device and no year'
    return profile === null ? 'it gives no profile' : undefined
  }
  if (zones.length === 0) return 'it names no room'
  if (profile !== null) return 'an exam has its own profile'
  if (kind === 'extra_time' && namesNobody(occasion)) return 'it names nobody who has extra time'
  const isNobodys = kind === 'exam_rehearsal' || kind === 'exam_release'
  return isNobodys && !namesNobody(occasion) ? `\`${kind}\` is about a room, not people` : undefined
}

function namesNobody({ persons, devices, years }: OccasionFacts): boolean {
  return persons.length + devices.length + years.length === 0
}

function faultOfPlace(
  { zones, profile }: OccasionFacts,
  policy: Policy | null,
): string | undefined {
  if (policy === null) return undefined
  const known = policy.zones.map(({ id }) => id)
  const strange = zones.find((zone) => !known.includes(zone))
  if (strange !== undefined)
    return `there is no zone \`${strange}\`${suggestion(nearest(strange, known))}`
  const profiles = policy.profiles.map(({ id }) => id)
  if (profile === null || profiles.includes(profile)) return undefined
  return `there is no profile \`${profile}\`${suggestion(nearest(profile, profiles))}`
}

/** Whose it is; somebody whom nobody knows is taken for a pupil: the strictest way. */
function rolesOf({ kind, persons, devices, years }: OccasionFacts, register: Register) {
  // A room is whoever's comes in.
  if (kind === 'exam_release') return ROLES
  const found = new Set<Role>([
    ...persons.map((ref) => register.people.get(ref)?.role ?? 'pupil'),
    ...devices.map((id) => register.devices.get(id)?.role ?? 'pupil'),
    ...years.map((): Role => 'pupil'),
  ])
  return ROLES.filter((role) => found.has(role))
}

/** Whether all that `inner` does from now on `outer` does, too. */
function isWithin(inner: OccasionFacts, outer: OccasionFacts, at: number): boolean {
  const begin = Math.max(at, Date.parse(inner.from))
  return (
    Date.parse(outer.from) <= begin &&
    Date.parse(inner.to) <= Date.parse(outer.to) &&
    inner.profile === outer.profile &&
    isPlacedIn(inner.zones, outer.zones) &&
    (isEverybody(outer) || (!isEverybody(inner) && areNamedIn(inner, outer)))
  )
}

/** An exam room that names nobody is every candidate's. */
function isEverybody(occasion: OccasionFacts): boolean {
  return !isGroup(occasion) && namesNobody(occasion)
}

function areNamedIn(inner: OccasionFacts, outer: OccasionFacts): boolean {
  return (
    isPart(inner.persons, outer.persons) &&
    isPart(inner.devices, outer.devices) &&
    isPart(inner.years, outer.years)
  )
}

/** No zone means everywhere for a group; an exam always names its rooms. */
function isPlacedIn(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.length === 0 || (inner.length > 0 && isPart(inner, outer))
}

function isPart<Item>(part: readonly Item[], whole: readonly Item[]): boolean {
  return part.every((item) => whole.includes(item))
}

/** A drill is minutes, a lockdown hours; beyond a day somebody has to say so again. */
const LONGEST_EMERGENCY_MS = 86_400_000

/** Why the emergency can't be declared; undefined where it can. */
export function faultOfEmergency({ until }: SiteEmergencyFacts, at: number): string | undefined {
  if (until === null) return 'a site emergency ends by itself: say until when'
  const end = Date.parse(until)
  if (end <= at) return `it would have ended at ${until} already`
  return end - at > LONGEST_EMERGENCY_MS ? 'a site emergency lasts a day at most' : undefined
}

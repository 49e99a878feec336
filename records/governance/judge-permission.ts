import type { Policy } from '../../rules/policy/policy.ts'
import { ROLES, type Role } from '../../rules/subject.ts'
import { findCategory, UNCATEGORISED, type TaxonomyAction } from '../../rules/taxonomy/taxonomy.ts'
import { voucherTerms } from '../../rules/vouchers/voucher-kinds.ts'
import type { Json } from '../canonical-json.ts'
import {
  faultOfHost,
  faultOfSites,
  faultOfTerm,
  needing,
  policyOf,
  type JudgedPermission,
  type PermissionScene,
} from './judged-permission.ts'
import { holdersOf, judgeGrant } from './judge-grant.ts'
import { judgeClass } from './judge-class.ts'
import { judgeEnd, judgeOccasion } from './judge-occasion.ts'
import { judgeLesson, judgeLessonEnd } from './judge-lesson.ts'
import { judgeVoucher } from './judge-voucher.ts'
import { judgement } from './judgement.ts'
import type { OccasionFacts } from './occasion-facts.ts'
import {
  grantFacts,
  voucherFacts,
  type CorrectionFacts,
  type LessonFacts,
  type Pack,
  type SiteFacts,
} from './permission-facts.ts'

type JudgePermission = (
  after: Json,
  before: Json,
  scene: PermissionScene & { readonly objectId: string },
) => JudgedPermission

/**
 * Permissions (requirements.md 6.3, design.md section 4, steps 4 to 9), one line a kind.
 * INVARIANT: `after` holds the facts that its kind promises.
 */
export const PERMISSION_JUDGES = {
  'class.put': (after, before, { objectId, ...scene }) =>
    judgeClass(objectId, { after, before }, scene),
  'class.remove': (after, before, { objectId, ...scene }) =>
    judgeClass(objectId, { after, before }, scene),
  'grant.put': (after, before, scene) => judgeGrant(grantFacts.parse(after), before, scene),
  'grant.revoke': (_after, before, { register }) =>
    needing(null, judgement('tighten', holdersOf(grantFacts.parse(before), register))),
  // "SLT-approved": from then on whoever teaches may use it.
  'pack.put': (after) =>
    faultOfSites((after as unknown as Pack).sites) ??
    needing('head', judgement('loosen', ['pupil'])),
  'pack.remove': () => needing(null, judgement('tighten', ['pupil'])),
  'voucher.put': (after, before, scene) =>
    judgeVoucher(
      voucherFacts.parse(after),
      before === null ? null : voucherFacts.parse(before),
      scene,
    ),
  'voucher.revoke': (_after, before) =>
    needing(null, judgement('tighten', [voucherTerms(voucherFacts.parse(before).type, {}).role])),
  'lesson.put': (after, before, scene) =>
    judgeLesson(after as unknown as LessonFacts, before as unknown as LessonFacts | null, scene),
  'lesson.end': (_after, before, scene) => judgeLessonEnd(before as unknown as LessonFacts, scene),
  'site.put': (after, before, scene) => judgeSite(after as unknown as SiteFacts, before, scene),
  'site.remove': (_after, before, { register }) => {
    const was = before as unknown as SiteFacts
    const roles = rolesUnder(was.profiles, policyOf(register))
    const judged = judgement(was.action === 'allow' ? 'tighten' : 'loosen', roles)
    return needing(judged.loosensPupils ? 'dsl' : null, judged)
  },
  'correction.put': (after, before) => judgeCorrection(after as unknown as CorrectionFacts, before),
  'correction.remove': (_after, before) => judgeCorrection(null, before),
  'occasion.put': (after, before, scene) =>
    judgeOccasion(after as unknown as OccasionFacts, before, scene),
  'occasion.end': (_after, before, scene) => judgeEnd(before, scene),
} as const satisfies Readonly<Record<string, JudgePermission>>

export type PermissionKind = keyof typeof PERMISSION_JUDGES

export function isPermission(kind: string): kind is PermissionKind {
  return Object.hasOwn(PERMISSION_JUDGES, kind)
}

/** A year: what is meant for ever belongs into the policy. */
const LONGEST_SITE = 366

function judgeSite(
  site: SiteFacts,
  before: Json,
  { register, at }: PermissionScene,
): JudgedPermission {
  const policy = policyOf(register)
  const strange = site.profiles?.find((id) => policy?.profiles.every((each) => each.id !== id))
  const fault =
    faultOfTerm(site, at, LONGEST_SITE) ??
    faultOfSites(site.hosts) ??
    (strange === undefined ? undefined : `there is no profile \`${strange}\``)
  if (fault !== undefined) return fault
  const roles = rolesUnder(site.profiles, policy)
  // Another block under the same id may leave a host out, or end earlier.
  const opens = site.action === 'allow' || before !== null
  const judged = judgement(opens ? 'loosen' : 'tighten', roles)
  return needing(judged.loosensPupils ? 'dsl' : null, judged)
}

const PUPILS: ReadonlySet<string | null> = new Set(['primary', 'secondary', 'sixth'])

/** Who may have one of the profiles; a pupil wherever that can't be told. */
function rolesUnder(profiles: readonly string[] | null, policy: Policy | null): readonly Role[] {
  if (profiles === null || policy === null) return ROLES
  const starts = policy.profiles.filter(({ id }) => profiles.includes(id))
  const hasPupils = starts.some(({ startFrom }) => PUPILS.has(startFrom))
  return ROLES.filter((role) => (role === 'pupil' ? hasPupils : true))
}

/**
 * FLOOR at once, reviewed within a day; what is no longer LOCKED after the safeguarding lead's yes (design.md
 * section 4, step 6). `after` is null where the correction is taken back.
 */
function judgeCorrection(after: CorrectionFacts | null, before: Json): JudgedPermission {
  const fault = after === null ? undefined : faultOfCorrection(after)
  if (fault !== undefined) return fault
  const freed = freedBy(after, before as unknown as CorrectionFacts | null)
  const isLocked = freed.some((id) => findCategory(id)?.lock === 'LOCKED')
  const opens = EDUCATION.has(after?.add ?? '') || mayOpenUnknown(after?.add ?? '')
  const direction = opens || freed.length > 0 ? 'loosen' : 'tighten'
  return needing(isLocked ? 'dsl' : null, judgement(direction, ROLES))
}

/** They cancel what else a host is in. */
const EDUCATION: ReadonlySet<string> = new Set(['edu.allow', 'adult.sex_education'])

/**
 * Which lists hold the host is not known here. If none does, a category takes it out of those that are
 * closed, or warned of, for being unknown; so one that is milder for some pupils may open it.
 */
function mayOpenUnknown(add: string): boolean {
  const category = findCategory(add)
  if (category === undefined) return false
  return (['primary', 'secondary', 'sixth'] as const).some(
    (audience) =>
      STRICTNESS_OF[category.defaults[audience]] < STRICTNESS_OF[UNCATEGORISED.defaults[audience]],
  )
}

/** Timed sites are open at times. */
const STRICTNESS_OF: Readonly<Record<TaxonomyAction, number>> = {
  A: 0,
  T: 0,
  W: 1,
  R: 2,
  G: 3,
  B: 4,
}

/** What the correction takes off its host, and what it no longer puts on one. */
function freedBy(is: CorrectionFacts | null, was: CorrectionFacts | null): readonly string[] {
  const same = is?.host === was?.host && is?.add === was?.add
  return [is?.remove, same ? null : was?.add].filter((id) => typeof id === 'string')
}

function faultOfCorrection({ host, remove, add }: CorrectionFacts): string | undefined {
  if (remove === null && add === null) return 'a correction adds or removes a category'
  for (const id of [remove, add]) {
    if (id === null) continue
    const category = findCategory(id)
    if (category === undefined) return `there is no category \`${id}\``
    if (category.lock === 'SEALED') return `\`${id}\` is SEALED: no correction reaches it`
    if (category.lock === 'ALWAYS') return `\`${id}\` is open by law of the gate, not by its lists`
  }
  return faultOfHost(host)
}

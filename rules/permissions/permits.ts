import type { HostPattern, SiteRule } from '../policy/policy.ts'
import type { Grant, Lesson, Permissions, SiteOverride } from './permissions.ts'

/**
 * What a permission means to the content stage (design.md section 4, steps 5 and 7 to 11). A stance
 * carries those that are in force for it, so a name's answer depends on nothing else that changes.
 */
export interface Permit {
  /** The rule id of what it decides: `grant.G`, `lesson.L`, `site.S`; unique in its engine. */
  readonly id: string
  /** Hosts that it opens. */
  readonly opens: readonly HostPattern[]
  /** Not null: whatever is in neither list is closed meanwhile. */
  readonly focus: readonly HostPattern[] | null
  /** Categories whose letter counts as allow. */
  readonly categories: readonly string[]
  /** LOCKED names too, where the profile says G. */
  readonly locked: boolean
  /** A site rule for a while; the fields above are empty then. */
  readonly rule: SiteRule | null
  readonly because: string
}

const NOTHING = { opens: [], focus: null, categories: [], locked: false, rule: null }

export function permitOfGrant({ id, hosts, categories, locked }: Grant): Permit {
  const because = `Opened by permission \`${id}\`.`
  return { ...NOTHING, id: `grant.${id}`, opens: hosts, categories, locked, because }
}

export function permitOfLesson({ id, opens, focus }: Lesson): Permit {
  const because = `Opened for this lesson (\`${id}\`).`
  return { ...NOTHING, id: `lesson.${id}`, opens, focus, because }
}

export function permitOfOverride({ rule, permit }: SiteOverride): Permit {
  return { ...NOTHING, id: permit ?? rule.id, rule, because: rule.because }
}

/** What a host does in a permit that names it. */
export type PermitUse = 'opens' | 'focus' | 'rule'

export interface PermitHost {
  readonly host: HostPattern
  readonly permit: string
  readonly use: PermitUse
}

/** Every host that a permission names, in a fixed order. */
export function permitHosts({ grants, lessons, sites }: Permissions): readonly PermitHost[] {
  const permits = [
    ...grants.map(permitOfGrant),
    ...lessons.map(permitOfLesson),
    ...sites.map(permitOfOverride),
  ]
  return permits.flatMap(({ id: permit, opens, focus, rule }) => [
    ...opens.map((host): PermitHost => ({ host, permit, use: 'opens' })),
    ...(focus ?? []).map((host): PermitHost => ({ host, permit, use: 'focus' })),
    ...(rule?.hosts ?? []).map((host): PermitHost => ({ host, permit, use: 'rule' })),
  ])
}

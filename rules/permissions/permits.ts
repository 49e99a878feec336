import type { HostPattern, SiteRule } from '../policy/policy.ts'
import { TUNNEL_SENTENCE } from '../sanctions/sanction-words.ts'
import type { Sanction } from '../sanctions/sanctions.ts'
import type { Grant, Lesson, Permissions, SiteOverride } from './permissions.ts'

/**
 * What a permission means to the content stage (design.md section 4, steps 5 and 7 to 11). A stance
 * carries those that are in force for it, so a name's answer depends on nothing else that changes.
 */
export interface Permit {
  /** The rule id of what it decides: `grant.G`, `lesson.L`, `site.S`, `sanction.N`; unique in its engine. */
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
  /** Hosts through which the device got round the filter; closed whatever opens them. */
  readonly closes: readonly HostPattern[]
  readonly because: string
}

const NOTHING = { opens: [], focus: null, categories: [], locked: false, rule: null, closes: [] }

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

/** Of a sanction that closes hosts and nothing else. */
export function permitOfSanction({ id, hosts }: Sanction): Permit {
  return { ...NOTHING, id: `sanction.${id}`, closes: hosts ?? [], because: TUNNEL_SENTENCE }
}

/** What a host does in a permit that names it. */
export type PermitUse = 'opens' | 'focus' | 'rule' | 'closes'

export interface PermitHost {
  readonly host: HostPattern
  readonly permit: string
  readonly use: PermitUse
}

/** Every host that a permission names, in a fixed order. */
export function permitHosts(permissions: Permissions): readonly PermitHost[] {
  const { grants, lessons, sites, sanctions } = permissions
  const permits = [
    ...grants.map(permitOfGrant),
    ...lessons.map(permitOfLesson),
    ...sites.map(permitOfOverride),
    ...sanctions.filter(({ hosts }) => hosts !== null).map(permitOfSanction),
  ]
  return permits.flatMap(({ id: permit, opens, focus, rule, closes }) => [
    ...opens.map((host): PermitHost => ({ host, permit, use: 'opens' })),
    ...(focus ?? []).map((host): PermitHost => ({ host, permit, use: 'focus' })),
    ...(rule?.hosts ?? []).map((host): PermitHost => ({ host, permit, use: 'rule' })),
    ...closes.map((host): PermitHost => ({ host, permit, use: 'closes' })),
  ])
}

import { parseHostPattern } from '../../rules/policy/host-pattern.ts'
import type { Correction, HostPattern, Policy } from '../../rules/policy/policy.ts'
import type {
  Grant,
  Lesson,
  Permissions,
  SiteOverride,
  Term,
  Voucher,
} from '../../rules/permissions/permissions.ts'
import type { Occasion, SiteEmergency } from '../../rules/permissions/occasions.ts'
import { hostsNamed } from '../../rules/services/hosts-named.ts'
import type { OccasionFacts, SiteEmergencyFacts } from '../governance/occasion-facts.ts'
import type {
  Grant as GrantFacts,
  LessonFacts,
  SiteFacts,
  Voucher as VoucherFacts,
} from '../governance/permission-facts.ts'
import type { SanctionFacts } from '../governance/sanction-facts.ts'
import type { Sanction } from '../../rules/sanctions/sanctions.ts'
import type { Register } from './register.ts'

/**
 * What people have decided for some, for a while, as an engine of this policy takes it; of what was over a day
 * before `at` (epoch ms) nothing, so that an engine does not carry the lessons of a year.
 */
export function permissionsOf(register: Register, policy: Policy, at = -Infinity): Permissions {
  const { grants, vouchers, lessons, sites, classes, occasions, siteEmergency } = register
  const since = at - CLOCKS_APART_MS
  return {
    grants: notOver(grants, since).map(([id, facts]) => grantOf(id, facts, policy)),
    vouchers: notOver(vouchers, since).map(([id, facts]) => voucherOf(id, facts, policy)),
    lessons: notOver(lessons, since).map(([id, facts]) => lessonOf(id, facts, register)),
    sites: notOver(sites, since).map(([id, facts]) => overrideOf(id, facts)),
    classes: [...classes].map(([id, { pupils }]) => ({ id, pupils })),
    occasions: notOver(occasions, since).map(([id, facts]) => occasionOf(id, facts)),
    emergency: siteEmergency && emergencyOf(siteEmergency),
    sanctions: notOver(register.sanctions, since).map(([id, facts]) => sanctionOf(id, facts)),
  }
}

/** A clock that is set back must find again what it had. */
const CLOCKS_APART_MS = 86_400_000

function notOver<Facts extends { readonly to: string }>(
  all: ReadonlyMap<string, Facts>,
  since: number,
): readonly (readonly [string, Facts])[] {
  return [...all].filter(([, { to }]) => Date.parse(to) > since)
}

/** What people have said that a list gets wrong, beside the policy's own corrections. */
export function correctionsOf({
  corrections,
}: Pick<Register, 'corrections'>): readonly Correction[] {
  return [...corrections].flatMap(([id, { host, ...facts }]) =>
    hostOf(host).map((pattern) => ({ id: `correction.${id}`, host: pattern, ...facts })),
  )
}

function grantOf(id: string, facts: GrantFacts, policy: Policy): Grant {
  const { type, person, device, zones, windows, sites, categories, locked } = facts
  return {
    id,
    medical: type === 'medical_sen',
    person,
    device,
    class: facts.class,
    zones,
    windows,
    profile: facts.profile ?? usualProfile(type, policy),
    hosts: sites.flatMap(hostsOf),
    categories,
    locked,
    ...termOf(facts),
  }
}

/** What the policy says such a grant gives, where the grant itself does not. */
export function usualProfile(type: GrantFacts['type'], { grants }: Policy): string | null {
  if (type === 'medical_sen') return grants.medical?.profile ?? null
  return type === 'dependant_illness' ? (grants.dependant_illness?.profile ?? null) : null
}

/** Its windows are the policy's of today: a school that closes earlier closes for its visitors, too. */
function voucherOf(id: string, facts: VoucherFacts, policy: Policy): Voucher {
  const { type, person, device, zones } = facts
  const windows = policy.vouchers?.[type]?.during
  return { id, person, device, zones, ...(windows && { windows }), ...termOf(facts) }
}

function lessonOf(id: string, facts: LessonFacts, { packs }: Register): Lesson {
  // A pack that was withdrawn opens nothing more, in lessons that run, too.
  const packed = facts.pack === null ? [] : (packs.get(facts.pack)?.sites ?? [])
  return {
    id,
    class: facts.class,
    opens: [...packed, ...facts.sites].flatMap(hostsOf),
    focus: facts.focus?.flatMap(hostsOf) ?? null,
    ...termOf(facts),
  }
}

function overrideOf(id: string, facts: SiteFacts): SiteOverride {
  const { action, hosts, profiles, because } = facts
  const rule = { id: `site.${id}`, action, hosts: hosts.flatMap(hostsOf), profiles, because }
  return { rule, ...termOf(facts) }
}

function occasionOf(id: string, facts: OccasionFacts): Occasion {
  const { kind, persons, devices, years, zones, profile } = facts
  return { id, kind, people: persons, devices, years, zones, profile, ...termOf(facts) }
}

function sanctionOf(id: string, facts: SanctionFacts): Sanction {
  const { person, device, site } = facts
  if (site === null) return { id, person, device, hosts: null, ...termOf(facts) }
  // It is one device that talks through the site; the person is there for whoever asks whose it is.
  return { id, person: null, device, hosts: hostsOf(site), ...termOf(facts) }
}

/** In force from its entry on; one of an old entry until somebody ends it. */
function emergencyOf({ kind, until }: SiteEmergencyFacts): SiteEmergency {
  return { kind, from: 0, to: until === null ? Infinity : Date.parse(until) }
}

function termOf({ from, to }: { readonly from: string; readonly to: string }): Term {
  return { from: Date.parse(from), to: Date.parse(to) }
}

/** A site, or all hosts of a service; of an old entry that names neither it opens nothing. */
function hostsOf(site: string): readonly HostPattern[] {
  return hostsNamed(site) ?? []
}

/** A correction is of a host: nobody says of a service that a list is wrong about it. */
function hostOf(site: string): readonly HostPattern[] {
  const host = parseHostPattern(site)
  return host === undefined ? [] : [host]
}

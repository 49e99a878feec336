import { coversHost } from '../policy/host-pattern.ts'
import type { HostPattern, Policy, SiteRule } from '../policy/policy.ts'
import type { PolicyDocument } from '../policy/policy-schema.ts'
import type { FindingKind, Warning } from './policy-warnings.ts'

/**
 * Hosts of site rules that another site rule decides, or decides the same way: duplicate (both name the
 * host), shadowed (the other names a parent, or the host for more profiles) and contradictory (both name the
 * host, and of equal names block wins). Rules that begin or end by themselves are left out: that they say the same
 * as a lasting one for a week is how they are used.
 */
export function siteConflicts({ sites }: Policy, document: PolicyDocument): readonly Warning[] {
  const places = new Map(document.sites.map(({ id }, index) => [id ?? `sites.${index + 1}`, index]))
  const byHost = namedHosts(sites)
  return sites.flatMap((rule, order) => {
    const index = places.get(rule.id)
    if (index === undefined) return []
    const found = rule.hosts.map((host) => conflictOf({ rule, host, order }, byHost))
    const conflicts = found.filter((each) => each !== null)
    const groups = Map.groupBy(conflicts, ({ kind, by }) => `${kind} ${by.id}`)
    return [...groups.values()].flatMap((same) => warningOf(rule, same, ['sites', index]))
  })
}

interface Named {
  readonly rule: SiteRule
  readonly host: HostPattern
  /** The rule's place among the site rules. */
  readonly order: number
}

type ByHost = ReadonlyMap<string, readonly Named[]>

interface Conflict {
  readonly kind: FindingKind
  readonly host: string
  readonly by: SiteRule
  readonly at: string
}

/** Rules of one host that are compared; a policy with more is told of the first. */
const MAX_OF_HOST = 50

function namedHosts(sites: readonly SiteRule[]): ByHost {
  const byHost = new Map<string, Named[]>()
  sites.forEach((rule, order) => {
    for (const host of rule.hosts) {
      const known = byHost.get(host.host) ?? []
      byHost.set(host.host, known)
      if (known.length < MAX_OF_HOST) known.push({ rule, host, order })
    }
  })
  return byHost
}

/** Upwards from the host itself: the first name that says anything about it would decide without this rule. */
function conflictOf(named: Named, byHost: ByHost): Conflict | null {
  const { host } = named.host
  for (const name of parentsOf(host)) {
    const others = (byHost.get(name) ?? []).filter((other) => meets(other, named))
    if (others.length === 0) continue
    const by = others.find((other) => isDecidedBy(named, other, others))
    if (by === undefined) return null
    const isParent = name !== host
    return { kind: kindOf(named, by, isParent), host, by: by.rule, at: by.host.host }
  }
  return null
}

function parentsOf(host: string): string[] {
  const labels = host.split('.')
  return labels.map((_label, index) => labels.slice(index).join('.'))
}

/** Another rule that speaks of the whole pattern, to some of the same profiles. */
function meets({ rule, host }: Named, { rule: own, host: pattern }: Named): boolean {
  if (rule === own || !coversHost(host, pattern.host)) return false
  if (host.scope === 'host' && pattern.scope === 'subtree') return false
  if (rule.profiles === null || own.profiles === null) return true
  return own.profiles.some((profile) => rule.profiles?.includes(profile))
}

function isDecidedBy(named: Named, other: Named, others: readonly Named[]): boolean {
  const { rule, host } = named
  if (!coversProfiles(other.rule, rule)) return false
  const isSame = other.host.host === host.host
  if (other.rule.action !== rule.action) return isSame && other.rule.action === 'block' // What is longer wins, so a parent decides nothing.
  // An exception between two that agree is why the second is there.
  if (others.some(({ rule: { action } }) => action !== rule.action)) return false
  // Of two that say the very same the later one is told, and not both.
  const isMutual = isSame && coversProfiles(rule, other.rule) && other.host.scope === host.scope
  return !isMutual || other.order < named.order
}

function coversProfiles({ profiles: some }: SiteRule, { profiles: others }: SiteRule): boolean {
  if (some === null) return true
  return others?.every((profile) => some.includes(profile)) ?? false
}

function kindOf({ rule }: Named, by: Named, isParent: boolean): FindingKind {
  if (by.rule.action !== rule.action) return 'contradictory'
  return isParent ? 'shadowed' : 'duplicate'
}

function warningOf(
  rule: SiteRule,
  same: readonly Conflict[],
  path: Warning['path'],
): readonly Warning[] {
  const [first] = same
  if (first === undefined) return []
  const { kind, host, by, at } = first
  const more = same.length > 1 ? ` and ${same.length - 1} more` : ''
  const what = `\`${rule.id}\` ${rule.action}s \`${host}\`${more} for nothing`
  const because =
    kind === 'contradictory'
      ? `\`${by.id}\` blocks the same name, and block wins`
      : kind === 'duplicate'
        ? `\`${by.id}\` does already`
        : `\`${by.id}\` does already by \`${at}\``
  return [{ path, message: `${what}: ${because}`, finding: { kind, rule: rule.id } }]
}

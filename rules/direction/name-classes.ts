import { collectPolicyNames, type PolicyName } from '../content/policy-names.ts'
import type { Policy } from '../policy/policy.ts'
import { policyAt } from '../policy/site-overrides.ts'

/** Names that match the same entries of both policies. */
export interface NameClass {
  readonly before: readonly PolicyName[]
  readonly after: readonly PolicyName[]
  /** `example.org`, or `*.example.org` where only names below it are in the class. */
  readonly hosts: readonly string[]
}

/**
 * All names in the world, but for those that neither policy mentions, as they are at each of the instants (of
 * `overrideInstants`). What matches a name is known by the longest of the mentioned hosts that it ends in: it
 * is that host, or it is below it.
 */
export function nameClasses(
  before: Policy,
  after: Policy,
  instants: readonly number[] = [-Infinity],
): readonly NameClass[] {
  const found: FoundClasses = new Map()
  for (const at of instants)
    addClasses(found, new NameIndex(policyAt(before, at)), new NameIndex(policyAt(after, at)))
  return [...found.values()].map((match) => ({
    before: match.before.names,
    after: match.after.names,
    hosts: [...match.hosts],
  }))
}

/** By what matches; the same at two instants is one class. */
type FoundClasses = Map<string, { before: Match; after: Match; hosts: Set<string> }>

function addClasses(found: FoundClasses, then: NameIndex, now: NameIndex): void {
  for (const host of new Set([...then.hosts(), ...now.hosts()])) {
    let last: string | null = null
    for (const below of [false, true]) {
      const match = { before: then.matching(host, below), after: now.matching(host, below) }
      const key = `${match.before.key}|${match.after.key}`
      const known = found.get(key)
      if (known === undefined) found.set(key, { ...match, hosts: new Set([shown(host, below)]) })
      else if (key !== last) known.hosts.add(shown(host, below))
      last = key
    }
  }
}

function shown(host: string, below: boolean): string {
  return below ? `*.${host}` : host
}

interface Match {
  readonly names: readonly PolicyName[]
  /** Equal for matches that are judged alike. */
  readonly key: string
}

class NameIndex {
  readonly #byHost: ReadonlyMap<string, readonly PolicyName[]>

  constructor(policy: Policy) {
    this.#byHost = Map.groupBy(collectPolicyNames(policy), ({ host }) => host.host)
  }

  hosts(): Iterable<string> {
    return this.#byHost.keys()
  }

  /** The entries that match `host`, or a name below it that nobody mentions. */
  matching(host: string, below: boolean): Match {
    const names: PolicyName[] = []
    const keys: string[] = []
    let suffix = host
    for (;;) {
      const exact = suffix === host && !below
      const here = (this.#byHost.get(suffix) ?? []).filter(
        (name) => exact || name.host.scope === 'subtree',
      )
      names.push(...here)
      // Which name is longer decides; how long it is doesn't.
      if (here.length > 0) keys.push(here.map(entryOf).sort().join(' '))
      const dot = suffix.indexOf('.')
      if (dot < 0) return { names, key: keys.join('<') }
      suffix = suffix.slice(dot + 1)
    }
  }
}

/** What an entry does, whatever it is called. */
function entryOf(name: PolicyName): string {
  switch (name.kind) {
    case 'site':
      return `${name.rule.ofTrust === true ? 'trust ' : ''}${name.rule.action}:${name.rule.profiles?.toSorted().join() ?? '*'}`
    case 'correction':
      return `-${name.correction.remove ?? ''}+${name.correction.add ?? ''}`
    case 'closed':
      return `only:${name.profile}`
    // A policy names none; were there one, it would be another entry and no other answer.
    case 'permit':
      return `permit:${name.permit}`
    case 'engine':
      return `engine:${name.engine.id}`
  }
}

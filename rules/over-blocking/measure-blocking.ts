import type { Engine } from '../engine.ts'
import type { Policy, ProfilePolicy } from '../policy/policy.ts'
import { UNCATEGORISED } from '../taxonomy/taxonomy.ts'
import type { Ruling } from '../verdict.ts'

/** A list and category, or a rule, that closes hosts, and some of those it closes. */
export interface BlockingCause {
  /** A category's id; the rule's where no category decided. */
  readonly what: string
  readonly list: string | null
  readonly hosts: number
  /** The first few, in the order asked: the most popular ones. */
  readonly examples: readonly string[]
}

/** What a profile makes of hosts that are taken for harmless. */
export interface BlockingShare {
  readonly profile: string
  readonly hosts: number
  /** Closed by a list or a rule. */
  readonly blocked: number
  /** Opened after a warning only, for the same reason. */
  readonly warned: number
  /** Closed or warned of because no list knows them: a gap in the lists, and no mistake of theirs. */
  readonly uncategorised: number
  /** Most hosts first. */
  readonly causes: readonly BlockingCause[]
}

/** Blocked and warned of what is harmless: more is over-blocking (issue text: 2 %). */
export const MAX_BLOCKED_SHARE = 0.02

const EXAMPLES = 5

/**
 * How much of `hosts` each open profile closes or warns of, at the stricter of its times of day. Each
 * host is asked as the data path would be.
 */
export function measureBlocking(
  { engine, policy }: { readonly engine: Engine; readonly policy: Policy },
  hosts: readonly string[],
): readonly BlockingShare[] {
  return openProfiles(policy).map((profile) => measureProfile(engine, profile, hosts))
}

/** The same of one profile, for who has more to do than this between two of them. */
export function measureProfile(
  engine: Engine,
  { id, social }: Pick<ProfilePolicy, 'id' | 'social'>,
  hosts: readonly string[],
): BlockingShare {
  const stance = engine.stanceIn(id, social)
  const share = new ShareCount(id)
  if (stance !== null) for (const host of hosts) share.count(host, engine.decideHost(stance, host))
  return share.sum(hosts.length)
}

/** Closed profiles are meant to close nearly everything. */
export function openProfiles({ profiles }: Policy): readonly ProfilePolicy[] {
  return profiles.filter(({ closed }) => closed === null)
}

/** Of 1; what no list knows is left out. */
export function blockedShare({ hosts, blocked, warned }: BlockingShare): number {
  return hosts === 0 ? 0 : (blocked + warned) / hosts
}

/** Whether a profile keeps the promise that harmless sites are not closed. */
export function isWithinBounds(share: BlockingShare): boolean {
  return blockedShare(share) <= MAX_BLOCKED_SHARE
}

class ShareCount {
  readonly #profile: string
  readonly #causes = new Map<string, { what: string; list: string | null; hosts: string[] }>()
  #blocked = 0
  #warned = 0
  #uncategorised = 0

  constructor(profile: string) {
    this.#profile = profile
  }

  count(host: string, ruling: Ruling): void {
    if (ruling.action !== 'block' && !ruling.warn) return
    if (isUnknown(ruling)) {
      this.#uncategorised += 1
      return
    }
    if (ruling.action === 'block') this.#blocked += 1
    else this.#warned += 1
    const what = ruling.category ?? ruling.ruleId
    const key = `${what}|${ruling.listSource ?? ''}`
    const cause = this.#causes.get(key)
    if (cause === undefined) this.#causes.set(key, { what, list: ruling.listSource, hosts: [host] })
    else cause.hosts.push(host)
  }

  sum(hosts: number): BlockingShare {
    const causes = [...this.#causes.values()].sort((a, b) => b.hosts.length - a.hosts.length)
    return {
      ...{ profile: this.#profile, hosts, blocked: this.#blocked, warned: this.#warned },
      uncategorised: this.#uncategorised,
      causes: causes.map(({ what, list, hosts: held }) => ({
        ...{ what, list, hosts: held.length, examples: held.slice(0, EXAMPLES) },
      })),
    }
  }
}

/** Refused or warned of for being in no list, and for nothing that a person has said. */
export function isUnknown({ category, reasonCode }: Ruling): boolean {
  return category === UNCATEGORISED.id && (reasonCode === null || reasonCode === 'category')
}

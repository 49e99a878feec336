import { buildPolicyNames, collectPolicyNames } from '../../../rules/content/policy-names.ts'
import { Engine } from '../../../rules/engine.ts'
import { ImageBuilder } from '../../../rules/lists/image-builder.ts'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { SuffixHashes } from '../../../rules/lists/suffix-hashes.ts'
import type { Permissions } from '../../../rules/permissions/permissions.ts'
import type { Policy } from '../../../rules/policy/policy.ts'
import type { ClosedHost } from './feed-state.ts'

/** What an update is held against. */
export interface InForce {
  readonly policy: Policy
  readonly permissions: Permissions
  /** The lists in force. */
  readonly lists: ListImage
}

/** Requests by host, as the school asks them; 0 for hosts that are popular elsewhere. */
export type Traffic = ReadonlyMap<string, number>

/**
 * The hosts of `traffic` that a new copy of list `id` would close to some profile to which they are open
 * now, most wanted first. What the copy lists for security is left out: that must not wait for a person.
 */
export function newlyClosed(
  id: string,
  candidate: ListImage,
  { traffic, inForce }: { readonly traffic: Traffic; readonly inForce: InForce },
): readonly ClosedHost[] {
  const changed = changedHosts(id, candidate, traffic, inForce.lists)
  if (changed.length === 0) return []
  const before = new Sides(inForce, changed, ({ was }) => was)
  const after = new Sides(inForce, changed, ({ is }) => is)
  return changed
    .flatMap(({ host }): ClosedHost[] => {
      const was = before.closedTo(host)
      const open = after.closedTo(host).filter((time) => !was.includes(time))
      if (open.length === 0) return []
      const profiles = [...new Set(open.map((profile) => profile.replace(/ .*/, '')))]
      const category = after.categoryOf(host, open[0] ?? '')
      return [{ host, category, profiles, requests: traffic.get(host) ?? 0 }]
    })
    .sort((a, b) => b.requests - a.requests)
}

interface ChangedHost {
  readonly host: string
  /** Category ids before and after. */
  readonly was: readonly string[]
  readonly is: readonly string[]
}

function changedHosts(
  id: string,
  candidate: ListImage,
  traffic: Traffic,
  lists: ListImage,
): readonly ChangedHost[] {
  const [mine, theirs] = [new SuffixHashes(candidate.seed), new SuffixHashes(lists.seed)]
  const changed: ChangedHost[] = []
  for (const host of traffic.keys()) {
    if (!mine.readHost(host) || !theirs.readHost(host)) continue
    const theirLists = lists.listsOf(lists.find(theirs)).map((list) => lists.lists[list])
    const was = theirLists.flatMap((list) => list?.category ?? [])
    const others = theirLists.flatMap((list) => (list?.id === id ? [] : (list?.category ?? [])))
    const myLists = candidate.listsOf(candidate.find(mine)).map((list) => candidate.lists[list])
    const is = [...others, ...myLists.flatMap((list) => list?.category ?? []).filter(mayWait)]
    // A host that is in fewer lists may be closed for being in none, too.
    if (new Set(was).symmetricDifference(new Set(is)).size > 0) changed.push({ host, was, is })
  }
  return changed
}

/** Security categories are excepted (design.md section 7). */
function mayWait(category: string): boolean {
  return !category.startsWith('sec.')
}

const SEED = [1, 2] as const

/** The policy in force over a few hosts, in each open profile and at both times of day. */
class Sides {
  readonly #engine: Engine
  readonly #profiles: readonly string[]

  constructor(
    { policy, permissions }: InForce,
    hosts: readonly ChangedHost[],
    categoriesOf: (host: ChangedHost) => readonly string[],
  ) {
    const names = collectPolicyNames(policy, permissions)
    const policyImage = buildPolicyNames(names, SEED)
    this.#engine = new Engine({
      ...{ revision: 0, policy, permissions, names, sealed: null },
      lists: imageOf(hosts, categoriesOf),
      policyImage: opened(policyImage),
    })
    this.#profiles = policy.profiles.filter(({ closed }) => closed === null).map(({ id }) => id)
  }

  /** Profiles with the time of day, `staff_byod open` or `staff_byod shut`. */
  closedTo(host: string): readonly string[] {
    const times = this.#profiles.flatMap((profile) => [`${profile} open`, `${profile} shut`])
    return times.filter((time) => this.#ask(host, time)?.action === 'block')
  }

  categoryOf(host: string, time: string): string {
    return this.#ask(host, time)?.category ?? ''
  }

  #ask(host: string, time: string) {
    const [profile = '', when] = time.split(' ')
    const stance = this.#engine.stanceIn(profile, when === 'open')
    return stance === null ? null : this.#engine.decideHost(stance, host)
  }
}

/** Without a sealed name in it the engine would take the sealed list for missing, and close all. */
const SEALED_MARK = { host: 'sealed.invalid', category: 'illegal.other' }

function imageOf(
  hosts: readonly ChangedHost[],
  categoriesOf: (host: ChangedHost) => readonly string[],
): ListImage {
  const builder = new ImageBuilder({ seed: SEED, builtAt: '' })
  const lists = new Map<string, number>()
  const put = (host: string, category: string): void => {
    const known = lists.get(category)
    const list =
      known ?? builder.addList({ ...{ id: category, name: '', source: '', version: '' }, category })
    lists.set(category, list)
    builder.addHost(list, 'host', host)
  }
  put(SEALED_MARK.host, SEALED_MARK.category)
  for (const host of hosts) for (const category of categoriesOf(host)) put(host.host, category)
  return opened(builder.finish())
}

function opened(buffer: SharedArrayBuffer | { readonly problem: string }): ListImage {
  const image = buffer instanceof SharedArrayBuffer ? ListImage.open(buffer) : buffer
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}

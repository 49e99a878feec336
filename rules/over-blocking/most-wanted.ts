import type { Engine } from '../engine.ts'
import type { Policy } from '../policy/policy.ts'
import type { Action } from '../verdict.ts'
import { isUnknown } from './measure-blocking.ts'

/** What was asked lately by devices in a profile, without anybody's identity. */
export interface WantedTraffic {
  readonly host: string
  /** `''` where access was denied. */
  readonly profile: string
  readonly requests: number
  /** About how many devices asked, in the busiest hour. */
  readonly devices: number
}

/** A site in no list that somebody asks for and does not get, or gets after a warning only. */
export interface WantedSite {
  /** What one label would cover: the registrable domain, or the host where it has none. */
  readonly site: string
  /** The hosts asked for, most requests first. */
  readonly hosts: readonly string[]
  readonly requests: number
  /** Of the host and profile with the most. */
  readonly devices: number
  /** What each profile that asked gets. */
  readonly profiles: Readonly<Record<string, Action>>
}

/**
 * Sites that nobody has put into a category, as today's lists and policy judge them, most wanted first:
 * what is worth a person's look, because being in no category is what closes them.
 */
export function mostWanted(
  seen: readonly WantedTraffic[],
  { engine, policy }: { readonly engine: Engine; readonly policy: Policy },
  siteOf: (host: string) => string | null,
): readonly WantedSite[] {
  const sites = new Map<string, SiteCount>()
  for (const traffic of seen) {
    const action = refusedUnknown(traffic, engine, policy)
    if (action === null) continue
    const site = siteOf(traffic.host)
    if (site === null) continue
    const count = sites.get(site) ?? new SiteCount(site)
    sites.set(site, count)
    count.add(traffic, action)
  }
  return [...sites.values()].map((count) => count.sum()).sort(byDevices)
}

/** Null where it is open, has a category, or the profile is gone. */
function refusedUnknown(
  { host, profile }: WantedTraffic,
  engine: Engine,
  { profiles }: Policy,
): Action | null {
  const found = profiles.find(({ id, closed }) => id === profile && closed === null)
  if (found === undefined) return null
  const stance = engine.stanceIn(profile, found.social)
  if (stance === null) return null
  const ruling = engine.decideHost(stance, host)
  const refused = ruling.action === 'block' || ruling.warn
  return refused && isUnknown(ruling) ? ruling.action : null
}

class SiteCount {
  readonly #site: string
  readonly #hosts = new Map<string, number>()
  readonly #profiles = new Map<string, Action>()
  #devices = 0

  constructor(site: string) {
    this.#site = site
  }

  add({ host, profile, requests, devices }: WantedTraffic, action: Action): void {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + requests)
    this.#profiles.set(profile, action)
    this.#devices = Math.max(this.#devices, devices)
  }

  sum(): WantedSite {
    const hosts = [...this.#hosts].sort(([, a], [, b]) => b - a)
    return {
      site: this.#site,
      hosts: hosts.map(([host]) => host),
      requests: hosts.reduce((sum, [, requests]) => sum + requests, 0),
      devices: this.#devices,
      profiles: Object.fromEntries([...this.#profiles].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
}

function byDevices(a: WantedSite, b: WantedSite): number {
  return b.devices - a.devices || b.requests - a.requests || (a.site < b.site ? -1 : 1)
}

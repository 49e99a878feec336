import { randomInt } from 'node:crypto'
import { deviceInForce, type Binding } from '../../rules/identity/binding.ts'
import { IdentityRegister } from '../../rules/identity/identity-register.ts'
import { NO_PLACES } from '../../rules/identity/settle-zone.ts'
import type { Sighting } from '../../rules/identity/sighting.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Reading } from '../metrics/metrics-server.ts'
import type { Bundle } from '../policy/bundle.ts'
import { bindingMemory, BindingWriter } from './binding-table.ts'
import type { SeenByToken } from './doh-askers.ts'
import type { PresenceKeeper } from './keep-presence.ts'
import { SightingFollower, type FollowedSchool } from './follow-sightings.ts'
import { SharedAddresses, type SharedNews } from './shared-addresses.ts'
import type { SightingFeed } from './sources/sighting-feed.ts'
import { ZoneMap } from './zone-map.ts'

const TICK_MS = 1_000

export interface ClientsParts {
  readonly feeds: readonly SightingFeed[]
  readonly maxAddresses: number
  /** Null where nothing is kept over a restart. */
  readonly presence: PresenceKeeper | null
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: { info(details: object, message: string): void }
  /** An address speaks for several devices; absent where nobody is to be told. */
  readonly onShared?: (news: SharedNews) => void
}

/** Who people's accounts are; names of accounts are beside the ledger, as people's names are. */
export type Accounts = Iterable<readonly [account: string, personRef: string]>

/** Who is at which address: the sources of a gate, what follows from them, and the table that data threads read. */
export class Clients {
  readonly memory: SharedArrayBuffer
  readonly #parts: ClientsParts
  readonly #follower: SightingFollower
  readonly #erased: ReadonlySet<string>
  readonly #shared = new SharedAddresses()
  #ticking: NodeJS.Timeout | null = null

  /** `erased`: people whose names are gone; nothing that is kept says that it was they. */
  constructor(
    parts: ClientsParts,
    bundle: Bundle,
    accounts: Accounts,
    erased: ReadonlySet<string> = new Set(),
  ) {
    this.#parts = parts
    this.#erased = erased
    const { maxAddresses, clock } = parts
    const seed = [randomInt(2 ** 32), randomInt(2 ** 32)] as const
    this.memory = bindingMemory(maxAddresses, seed)
    const table = new BindingWriter(this.memory)
    const onChange = (address: string, binding: Binding | null): void => {
      parts.presence?.note(address, binding)
      this.#noteShared(address, binding)
    }
    const follower = { table, maxAddresses, clock, onChange }
    const school = schoolOf(bundle, accounts)
    this.#follower = new SightingFollower(follower, school)
    this.#tellFeeds(school)
  }

  /** Rejects with `GateRefused` where a source can't be read at all. */
  async start(): Promise<void> {
    this.#ticking = setInterval(() => {
      this.#follower.tick()
    }, TICK_MS)
    const take = (sighting: Sighting): void => {
      this.#follower.take(sighting)
    }
    const { presence } = this.#parts
    await presence?.restore(this.#follower)
    presence?.erase(this.#erased)
    presence?.start()
    for (const feed of this.#parts.feeds) await feed.start(take)
  }

  /** A device named itself by its token, from an address inside the school. */
  sawToken({ device, address }: SeenByToken): void {
    this.#follower.take({
      ...{ source: 'doh_token', reporter: 'doh', addresses: [address], device },
      ...{ mac: null, account: null, hostName: null, place: null },
      ...{ at: this.#parts.clock(), until: null, ended: false },
    })
  }

  /** Another revision is in force. */
  async follow(
    bundle: Bundle,
    accounts: Accounts,
    erased: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const school = schoolOf(bundle, accounts)
    this.#tellFeeds(school)
    this.#parts.presence?.erase(erased)
    await this.#follower.follow(school)
  }

  #noteShared(address: string, binding: Binding | null): void {
    const news = this.#shared.note(address, binding)
    if (news === null) return
    this.#parts.log.info(news, 'one address speaks for several devices')
    this.#parts.onShared?.(news)
  }

  /** Where a source listens; null for one that does not, or is not configured. */
  endpointOf(source: string): Endpoint | null {
    return this.#parts.feeds.find(({ name }) => name === source)?.endpoint ?? null
  }

  #tellFeeds({ register }: FollowedSchool): void {
    const deviceAt = (address: string): DeviceFacts | null => {
      const binding = this.#follower.at(address)
      const id = binding === null ? null : deviceInForce(binding)
      return id === null ? null : register.device(id)
    }
    for (const feed of this.#parts.feeds) feed.follow?.({ register, deviceAt })
  }

  async stop(): Promise<void> {
    if (this.#ticking !== null) clearInterval(this.#ticking)
    await Promise.all(this.#parts.feeds.map(async (feed) => feed.stop()))
    await this.#parts.presence?.stop()
  }

  /** Sentences for `/readyz`: the last good bindings stay until they expire. */
  problems(): readonly string[] {
    const ofFeeds = this.#parts.feeds.flatMap((feed) => {
      const problem = feed.problem()
      return problem === null ? [] : [`source ${feed.name}: ${problem}`]
    })
    return [...ofFeeds, ...(this.#parts.presence?.problems() ?? [])]
  }

  /** By source, because a gate may read several lease files. */
  #refused(): ReadonlyMap<string, number> {
    const refused = new Map<string, number>()
    for (const feed of this.#parts.feeds) {
      const { source, count } = feed.refused?.() ?? NOTHING_REFUSED
      if (source !== null) refused.set(source, (refused.get(source) ?? 0) + count)
    }
    return refused
  }

  readings(): readonly Reading[] {
    const { told, dropped, bindings } = this.#follower.counts()
    return [
      ['schoolgate_shared_addresses', {}, this.#shared.size],
      ['schoolgate_shared_addresses_noticed_total', {}, this.#shared.noticed],
      ...[...this.#refused()].map(([source, count]): Reading => [
        'schoolgate_source_refused_total',
        { source },
        count,
      ]),
      ...[...bindings].map(([confidence, count]): Reading => [
        'schoolgate_bindings',
        { confidence },
        count,
      ]),
      ...[...told].map(([source, count]): Reading => [
        'schoolgate_sightings_total',
        { source },
        count,
      ]),
      ...[...dropped].map(([reason, count]): Reading => [
        'schoolgate_sightings_dropped_total',
        { reason },
        count,
      ]),
      ...this.#parts.feeds.flatMap((feed) => feed.readings?.() ?? []),
      ...Object.entries(this.#parts.presence?.shared() ?? {}).map(
        ([outcome, count]: [string, number]): Reading => [
          'schoolgate_presence_shared_total',
          { outcome },
          count,
        ],
      ),
    ]
  }
}

const NOTHING_REFUSED = { source: null, count: 0 } as const

function schoolOf({ policy, devices }: Bundle, accounts: Accounts): FollowedSchool {
  const zones = new ZoneMap(policy.zones)
  const { zones: places, settleSeconds } = policy.places ?? NO_PLACES
  return {
    register: new IdentityRegister({ devices, accounts, places }),
    zoneAt: (address) => zones.at(address).id,
    settleMs: settleSeconds * 1000,
  }
}

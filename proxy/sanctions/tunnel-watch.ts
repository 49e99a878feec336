import type { EventFacts, EventKind } from '../../records/alerts/judge-event.ts'
import { SlidingVolume } from '../../rules/bandwidth/sliding-volume.ts'
import { parseHostname } from '../../rules/names/hostname.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { isTunnel, TUNNEL_WINDOW_MS } from '../../rules/sanctions/tunnel-signs.ts'
import type { ToldLookups } from '../dns/tunnels/lookup-counts.ts'
import type { SanctionKeeper } from './sanction-keeper.ts'

/** Devices and domains of which threads tell within two minutes; the one told of longest ago goes. */
const MAX_PAIRS = 20_000

/** One that goes on is told again after an hour, or when its block has ended. */
const TOLD_FOR_MS = 3_600_000

export interface TunnelWatchParts {
  readonly policy: () => Policy
  readonly keeper: Pick<SanctionKeeper, 'impose'>
  readonly tellEvent: (kind: EventKind, facts: EventFacts) => void
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: { warn(details: object, message: string): void }
}

interface Pair {
  readonly names: SlidingVolume
  readonly octets: SlidingVolume
  /** Nothing is told again before. */
  quietUntil: number
}

/** Adds up what all data threads tell of look-ups, and finds those that carry data past the filter. */
export class TunnelWatch {
  readonly #parts: TunnelWatchParts
  /** By device (else address) and domain. */
  readonly #pairs = new Map<string, Pair>()

  constructor(parts: TunnelWatchParts) {
    this.#parts = parts
  }

  note(told: readonly ToldLookups[]): void {
    for (const lookups of told) this.#add(lookups)
  }

  #add(told: ToldLookups): void {
    const now = this.#parts.clock()
    const pair = this.#pairOf(`${told.device ?? told.address}\0${told.domain}`)
    const sum = {
      names: pair.names.add(told.names, now),
      octets: pair.octets.add(told.octets, now),
    }
    if (!isTunnel(sum) || now < pair.quietUntil) return
    const { blockMs = null } = this.#parts.policy().dnsTunnel ?? {}
    pair.quietUntil = now + (blockMs ?? TOLD_FOR_MS)
    void this.#found(told, sum.names, blockMs)
  }

  #pairOf(key: string): Pair {
    const known = this.#pairs.get(key) ?? {
      names: new SlidingVolume(TUNNEL_WINDOW_MS),
      octets: new SlidingVolume(TUNNEL_WINDOW_MS),
      quietUntil: 0,
    }
    this.#pairs.delete(key)
    this.#pairs.set(key, known)
    const [oldest] = this.#pairs.keys()
    if (this.#pairs.size > MAX_PAIRS && oldest !== undefined) this.#pairs.delete(oldest)
    return known
  }

  async #found(told: ToldLookups, names: number, blockMs: number | null): Promise<void> {
    const { device, person, address, role, zone, domain } = told
    const isClosed = blockMs !== null && (await this.#close(told, names, blockMs))
    const minutes = TUNNEL_WINDOW_MS / 60_000
    const done = isClosed
      ? `it is closed to it for ${blockMs / 60_000} minutes`
      : 'it is not closed'
    this.#parts.log.warn({ device, address, domain, names }, 'a tunnel through DNS')
    this.#parts.tellEvent('dns_tunnel', {
      ...{ subject: `${device ?? address} ${domain}`, role, zone, names, minutes, done },
      ...(device === null ? { ip: address } : { device }),
      ...(person === null ? {} : { person }),
    })
  }

  /** False where nobody knows the device: who has no name can't be closed out by it. */
  #close(
    { device, person, role, domain }: ToldLookups,
    names: number,
    blockMs: number,
  ): Promise<boolean> {
    const site = parseHostname(domain)
    if (device === null || site === undefined) return Promise.resolve(false)
    const now = this.#parts.clock()
    const term = { from: new Date(now).toISOString(), to: new Date(now + blockMs).toISOString() }
    return this.#parts.keeper.impose(
      { kind: 'dns_tunnel', person, device, role, site, attempts: Math.round(names), ...term },
      `${Math.round(names)} names below one domain looked up within two minutes`,
    )
  }
}

import type { PostureNow } from './clients/posture-facts.ts'
import type { SeenByToken } from './clients/doh-askers.ts'
import type { DeviceTableStart } from './bandwidth/device-table.ts'
import type { Metered } from './bandwidth/metering.ts'
import type { Bundle } from './policy/bundle.ts'
import type { MeterSnapshot } from './metrics/meter.ts'
import type { TallySalt } from '../records/tally/device-sketch.ts'
import type { RuleHits } from '../records/rule-hits/rule-hit-log.ts'
import type { Endpoint } from './config.ts'
import type { ToldLookups } from './dns/tunnels/lookup-counts.ts'
import type { ChainedFilter } from './dns/chained-filter.ts'
import type { StandIn } from './self-test/stand-in.ts'
import type { RefusedVisit } from './pages/gate-pages.ts'
import type { ServerIdentity } from './tls/server-identity.ts'

/** What a data thread is born with. */
export interface ThreadStart {
  readonly site: string
  /** 0, 1, ...: tells the threads of a gate apart in logs. */
  readonly number: number
  readonly clockOffsetMs: number
  readonly bundle: Bundle
  readonly ring: SharedArrayBuffer
  /** Keyed hashes of the journal's block references: the same key on every thread and gate of a site. */
  readonly blockRefKey: Uint8Array
  readonly warnKey: Uint8Array
  readonly portalKey: Uint8Array
  /** Who is at which address (`clients/binding-table.ts`), written by the control thread alone. */
  readonly bindings: SharedArrayBuffer
  /** Whose DoH token is whose (`clients/token-table.ts`), written by the control thread alone. */
  readonly tokens: SharedArrayBuffer
  /** Null where nothing is served over TLS. */
  readonly identity: ServerIdentity | null
  /** Who went on past a warning; the same memory on every thread (`shared-times.ts`). */
  readonly warnPasses: SharedArrayBuffer
  /** Rates and volumes of devices; the same memory on every thread (`bandwidth/device-table.ts`). */
  readonly devices: DeviceTableStart
  readonly tallySalt: TallySalt
  readonly postures: readonly PostureNow[]
  readonly dns: {
    readonly udp: Endpoint | null
    readonly tcp: Endpoint | null
    readonly doh: Endpoint | null
    readonly upstreams: readonly string[]
    readonly maxTtl: number
    readonly cacheEntries: number
    readonly relays?: readonly string[]
    readonly chain: ChainedFilter | null
  }
  readonly http: {
    readonly listen: Endpoint | null
    readonly connectPorts: readonly number[]
    readonly relays?: readonly string[]
    readonly allowTargets: readonly string[]
    readonly ownEndpoints: readonly Endpoint[]
    readonly portal: Endpoint | null
  }
  readonly blockPage: { readonly listen: Endpoint | null; readonly address: string }
}

/** A revision on its way to a thread that has one: what has not changed is not sent again. */
export type SentBundle = Omit<Bundle, 'devices' | 'policy'> & {
  readonly devices: Bundle['devices'] | null
  readonly policy: Bundle['policy'] | null
}

export interface BoundEndpoints {
  readonly dnsUdp: Endpoint | null
  readonly dnsTcp: Endpoint | null
  readonly doh: Endpoint | null
  readonly http: Endpoint | null
  readonly blockPage: Endpoint | null
}

export type ToThread =
  /** Without `devices` or `policy`: those of the revision before. */
  | { readonly kind: 'swap'; readonly bundle: SentBundle }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'recent'; readonly id: number; readonly visits: readonly RefusedVisit[] }
  /** Whom self-test addresses stand for from now on; all others are forgotten. */
  | { readonly kind: 'stand-in'; readonly id: number; readonly standIns: readonly StandIn[] }
  /** What these devices' reports, or their silence, come to from now on. */
  | { readonly kind: 'postures'; readonly postures: readonly PostureNow[] }
  /** Some device is closed now: what it has open is judged again. */
  | { readonly kind: 'recheck' }
  /** The certificate was renewed. */
  | { readonly kind: 'identity'; readonly identity: ServerIdentity }
  /** The portal has come up there. */
  | { readonly kind: 'portal'; readonly endpoint: Endpoint }
  | { readonly kind: 'stop'; readonly drainMs: number }

export type FromThread =
  | { readonly kind: 'ready'; readonly bound: BoundEndpoints }
  | {
      readonly kind: 'swapped'
      readonly revision: number
      readonly tookMs: number
      readonly cut: number
    }
  | { readonly kind: 'swap-failed'; readonly revision: number; readonly message: string }
  | { readonly kind: 'report'; readonly id: number; readonly snapshot: MeterSnapshot }
  | { readonly kind: 'stood-in'; readonly id: number }
  | { readonly kind: 'rule-hits'; readonly hits: RuleHits }
  /** What devices looked up since the last time, for what finds tunnels. */
  | { readonly kind: 'lookups'; readonly told: readonly ToldLookups[] }
  /** A device has its place in `ThreadStart.devices`. */
  | { readonly kind: 'metered'; readonly metered: Metered }
  | { readonly kind: 'seen-by-token'; readonly seen: SeenByToken }
  /** `who` is a device's id, or the address where no device is known. */
  | { readonly kind: 'ask-recent'; readonly id: number; readonly who: string }
  | {
      readonly kind: 'log'
      readonly level: 'warn' | 'error'
      readonly message: string
      readonly details: object
    }
  | { readonly kind: 'stopped' }

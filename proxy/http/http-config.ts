import type { ChainedAnswer } from '../dns/chained-filter.ts'
import type { RefusedVisit } from '../pages/gate-pages.ts'
import type { School } from '../pages/page.ts'
import type { Subject } from '../plane.ts'
import type { Timeouts } from './limits.ts'
import type { Endpoint } from './target-guard.ts'

export interface HttpConfig {
  /** The explicit proxy; null for none. Port 0 takes a free one. */
  readonly listen: Endpoint | null
  readonly connectPorts: readonly number[]
  /** Networks of load balancers that say whose connection each is (PROXY protocol); none: nobody is believed. */
  readonly relays?: readonly string[]
  /** CIDRs of targets that the guard opens although they are private or loopback. */
  readonly allowTargets: readonly string[]
  /** The gate's other listeners: never reached through the proxy. Its own two add themselves. */
  readonly ownEndpoints: readonly Endpoint[]
  readonly blockPage: {
    readonly listen: Endpoint | null
    /** IPv4 address that DNS gives for refused names; the proxy reaches the page by it too. */
    readonly address: string
  }
  /** Where the portal is; null where the school runs none. Port 0: nobody knows yet. */
  readonly portal?: Endpoint | null
}

export interface HttpDeps {
  /** Addresses of a name, in the order to try; rejects when there are none. */
  lookup(host: string): Promise<readonly string[]>
  blockRef(subject: Subject, host: string, reasonCode: string, at: number): string
  /** Read anew for each page: the policy may have changed. */
  school(): School
  /** Signs the links of warning pages; the same on all threads. */
  readonly warnKey: Uint8Array
  /** Who went on past a warning, seen by all threads (`SharedTimes.memory`); without it by this one alone. */
  readonly warnPasses?: SharedArrayBuffer
  /** What the other threads remember of an address, for `/why`. */
  readonly recentElsewhere?: (address: string) => Promise<readonly RefusedVisit[]>
  /** The filter that chained zones ask, too; null or absent where there is none. */
  readonly chain?: {
    readonly name: string
    readonly ask: (host: string) => Promise<ChainedAnswer>
  } | null
  /** Where the portal listens by now; absent: as configured. */
  readonly portalAt?: () => Endpoint | null
  /** Proves to the portal that the gate asks; absent where there is none. */
  readonly portalKey?: Uint8Array
  readonly log: Log
  readonly timeouts?: Partial<Timeouts>
}

/** The part of pino that is used here. */
export interface Log {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

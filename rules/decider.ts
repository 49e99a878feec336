import type { BandwidthClass } from './bandwidth/bandwidth.ts'
import type { Permit } from './permissions/permits.ts'
import type { Ruling } from './verdict.ts'

/**
 * Outcome of the access stage: a profile or a denial. Interned by the engine, so a subject holds one
 * until `validUntil` and the content stage is one read of `matrix[stance.index][tagSet]`.
 */
export interface Stance {
  readonly index: number
  /** Null when access is denied. */
  readonly profile: string | null
  /** Why access is denied, or why the device is in `portal` or `quarantine`; else null. */
  readonly reasonCode: string | null
  readonly alert: boolean
  readonly ruleId: string
  /** The window that the deciding rule names; null where it names none. */
  readonly window: string | null
  /** T actions of the taxonomy allow now. */
  readonly timedOpen: boolean
  /** In a zone that is only observed: what would be refused is let through and recorded. */
  readonly observes?: boolean
  /** How fast and how much, by the profile; absent or null for as fast as it goes. */
  readonly bandwidth?: BandwidthClass | null
  /** The device has used up its quota and is closed for that (`Engine.spent`). */
  readonly isSpent?: boolean
  /** What people have opened or closed for this device for a while; equal ones are the same array. */
  readonly permits: readonly Permit[]
  /** The occasion that put the device here, in words; null where none did. */
  readonly occasion: string | null
  readonly cause: string
}

/** Where an address stands among octets, 4 or 16 of them; filled again for each, so that nothing is allocated. */
export interface AddressPlace {
  bytes: Uint8Array
  at: number
  octets: number
}

/** How a refused name is answered over DNS: with the block page's address, or with no data. */
export type BlockedAnswer = 'page' | 'nodata'

/**
 * The content stage as the data path sees it. Never throws, never waits; equal answers are the same
 * object. INVARIANT: DNS, HTTP, CONNECT, `explain` and the tests all come through here.
 */
export interface Decider {
  /** Policy revision this engine was compiled from. */
  readonly revision: number
  /** `bytes[offset..]` is an uncompressed wire name (RFC 1035 section 3.1), any case. Allocates nothing. */
  decideWire(stance: Stance, bytes: Uint8Array, offset: number): Ruling
  /** A host name or an IP literal as text, any case, with or without the root dot. */
  decideHost(stance: Stance, host: string): Ruling
  /** As `decideHost`, with URL entries too; `path` begins with `/` and may carry a query. */
  decideUrl(stance: Stance, host: string, path: string): Ruling
  /**
   * The ruling for a name whose answer points to another one (CNAME, HTTPS, SVCB): `named` stays,
   * unless the target is stricter by the rules of design.md section 4. Equal object means: unchanged.
   */
  judgeTarget(stance: Stance, named: Ruling, bytes: Uint8Array, offset: number): Ruling
  /** Whether any list names addresses: else nobody need look for them in answers. */
  readonly judgesAddresses: boolean
  /**
   * The ruling for a name that leads to an address (an A or AAAA record, an HTTPS record's hint, where a
   * proxy connects to): `named` stays unless a list closes the address. What something opened falls only as
   * with `judgeTarget`. Equal object means: unchanged. Allocates nothing.
   */
  judgeAddress(stance: Stance, named: Ruling, address: AddressPlace): Ruling
  /** The ruling for what another filter refuses in a zone that is chained to it; the same object each time. */
  refusedUpstream(stance: Stance, filter: string): Ruling
  /** How to answer DNS for a refused name, for a device with or without the school's CA. */
  blockedAnswer(stance: Stance, carriesCa: boolean): BlockedAnswer
}

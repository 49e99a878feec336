import type { ListFormat } from './list-place.ts'
import type { AgreementPolicy } from '../agreements/agreement.ts'
import type { RegistrationRules } from '../portal/registration-rules.ts'
import type { BandwidthPolicy } from '../bandwidth/bandwidth.ts'
import type { Action } from '../verdict.ts'
import type { Role, ZoneMode } from '../subject.ts'
import type { Audience, TaxonomyAction } from '../taxonomy/taxonomy.ts'
import type { TimePolicy } from '../time/time-policy.ts'
import type { BlockedAnswer } from '../decider.ts'
import type { SiteOverride } from '../permissions/permissions.ts'
import type { PostureRules } from '../posture/posture-rules.ts'
import type { SchoolPromise } from '../promises/promise.ts'
import type { BypassSanction, TunnelPolicy } from '../sanctions/sanctions.ts'
import type { VoucherKind, VoucherRules } from '../vouchers/voucher-kinds.ts'

/**
 * A whole policy, checked: every name it uses exists, every host is canonical. Plain data, so that it
 * crosses to the data threads as it is; engines are compiled from it.
 */
export interface Policy {
  readonly school: SchoolPolicy
  readonly time: TimePolicy
  readonly zones: readonly ZonePolicy[]
  /** Networks whose last octet names the device (`octet` in devices.csv). */
  readonly lastOctetNetworks: readonly string[]
  /** What places that sources name mean; `NO_PLACES` where nothing is said. */
  readonly places?: PlacePolicy
  readonly profiles: readonly ProfilePolicy[]
  readonly access: readonly AccessRule[]
  readonly grants: Readonly<Record<'medical' | 'dependant_illness', GrantPolicy | null>>
  readonly postureRequired: readonly PostureScope[]
  /** What a device that reports must show; who must be in order is `postureRequired`. */
  readonly posture: PostureRules
  readonly sites: readonly SiteRule[]
  /** Site rules that begin or end by themselves; absent where there is none. */
  readonly siteOverrides?: readonly SiteOverride[]
  readonly corrections: readonly Correction[]
  readonly lists: readonly ListPolicy[]
  readonly promises: readonly SchoolPromise[]
  readonly bandwidth?: BandwidthPolicy | null
  /** What follows repeated attempts to get round the filter; null or absent: nothing. */
  readonly sanctions?: BypassSanction | null
  /** What follows a tunnel through DNS; absent: it is told of. */
  readonly dnsTunnel?: TunnelPolicy
  /** What people agree to; absent: what devices.csv says is all that is known. */
  readonly agreements?: AgreementPolicy
  /** Who may bring a device of his own; what is not mentioned is as built in. */
  readonly registration?: Readonly<Partial<Record<Role, RegistrationRules>>>
  /** What the school says of kinds of visits; a kind that it does not mention is as built in. */
  readonly vouchers?: Readonly<Partial<Record<VoucherKind, VoucherRules>>>
}

export interface PlacePolicy {
  /** Zone by a source's own word for a place: an access point's group, a NAS, an interface. */
  readonly zones: Readonly<Record<string, string>>
  /** How long a device is in another zone before that counts for a denial or an alert; seconds. */
  readonly settleSeconds: number
}

export interface SchoolPolicy {
  readonly id: string
  readonly name: string
  readonly phases: readonly string[]
  /** Whom a refused person may ask, in words. */
  readonly ask: string
  readonly help: readonly { readonly label: string; readonly url: string }[]
  readonly monitoringNotice: string
}

export interface ZonePolicy {
  readonly id: string
  readonly networks: readonly string[]
  readonly pupilArea: boolean
  readonly mobileFree: boolean
  readonly exam: boolean
  /** `enforce` where nothing is said. */
  readonly mode?: ZoneMode
}

export interface ProfilePolicy {
  readonly id: string
  /** Who is in it, in words: `secondary pupils in lessons`. */
  readonly label: string
  /** Column of the taxonomy that the profile starts from; null for a closed profile. */
  readonly startFrom: Audience | null
  /** What differs from the taxonomy's defaults, by category id. */
  readonly change: Readonly<Record<string, TaxonomyAction>>
  /** Social time: T actions allow. */
  readonly social: boolean
  /** T allows outside this window; null where `social` alone tells. */
  readonly timedOutside: string | null
  /** Not null: judged by its own list alone (design.md section 4, step 5). */
  readonly closed: ClosedList | null
  readonly blockedAnswer: BlockedAnswer | 'by_ca'
  /** Categories that the trust closes: no site rule, grant, lesson or correction of the school opens them. */
  readonly floor?: readonly string[]
  /** Search engines that the profile opens are reached in their safe mode, whatever opened them. */
  readonly safeSearch: boolean
  /** YouTube's restricted mode. */
  readonly youtube: 'strict' | 'moderate' | 'off'
  /** What restrict makes of an engine or video site that is known to have no safe mode. */
  readonly withoutSafeMode: Extract<Action, 'allow' | 'block'>
  /** Id of a class of `bandwidth`; absent where it goes as fast as it can. Never of a closed profile. */
  readonly bandwidth?: string
}

export interface ClosedList {
  readonly hosts: readonly HostPattern[]
  readonly categories: readonly string[]
}

/** `example.org` and `*.example.org` mean the name and everything below; `=example.org` that host only. */
export interface HostPattern {
  readonly host: string
  readonly scope: 'subtree' | 'host'
  /** The service (`rules/services`) by which the policy named the host; absent where it names the host. */
  readonly service?: string
}

export interface AccessRule {
  readonly id: string
  readonly ownership: 'personal' | 'school' | null
  readonly roles: readonly Role[] | null
  readonly types: readonly string[] | null
  readonly zones: readonly string[] | null
  readonly pupilArea: boolean | null
  readonly during: readonly string[] | null
  readonly voucher: boolean
  readonly decide:
    | { readonly kind: 'profile'; readonly profile: string }
    | { readonly kind: 'deny'; readonly reason: string }
  /** Said to the person instead of a sentence made from the reason. */
  readonly explain: string | null
}

export interface GrantPolicy {
  readonly profile: string
}

export interface PostureScope {
  readonly ownership: 'personal' | 'school'
  readonly types: readonly string[] | null
}

export interface SiteRule {
  readonly id: string
  readonly action: Extract<Action, 'allow' | 'block'>
  readonly hosts: readonly HostPattern[]
  /** Profile ids; null for every open profile. */
  readonly profiles: readonly string[] | null
  readonly because: string
  /** Of the parent that the policy extends: what it closes nothing of the school's opens. */
  readonly ofTrust?: boolean
}

export interface Correction {
  readonly id: string
  readonly host: HostPattern
  readonly remove: string | null
  readonly add: string | null
  readonly because: string
  /** Of the parent that the policy extends: it may take a category of its own floor from a host. */
  readonly ofTrust?: boolean
}

/** A list that the gate fetches; `category` is null for an archive, whose lists are named for theirs. */
export interface FetchedListPolicy {
  readonly kind: 'url'
  readonly id: string
  readonly url: string
  readonly everyMs: number
  readonly format: ListFormat
  readonly category: string | null
  /** A file with the key of a zone transfer. */
  readonly tsig: string | null
  readonly version: string | null
}

/** A folder of `<category>.txt` files, one file or UT1 directory with its category, or a fetched list. */
export type ListPolicy =
  | FetchedListPolicy
  | {
      readonly kind: 'folder'
      readonly id: string
      readonly folder: string
      readonly version: string | null
    }
  | {
      readonly kind: 'file'
      readonly id: string
      readonly path: string
      readonly format?: Exclude<ListFormat, 'ut1'> | null
      readonly category: string
      readonly version: string | null
    }

import type { BypassAttempt } from './alerts/bypass-attempts.ts'
import type { AlertRegister } from './alerts/duty-table.ts'
import type { AlertSettings } from './alerts/journal-alerts.ts'
import type { EventFacts, EventKind } from './alerts/judge-event.ts'
import type { GovernanceState } from './governance/governance-state.ts'
import type { RecentRefusal } from './journal/journal-reads.ts'
import type { UncleanStop } from './journal/journal-store.ts'
import type { ScribeState } from './journal/scribe.ts'
import type { WordRecord } from './rings/attempt-codec.ts'
import type { ShipperState } from './shipping/redis-shipper.ts'

/** What the records thread is born with. */
export interface RecordsThreadData {
  readonly directory: string
  readonly site: string
  readonly gate: string
  readonly redis: string | null
  readonly clockOffsetMs: number
  readonly journalKey: Uint8Array
  readonly counters: SharedArrayBuffer
  readonly rings: readonly RememberedRing[]
  readonly alerts: AlertPlan | null
}

/** Whom a gate alerts, of what and how. */
export interface AlertPlan {
  readonly settings: AlertSettings
  readonly register: RecordsRegister
}

/** What the records thread follows of the register: who is told of alerts, and what is held. */
export type RecordsRegister = AlertRegister & Pick<GovernanceState, 'holds'>

/** A ring, and the words that were read from it by an earlier records thread. */
export interface RememberedRing {
  readonly buffer: SharedArrayBuffer
  readonly words: readonly WordRecord[]
}

export type ToRecordsThread =
  | { readonly kind: 'ring'; readonly buffer: SharedArrayBuffer }
  | { readonly kind: 'status'; readonly id: number }
  | { readonly kind: 'recent'; readonly id: number; readonly who: string; readonly limit: number }
  | { readonly kind: 'register'; readonly register: RecordsRegister }
  | { readonly kind: 'event'; readonly event: EventKind; readonly facts: EventFacts }
  | { readonly kind: 'stop' }

export type FromRecordsThread =
  | { readonly kind: 'ready'; readonly uncleanStop: UncleanStop | null }
  | { readonly kind: 'refused'; readonly message: string }
  /** `null` among the words: all earlier ones are forgotten. */
  | {
      readonly kind: 'words'
      readonly ring: number
      readonly words: readonly (WordRecord | null)[]
    }
  | { readonly kind: 'status'; readonly id: number; readonly state: RecordsThreadState }
  | {
      readonly kind: 'recent'
      readonly id: number
      readonly refusals: readonly RecentRefusal[]
    }
  | { readonly kind: 'bypass'; readonly attempts: readonly BypassAttempt[] }
  | { readonly kind: 'stopped'; readonly state: RecordsThreadState }

export interface RecordsThreadState extends ScribeState {
  readonly headSeq: number
  /** Null where no Redis is configured. */
  readonly redis: ShipperState | null
  /** A sentence for `degraded`; null while what had to be told was. */
  readonly alertAlarm: string | null
}

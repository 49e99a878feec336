import type { Grade } from '../attempt.ts'
import type { Severity } from '../../rules/verdict.ts'

/** What is known of a fold of the journal at a moment: one of its rows, or its open state. */
export interface Observation {
  readonly seq: number
  /** Gate time, epoch ms. */
  readonly at: number
  readonly blockRef: string
  readonly grade: Grade
  readonly personRef: string
  readonly role: string
  readonly deviceId: string | null
  readonly ip: string
  readonly zone: string
  /** The window that decided, or the shortest in force. */
  readonly window: string
  readonly host: string
  readonly category: string | null
  readonly reasonCode: string
  readonly severity: Severity
  readonly attempts: number
  /** `attempts` are all of the fold's so far; false where they come on top of earlier rows. */
  readonly isTotal: boolean
}

/** Something that somebody should know: a rule's answer, before it is held against earlier alerts. */
export interface Finding {
  readonly rule: string
  /** Findings with one key within half an hour are one alert: who and what, whatever the rule. */
  readonly key: string
  readonly at: number
  readonly severity: Severity
  /** `now`: tell at once; `digest`: with the day's summary. */
  readonly urgency: 'now' | 'digest'
  readonly personRef: string | null
  readonly role: string | null
  readonly deviceId: string | null
  readonly ip: string | null
  readonly zone: string | null
  readonly category: string | null
  /** A sentence without a name, and without the host where it is high-risk. */
  readonly detail: string
  /** Attempts that this finding adds. */
  readonly count: number
  readonly seq: number | null
}

/** Who did it, as far as it is known: the person, else the device, else the address. */
export function whoOf(seen: Pick<Observation, 'personRef' | 'deviceId' | 'ip'>): string {
  if (seen.personRef !== 'unidentified') return seen.personRef
  return seen.deviceId ?? seen.ip
}

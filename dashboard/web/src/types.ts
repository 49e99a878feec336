import type { Incidents } from './incident-types.ts'

/** What the admin API answers, as far as the pages read it (`/api/openapi.json` describes the requests). */

export type Duty =
  | 'network_manager'
  | 'dsl'
  | 'deputy_dsl'
  | 'head'
  | 'slt'
  | 'it'
  | 'reception'
  | 'teacher'
  | 'governor'
  | 'chair_of_governors'
  | 'exams_officer'
  | 'dpo'

export interface SignedIn {
  readonly state: 'signed_in'
  readonly login: string
  readonly personRef: string
  readonly name: string | null
  readonly duties: readonly Duty[]
  readonly wfm: boolean
  readonly site: string
  readonly now: string
}

export type SessionState =
  | SignedIn
  | { readonly state: 'setup' | 'signed_out'; readonly idle: boolean }
  | { readonly state: 'code' | 'enrol'; readonly login: string }

export interface Outcome {
  readonly kind: 'applied' | 'waiting'
  readonly proposal?: string
  readonly approvers?: readonly string[]
}

export interface Overview {
  readonly revision: number
  readonly headSeq: number
  readonly devices: number
  readonly people: number
  readonly unreviewed: number
  readonly waiting: number
  readonly mine: number
  readonly emergency: { readonly kind: string; readonly until: string } | null
  readonly gate: {
    readonly ready: boolean
    readonly degraded: readonly string[]
    readonly metrics: Readonly<Record<string, number>>
  } | null
}

export interface Waiting {
  readonly id: string
  readonly author: string
  readonly authorName: string | null
  readonly authorRole: string
  readonly at: string
  readonly reason: string
  readonly edits: number
  readonly direction: string
  readonly loosensPupils: boolean
}

export interface Queued {
  readonly seq: number
  readonly actor: string
  readonly actorName: string | null
  readonly ts: string
  readonly direction: string
  readonly reason: string
  readonly text: string
  readonly answer: string | null
  readonly overdueAt: string | null
}

export interface Changes {
  readonly headSeq: number
  readonly waiting: readonly Waiting[]
  readonly queue: readonly Queued[]
}

export interface ProposalDetail extends Omit<Waiting, 'edits'> {
  readonly state: string
  readonly edits: readonly {
    readonly kind: string
    readonly objectId: string
    readonly before: unknown
    readonly after: unknown
    readonly direction: string
    readonly affectedRoles: readonly string[]
    readonly effects: readonly string[]
  }[]
}

export interface LogEntry {
  readonly seq: number
  readonly ts: string
  readonly actor: string
  readonly actorName: string | null
  readonly direction: string
  readonly reason: string
  readonly text: string
  readonly isUnreviewed: boolean
}

export interface AttemptRow {
  readonly seq: number
  readonly ts: string
  readonly host: string
  readonly category: string | null
  readonly person_ref: string
  readonly name: string | null
  readonly role: string
  readonly device_id: string | null
  readonly zone: string
  readonly reason_code: string
  readonly severity: string
  readonly grade: string
  readonly action: string
  readonly repeat_count: number
  readonly block_ref: string
  readonly search_term: string | null
}

export interface Attempts {
  readonly named: boolean
  readonly rows: readonly AttemptRow[]
  readonly cursor: number | null
}

export interface AlertRow {
  readonly id: string
  readonly severity: string
  readonly rule: string
  readonly detail: string
  readonly openedAt: number
  readonly count: number
  readonly name: string | null
  readonly personRef: string | null
  readonly deviceId: string | null
  readonly zone: string | null
  readonly topic: string | null
  readonly acknowledgedBy: string | null
  readonly acknowledgedName: string | null
}

export interface Verdict {
  readonly action: 'allow' | 'restrict' | 'warn' | 'block'
  readonly reason_code: string | null
  readonly profile: string | null
  readonly zone: string
  readonly windows: readonly string[]
  readonly category: string | null
  readonly rule_id: string | null
  readonly list_source: string | null
  readonly policy_version: number | string
  readonly valid_until: string | null
  readonly cause: string
}

export interface TestAnswer {
  readonly verdict: Verdict
  readonly assumed: readonly string[]
  readonly next: { readonly at: string; readonly verdict: Verdict } | null
}

export interface DeviceRow {
  readonly id: string
  readonly name: string | null
  readonly role: string
  readonly phase: string | null
  readonly ownership: string
  readonly type: string
  readonly state: string
  readonly posture: string
  readonly [field: string]: unknown
}

export interface DeviceList {
  readonly headSeq: number
  readonly total: number
  readonly devices: readonly DeviceRow[]
}

export interface OccasionRow {
  readonly id: string
  readonly kind: string
  readonly from: string
  readonly to: string
  readonly persons: readonly string[]
  readonly devices: readonly string[]
  readonly years: readonly number[]
  readonly zones: readonly string[]
  readonly profile: string | null
}

export interface Occasions {
  readonly headSeq: number
  readonly occasions: readonly OccasionRow[]
  readonly emergency: { readonly kind: string; readonly until: string | null } | null
  readonly zones: readonly { readonly id: string; readonly exam: boolean }[]
  readonly profiles: readonly { readonly id: string; readonly label: string }[]
}

export interface FoundPerson {
  readonly ref: string
  readonly name: string | null
  readonly role: string
  readonly year: number | null
}

export interface ExamDayAnswer {
  readonly today: string
  readonly date: string | null
  readonly exams: readonly {
    readonly paper: string
    readonly zone: string
    readonly candidatesYear: number | null
    readonly start: string
    readonly end: string
    readonly candidates: number
    readonly devices: number
  }[]
}

export interface SiteRow {
  readonly id: string
  readonly action: 'allow' | 'block'
  readonly hosts: readonly string[]
  readonly profiles: readonly string[] | null
  readonly from: string
  readonly to: string
  readonly because: string
}

export interface GrantRow {
  readonly id: string
  readonly type: string
  readonly person: string | null
  readonly name: string | null
  readonly device: string | null
  readonly class: string | null
  readonly from: string
  readonly to: string
  readonly profile: string | null
  readonly sites: readonly string[]
  readonly categories: readonly string[]
  readonly zones: readonly string[]
}

export interface AskedGrant {
  readonly id: string
  readonly at: string
  readonly author: string
  readonly authorName: string | null
  readonly reason: string
  readonly approvers: string
  readonly grant: Omit<GrantRow, 'id'>
}

export interface Grants {
  readonly headSeq: number
  readonly grants: readonly GrantRow[]
  readonly asked: readonly AskedGrant[]
}

/** A class that is taught now; what it was given beside the policy is in `lessons`. */
export interface PersonAttempts {
  readonly person_ref: string
  readonly name: string | null
  readonly role: string
  readonly attempts: number
  readonly last: string
  readonly hosts: readonly string[]
}

export interface PeopleBehind {
  readonly named: boolean
  readonly people: readonly PersonAttempts[]
  readonly isWhole: boolean
}

type Few = number | string

export interface GovernorReport {
  readonly from: string
  readonly to: string
  readonly filtering: string
  readonly troubles: number
  readonly byCategory: readonly { readonly label: string; readonly attempts: Few }[]
  readonly byRole: readonly { readonly label: string; readonly attempts: Few }[]
  readonly changes: {
    readonly waiting: number
    readonly unreviewed: number
    readonly overdue: number
  }
  readonly alerts: { readonly opened: Few; readonly unseen: Few }
  readonly incidents: Incidents['counts']
}

export interface AccountRow {
  readonly personRef: string
  readonly name: string | null
  readonly duties: readonly Duty[]
  readonly wfm: boolean
  readonly absent: boolean
  readonly login: string | null
  readonly secondFactor: boolean
  readonly invited: boolean
  readonly signedInAt: string | null
  readonly disabled: boolean
}

export interface Person {
  readonly ref: string
  readonly name: string | null
  readonly role: string
}

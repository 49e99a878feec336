import type { Json } from '../canonical-json.ts'
import type { Duty } from '../alerts/told-duties.ts'

/** What an incident is about (requirements.md 6.6). */
export const INCIDENT_CLASSES = [
  'csam',
  'terrorism',
  'obscene_adult',
  'criminally_racist',
  'other_criminal',
  'bullying_threat',
  'sexting_image',
  'self_harm_suicide',
  'extremism',
  'grooming_contact',
  'bypass',
  'exam_malpractice',
  'staff_conduct',
  'data_breach',
  'lost_device',
  'visitor_breach',
  'filter_failure',
  'overblock',
  'emergency_use',
] as const
export type IncidentClass = (typeof INCIDENT_CLASSES)[number]

export const REFERRAL_TARGETS = [
  'LA',
  'LGfL',
  'UKSIC_helpline',
  'CEOP',
  'Prevent',
  'Police',
  'IWF',
  'LADO',
  'ChairOfGovernors',
  'ExamBody',
  'ICO',
  'LocalService',
] as const
export type ReferralTarget = (typeof REFERRAL_TARGETS)[number]

export const SUBJECT_KINDS = ['pupil', 'staff', 'head', 'visitor', 'unknown'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

/**
 * "They should report if" (DfE, Meeting digital and technology standards in schools and colleges, filtering and
 * monitoring): the six reasons for which staff report, in the standard's order.
 */
export const REPORT_REASONS = [
  'accessed',
  'accessible',
  'teaching_topic',
  'failure_or_abuse',
  'unreasonable_restriction',
  'misspelling',
] as const
export type ReportReason = (typeof REPORT_REASONS)[number]

/** A report as it was made: the site by its name alone, never as a link. */
export interface IncidentReport {
  readonly why: ReportReason
  readonly text: string
  readonly host: string | null
  readonly group: string | null
}

/** How an incident ended; one that has not ended has none. */
export const OUTCOMES = [
  'sanction',
  'support',
  'behaviour_policy',
  'disciplinary_referral',
  'no_action',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Somebody who acts: a reference and the offices he holds now. */
export interface Actor {
  readonly personRef: string
  readonly duties: readonly Duty[]
}

/** One step of an incident; `body` of the first is its opening. */
export interface IncidentEvent {
  readonly incidentId: string
  /** RFC 3339, UTC. */
  readonly ts: string
  readonly by: string
  readonly kind:
    'opened' | 'acknowledged' | 'action' | 'referred' | 'parent_informed' | 'handed_over' | 'closed'
  readonly facts: Readonly<Record<string, Json>>
  /** The event before of the same incident; 64 zeros in the first. */
  readonly prevHash: string
  readonly hash: string
}

/** An incident as its events add up. */
export interface Incident {
  readonly id: string
  readonly openedAt: string
  readonly openedBy: string
  readonly source: string
  readonly class: IncidentClass
  readonly severity: string
  readonly subjectRef: string | null
  readonly subjectKind: SubjectKind
  readonly owner: Duty
  readonly informed: readonly Duty[]
  readonly sameDayDue: boolean
  /** References of people who may neither see nor touch it. */
  readonly excluded: readonly string[]
  readonly evidence: Json
  /** Null where an alert was the beginning. */
  readonly report: IncidentReport | null
  readonly acknowledgedBy: string | null
  readonly outcome: Outcome | null
  readonly events: readonly IncidentEvent[]
}

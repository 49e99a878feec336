import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Alert } from '../alerts/alert-store.ts'
import type { Duty } from '../alerts/told-duties.ts'
import type { EvidenceRow } from './evidence.ts'
import type { Opening } from './incident-desk.ts'
import type { IncidentClass, SubjectKind } from './incident.ts'

const BY_CATEGORY: Readonly<Record<string, IncidentClass>> = {
  'illegal.csam': 'csam',
  'illegal.terrorism': 'terrorism',
  'harm.self_harm': 'self_harm_suicide',
  'harm.suicide': 'self_harm_suicide',
  'harm.eating_disorder': 'self_harm_suicide',
  'harm.extremism': 'extremism',
  'harm.hate': 'extremism',
  'harm.bullying': 'bullying_threat',
  'comms.stranger_chat': 'grooming_contact',
  'ai.companions': 'grooming_contact',
  'adult.pornography': 'obscene_adult',
}

const BY_RULE: Readonly<Record<string, IncidentClass>> = {
  exam_sighting: 'exam_malpractice',
  lost_device: 'lost_device',
  bypass_burst: 'bypass',
  sanction: 'bypass',
  dns_tunnel: 'bypass',
  chain_break: 'filter_failure',
  ledger_lost: 'filter_failure',
  sealed_feed_missing: 'filter_failure',
  feed_age: 'filter_failure',
  feed_refused: 'filter_failure',
  list_refused: 'filter_failure',
  promise_broken: 'filter_failure',
  journal_loss: 'filter_failure',
}

/** What an alert suggests that an incident is about; null where only a person can say. */
export function classOfAlert({
  rule,
  category,
}: Pick<Alert, 'rule' | 'category'>): IncidentClass | null {
  const byRule = BY_RULE[rule]
  if (byRule !== undefined) return byRule
  if (category === null) return null
  const isSealed = findCategory(category)?.lock === 'SEALED'
  return BY_CATEGORY[category] ?? (isSealed ? 'other_criminal' : null)
}

const SUBJECTS: Readonly<Record<string, SubjectKind>> = {
  pupil: 'pupil',
  staff: 'staff',
  governor: 'staff',
  visitor: 'visitor',
}

/** An alert as an incident is opened from it; `rows` are the journal's entries that it stands on. */
export function openingOfAlert(
  alert: Alert,
  incidentClass: IncidentClass,
  about: {
    readonly rows: readonly EvidenceRow[]
    readonly subjectDuties: readonly Duty[]
    readonly conflicts: readonly string[]
  },
): Opening {
  const kind = SUBJECTS[alert.role ?? ''] ?? 'unknown'
  return {
    ...about,
    class: incidentClass,
    source: 'alert',
    alertId: alert.id,
    severity: alert.severity,
    subjectRef: alert.personRef,
    subjectKind: about.subjectDuties.includes('head') ? 'head' : kind,
  }
}

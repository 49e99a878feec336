import { dutiesAbove, type Duty } from '../alerts/told-duties.ts'
import type { IncidentClass, ReferralTarget, SubjectKind } from './incident.ts'

/** Whose an incident is, who else is told, and where it may have to be referred to. */
export interface Routing {
  readonly owner: Duty
  readonly informed: readonly Duty[]
  readonly referrals: readonly ReferralTarget[]
  readonly sameDayDue: boolean
}

export interface RoutingFacts {
  readonly class: IncidentClass
  readonly subjectKind: SubjectKind
  /** The offices that the person concerned holds. */
  readonly subjectDuties: readonly Duty[]
  readonly severity: string
}

const ILLEGAL: ReadonlySet<IncidentClass> = new Set([
  'csam',
  'terrorism',
  'obscene_adult',
  'criminally_racist',
  'other_criminal',
])

/** Where the owner is who answers for the matter, whoever the person is. */
const BY_CLASS: Readonly<Partial<Record<IncidentClass, readonly [Duty, ...Duty[]]>>> = {
  data_breach: ['head', 'dpo'],
  lost_device: ['head', 'dpo'],
  exam_malpractice: ['exams_officer', 'head'],
  filter_failure: ['network_manager', 'dsl'],
  overblock: ['network_manager', 'dsl'],
}

const REFERRALS: Readonly<Partial<Record<IncidentClass, readonly ReferralTarget[]>>> = {
  csam: ['Police', 'IWF', 'LA'],
  terrorism: ['Police', 'Prevent', 'LA'],
  obscene_adult: ['Police', 'LA'],
  criminally_racist: ['Police', 'LA'],
  other_criminal: ['Police', 'LA'],
  sexting_image: ['Police', 'CEOP', 'UKSIC_helpline'],
  extremism: ['Prevent', 'Police'],
  grooming_contact: ['CEOP', 'Police'],
  self_harm_suicide: ['LocalService'],
  bullying_threat: ['UKSIC_helpline'],
  exam_malpractice: ['ExamBody'],
  data_breach: ['ICO'],
}

/** The routing table of requirements.md 6.6; the person concerned is never among those it goes to. */
export function routeIncident(facts: RoutingFacts): Routing {
  const [owner, ...rest] = dutiesOf(facts)
  const isIllegal = ILLEGAL.has(facts.class)
  const isAboutHead = facts.subjectKind === 'head' || facts.subjectDuties.includes('head')
  const targets = new Set(REFERRALS[facts.class] ?? [])
  // An allegation against an adult who works with children goes to the LADO.
  if (facts.subjectKind === 'staff' || isAboutHead) targets.add('LADO')
  if (isAboutHead) targets.add('ChairOfGovernors')
  return {
    owner,
    informed: rest,
    referrals: [...targets],
    sameDayDue: isIllegal || facts.severity === 'high',
  }
}

function dutiesOf(facts: RoutingFacts): readonly [Duty, ...Duty[]] {
  if (facts.subjectKind === 'head' || facts.subjectDuties.includes('head'))
    return ['chair_of_governors']
  // The subject's own office is passed over; his superior decides whom else he asks.
  if (dutiesAbove(facts.subjectDuties) !== null) return ['head']
  const byClass = BY_CLASS[facts.class]
  if (byClass !== undefined) return byClass
  if (ILLEGAL.has(facts.class)) return ['dsl', 'head']
  return facts.subjectKind === 'staff' ? ['head'] : ['dsl']
}

import type { Duty } from './types.ts'

/** Words that several pages use; one place, so that they stay the same words. */
export const DUTY_NAMES: Readonly<Record<Duty, string>> = {
  network_manager: 'Network manager',
  dsl: 'Safeguarding lead',
  deputy_dsl: 'Deputy safeguarding lead',
  head: 'Headteacher',
  slt: 'Senior leader',
  it: 'IT',
  reception: 'Reception',
  teacher: 'Teacher',
  governor: 'Governor',
  chair_of_governors: 'Chair of governors',
  exams_officer: 'Exams officer',
  dpo: 'Data protection officer',
}

export const DIRECTION_NAMES: Readonly<Record<string, string>> = {
  loosen: 'Opens',
  tighten: 'Closes',
  neutral: 'Neutral',
}

export const ACTION_NAMES: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  restrict: 'Allowed in safe mode',
  warn: 'Warned first',
  block: 'Blocked',
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** `Tue 24 Nov, 10:05`; whoever needs the second hovers over it. */
export function when(moment: string | number | null): string {
  if (moment === null) return 'never'
  const date = new Date(moment)
  return `${DAY.format(date)}, ${TIME.format(date)}`
}

const NUMBER = new Intl.NumberFormat('en-GB')

export function count(value: number): string {
  return NUMBER.format(value)
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** `10:55`, for what ends today. */
export function clock(moment: string | number): string {
  return CLOCK.format(new Date(moment))
}

/**
 * When staff should report (DfE, filtering and monitoring standards; requirements.md D3.13). The reasons are the
 * standard's; its text was not at hand, so hold the words against it before a school relies on them.
 */
export const REPORT_REASONS = {
  accessed: 'I witness or suspect unsuitable material has been accessed',
  accessible: 'I can access unsuitable material',
  teaching_topic: 'I am teaching topics which could create unusual activity on the filtering logs',
  failure_or_abuse: 'There is failure in the software or abuse of the system',
  unreasonable_restriction:
    'There are perceived unreasonable restrictions that affect teaching and learning or administrative tasks',
  misspelling: 'I notice abbreviations or misspellings that allow access to restricted material',
} as const

export const INCIDENT_NAMES: Readonly<Record<string, string>> = {
  csam: 'Sexual abuse of children',
  terrorism: 'Terrorism',
  obscene_adult: 'Pornography or obscene material',
  criminally_racist: 'Criminal racism',
  other_criminal: 'Something else that is illegal',
  bullying_threat: 'Bullying or threats',
  sexting_image: 'A sexual image of a young person',
  self_harm_suicide: 'Self-harm or suicide',
  extremism: 'Extremism or hate',
  grooming_contact: 'Contact by a stranger, grooming',
  bypass: 'Getting round the filter',
  exam_malpractice: 'Malpractice in an exam',
  staff_conduct: 'Conduct of a member of staff',
  data_breach: 'Personal data got out',
  lost_device: 'A lost device',
  visitor_breach: 'A visitor broke the rules',
  filter_failure: 'The filter failed',
  overblock: 'Something is blocked that should not be',
  emergency_use: 'Use in an emergency',
}

export const REFERRAL_NAMES: Readonly<Record<string, string>> = {
  LA: 'Local authority',
  LGfL: 'LGfL',
  UKSIC_helpline: 'UKSIC helpline',
  CEOP: 'CEOP',
  Prevent: 'Prevent',
  Police: 'Police',
  IWF: 'IWF',
  LADO: 'LADO',
  ChairOfGovernors: 'Chair of governors',
  ExamBody: 'Exam body',
  ICO: 'ICO',
  LocalService: 'Local support service',
}

export const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  sanction: 'A sanction',
  support: 'Support',
  behaviour_policy: 'By the behaviour policy',
  disciplinary_referral: 'A disciplinary referral',
  no_action: 'Nothing needed doing',
}

/** Who an incident is about. */
export const SUBJECT_NAMES: Readonly<Record<string, string>> = {
  pupil: 'A pupil',
  staff: 'A member of staff',
  head: 'The headteacher',
  visitor: 'A visitor',
  unknown: 'Nobody that I know of',
}

export const REQUEST_STATES: Readonly<Record<string, string>> = {
  waiting: 'Waiting for a second person',
  approved: 'Agreed',
  refused: 'Refused',
  withdrawn: 'Withdrawn',
}

export function choices(names: Readonly<Record<string, string>>): {
  readonly value: string
  readonly label: string
}[] {
  return Object.entries(names).map(([value, label]) => ({ value, label }))
}

export const OCCASION_NAMES: Readonly<Record<string, string>> = {
  transition_day: 'Transition day',
  group: 'Visiting group or club',
  exam_room: 'Exam in another room',
  extra_time: 'Extra time',
  exam_release: 'Room without its exam',
  exam_rehearsal: 'Exam rehearsal',
}

export const EMERGENCY_NAMES: Readonly<Record<string, string>> = {
  drill: 'Fire drill',
  evacuation: 'Evacuation',
  invacuation: 'Invacuation',
  lockdown: 'Lockdown',
  other: 'Other emergency',
}

export const DEVICE_STATES: Readonly<Record<string, string>> = {
  approved: 'In use',
  pending: 'Not approved yet',
  quarantine: 'Held back',
  suspended: 'Suspended',
  lost: 'Lost',
  confiscated: 'Taken in',
  recalled: 'Recalled',
  revoked: 'Revoked',
  disposed: 'Disposed of',
}

/** `Tue 24 Nov` of a date without a time. */
export function dayOf(date: string): string {
  return DAY.format(new Date(`${date}T12:00:00`))
}

export const GRANT_NAMES: Readonly<Record<string, string>> = {
  personal_use: 'Personal use',
  dependant_illness: 'A dependant is ill',
  child_school_contact: 'Contact with a child’s school',
  support_individual: 'Support for one pupil',
  class_split: 'Split class',
  emergency: 'Emergency',
  off_site_visit: 'Off-site visit',
  residential: 'Residential trip',
  remote_learning_personal: 'Remote learning on an own device',
  supervised_activity: 'Supervised activity',
  social_media_purpose: 'Social media for the school',
  medical_sen: 'Medical or special need',
  site_unblock: 'A site opened',
  supplier: 'Supplier',
}

/** What was done about an incident. */
export const STEP_NAMES: Readonly<Record<string, string>> = {
  opened: 'opened it',
  acknowledged: 'has seen it and sees to it',
  action: 'did',
  referred: 'referred it to',
  parent_informed: 'parents',
  handed_over: 'made the files for the safeguarding system',
  closed: 'closed it',
}

export const ROLE_NAMES: Readonly<Record<string, string>> = {
  pupil: 'Pupils',
  staff: 'Staff',
  governor: 'Governors',
  visitor: 'Visitors',
  unidentified: 'Not identified',
}

export const SEVERITY_NAMES: Readonly<Record<string, string>> = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'For information',
}

/** A sum as governors see it: a number, or `<5`. */
export function few(value: number | string): string {
  return typeof value === 'number' ? count(value) : value
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** `3 hours` of seconds; the largest unit alone. */
export function age(seconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? ['minute', 60]
  const many = Math.max(Math.round(seconds / length), 1)
  return `${count(many)} ${unit}${many === 1 ? '' : 's'}`
}

/** `08:30` of minutes since midnight. */
export function minutesText(minutes: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two(minutes / 60)}:${two(minutes % 60)}`
}

/** `1.5 GB`. */
export function octets(value: number): string {
  const [unit, size] =
    value >= 1e9
      ? (['GB', 1e9] as const)
      : value >= 1e6
        ? (['MB', 1e6] as const)
        : (['kB', 1e3] as const)
  return `${(value / size).toFixed(1)} ${unit}`
}

/** What a profile does with a category, by the policy's letters. */
export const CATEGORY_ACTIONS: Readonly<Record<string, string>> = {
  A: 'allowed',
  R: 'in safe mode',
  W: 'warned first',
  T: 'in social time',
  G: 'by permission',
  B: 'blocked',
}

export const LOCK_NAMES: Readonly<Record<string, string>> = {
  SEALED: 'Nobody can open it',
  LOCKED: 'The head and the safeguarding lead together, for named staff',
  FLOOR: 'For pupils with the safeguarding lead’s yes',
  OPEN: 'The network manager',
  ALWAYS: 'Nobody can block it',
}

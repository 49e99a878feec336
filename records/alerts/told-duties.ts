import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import type { Finding } from './finding.ts'

/** Offices of a school that alerts and incidents go to; who holds one today is asked when it matters. */
export const DUTIES = [
  'dsl',
  'deputy_dsl',
  'head',
  'chair_of_governors',
  'network_manager',
  'exams_officer',
  'reception',
  'dpo',
] as const
export type Duty = (typeof DUTIES)[number]

/** Who takes over from an office that nobody (else) holds, or that does not answer. */
export const NEXT_DUTY: Readonly<Partial<Record<Duty, Duty>>> = {
  dsl: 'deputy_dsl',
  deputy_dsl: 'head',
  head: 'chair_of_governors',
  network_manager: 'head',
  exams_officer: 'head',
  reception: 'network_manager',
  dpo: 'head',
}

const BY_RULE: Readonly<Record<string, readonly Duty[]>> = {
  lost_device: ['network_manager', 'reception'],
  barred_device: ['network_manager'],
  exam_sighting: ['exams_officer', 'head'],
  exam_rehearsal: ['exams_officer', 'head'],
  // The network manager can write the file, so this one goes to those who check on him.
  chain_break: ['dsl', 'head'],
  ledger_lost: ['dsl', 'head', 'network_manager'],
  sealed_feed_missing: ['network_manager', 'dsl'],
  feed_age: ['network_manager', 'dsl'],
  feed_refused: ['network_manager', 'dsl'],
  list_refused: ['network_manager'],
  promise_broken: ['network_manager', 'dsl'],
  journal_loss: ['network_manager', 'dsl'],
  unclean_stop: ['network_manager'],
  backup_failed: ['network_manager'],
  heavy_talker: ['network_manager'],
  shared_address: ['network_manager'],
}

/**
 * The offices that are told (requirements.md 6.6, routing table); `subjectDuties` are those that the person
 * concerned holds: nobody is told of himself, and nobody of those who answer to him.
 */
export function toldDuties(
  { rule, category, role }: Pick<Finding, 'rule' | 'category' | 'role'>,
  subjectDuties: readonly Duty[],
): readonly Duty[] {
  const above = dutiesAbove(subjectDuties)
  if (above !== null) return above
  const byRule = BY_RULE[rule]
  if (byRule !== undefined) return byRule
  if (category !== null && findCategory(category)?.lock === 'SEALED') return ['dsl', 'head']
  return role === 'staff' || role === 'governor' ? ['head'] : ['dsl']
}

/** Who hears of somebody in office; null for everybody else. */
export function dutiesAbove(subjectDuties: readonly Duty[]): readonly Duty[] | null {
  if (subjectDuties.includes('head')) return ['chair_of_governors']
  const isInOffice = subjectDuties.some((duty) => OFFICE.has(duty))
  return isInOffice ? ['head'] : null
}

const OFFICE: ReadonlySet<Duty> = new Set(['dsl', 'deputy_dsl', 'network_manager'])

/** These offices and all that take over from them: whoever may answer for what they are told. */
export function answeringDuties(duties: readonly Duty[]): ReadonlySet<Duty> {
  const answering = new Set<Duty>()
  for (const duty of duties)
    for (let one: Duty | undefined = duty; one !== undefined; one = NEXT_DUTY[one])
      answering.add(one)
  return answering
}

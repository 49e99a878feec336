import { expect, test } from 'vitest'
import { DUTIES, type Duty } from '../../../records/alerts/told-duties.ts'
import {
  INCIDENT_CLASSES,
  type IncidentClass,
  type SubjectKind,
} from '../../../records/incidents/incident.ts'
import { routeIncident } from '../../../records/incidents/incident-routing.ts'

type Row = readonly [
  IncidentClass,
  SubjectKind,
  readonly Duty[],
  readonly Duty[],
  readonly string[],
]

/** Class, subject, the subject's offices; who has it, what it may be referred to. V28. */
const ROWS: readonly Row[] = [
  ['self_harm_suicide', 'pupil', [], ['dsl'], ['LocalService']],
  ['grooming_contact', 'pupil', [], ['dsl'], ['CEOP', 'Police']],
  ['extremism', 'pupil', [], ['dsl'], ['Prevent', 'Police']],
  ['bypass', 'pupil', [], ['dsl'], []],
  ['bypass', 'unknown', [], ['dsl'], []],
  ['visitor_breach', 'visitor', [], ['dsl'], []],
  ['staff_conduct', 'staff', [], ['head'], ['LADO']],
  ['staff_conduct', 'staff', ['dsl'], ['head'], ['LADO']],
  ['staff_conduct', 'staff', ['deputy_dsl'], ['head'], ['LADO']],
  ['bypass', 'staff', ['network_manager'], ['head'], ['LADO']],
  ['staff_conduct', 'head', ['head'], ['chair_of_governors'], ['LADO', 'ChairOfGovernors']],
  ['csam', 'head', [], ['chair_of_governors'], ['Police', 'IWF', 'LA', 'LADO', 'ChairOfGovernors']],
  ['csam', 'pupil', [], ['dsl', 'head'], ['Police', 'IWF', 'LA']],
  ['csam', 'staff', ['dsl'], ['head'], ['Police', 'IWF', 'LA', 'LADO']],
  ['data_breach', 'unknown', [], ['head', 'dpo'], ['ICO']],
  ['lost_device', 'staff', [], ['head', 'dpo'], ['LADO']],
  ['exam_malpractice', 'pupil', [], ['exams_officer', 'head'], ['ExamBody']],
  ['filter_failure', 'unknown', [], ['network_manager', 'dsl'], []],
  ['filter_failure', 'staff', ['network_manager'], ['head'], ['LADO']],
]

test.each(ROWS)('%s, %s with offices %j goes to %j', (...row) => {
  const [kind, subjectKind, subjectDuties, to, referrals] = row
  const routing = routeIncident({ class: kind, subjectKind, subjectDuties, severity: 'medium' })
  expect([routing.owner, ...routing.informed]).toEqual(to)
  expect(routing.referrals).toEqual(referrals)
})

test('no incident goes to an office of the person concerned', () => {
  for (const kind of INCIDENT_CLASSES)
    for (const duty of ['dsl', 'deputy_dsl', 'head', 'network_manager'] as const)
      for (const subjectKind of ['staff', 'head', 'unknown'] as const) {
        const facts = { class: kind, subjectKind, subjectDuties: [duty], severity: 'high' }
        const { owner, informed } = routeIncident(facts)
        expect([kind, duty, [owner, ...informed].includes(duty)]).toEqual([kind, duty, false])
      }
  expect(DUTIES).toContain('chair_of_governors')
})

test('what is illegal or high is due the same day', () => {
  const dueOf = (kind: IncidentClass, severity: string) =>
    routeIncident({ class: kind, subjectKind: 'pupil', subjectDuties: [], severity }).sameDayDue
  expect([dueOf('csam', 'low'), dueOf('bypass', 'high'), dueOf('bypass', 'medium')]).toEqual([
    true,
    true,
    false,
  ])
})

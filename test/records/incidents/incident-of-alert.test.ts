import { expect, test } from 'vitest'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { classOfAlert, openingOfAlert } from '../../../records/incidents/incident-of-alert.ts'
import { aFinding, alertsDb, AT } from '../alerts/sample-alerts.ts'

test.each([
  ['high_risk', 'harm.suicide', 'self_harm_suicide'],
  ['high_risk', 'illegal.csam', 'csam'],
  ['high_risk', 'illegal.other', 'other_criminal'],
  ['high_risk', 'comms.stranger_chat', 'grooming_contact'],
  ['bypass_burst', 'bypass.vpn', 'bypass'],
  ['exam_sighting', null, 'exam_malpractice'],
  ['chain_break', null, 'filter_failure'],
  ['locked_category', 'files.piracy', null],
  ['burst', null, null],
])('an alert by %s on %s suggests %s', (rule, category, suggested) => {
  expect(classOfAlert({ rule, category })).toBe(suggested)
})

test.each([
  ['pupil', [], 'pupil'],
  ['governor', [], 'staff'],
  ['staff', ['head'], 'head'],
  [null, [], 'unknown'],
] as const)('role %s with offices %j is a subject of kind %s', (role, subjectDuties, kind) => {
  const route = { duties: ['dsl'], topic: null, now: AT } as const
  const { alert } = new AlertStore(alertsDb()).raise(aFinding({ role }), route)
  const about = { rows: [], subjectDuties, conflicts: [] }
  expect(openingOfAlert(alert, 'other_criminal', about)).toMatchObject({
    ...{ alertId: alert.id, subjectKind: kind, subjectRef: 'p-1001', severity: 'high' },
  })
})

import { expect, test } from 'vitest'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { alertJson, alertWords, digestWords } from '../../../records/alerts/alert-words.ts'
import { aFinding, alertsDb, AT } from './sample-alerts.ts'

const SETTINGS = {
  school: 'Small School',
  dashboardUrl: 'http://localhost:8080',
  time: (at: number) => new Date(at).toISOString().slice(11, 16),
}

function anAlert(facts: Parameters<typeof aFinding>[0] = {}, topic: string | null = null) {
  return new AlertStore(alertsDb()).raise(aFinding(facts), { duties: ['dsl'], topic, now: AT })
    .alert
}

test('a mail says who by reference, what by kind, when and where', () => {
  const { subject, body } = alertWords(anAlert({ count: 3 }), SETTINGS, false)
  expect(subject).toBe('[high] Alert: Suicide (Small School)')
  expect(body).toMatch(/^p-1001 \(pupil\): tried to open a site of the kind: Suicide\.\n/)
  expect(body).toContain('When: 10:00 to 10:00, 3 attempts\nWhere: zone classroom\n')
  expect(body).toContain('Details are in the dashboard: http://localhost:8080')
})

test('a reminder says that it is one', () => {
  const { subject, body } = alertWords(anAlert(), { ...SETTINGS, dashboardUrl: null }, true)
  expect(subject).toMatch(/Reminder/)
  expect(body).toMatch(/^Nobody has acknowledged this yet\. /)
  expect(body).not.toContain('dashboard')
})

test('the JSON for a webhook has no host and no name', () => {
  expect(JSON.parse(alertJson(anAlert(), 'alert'))).toMatchObject({
    ...{ kind: 'alert', severity: 'high', person_ref: 'p-1001', category: 'harm.suicide' },
    opened_at: '2026-11-24T10:00:00.000Z',
  })
})

test('a digest tells apart what was told, what is to look at and what a topic explains', () => {
  const alerts = [
    anAlert(),
    anAlert({ urgency: 'digest' }),
    anAlert({ role: null, personRef: null }, 't'),
  ]
  const { subject, body } = digestWords(alerts, SETTINGS)
  expect(subject).toBe('Daily summary: 3 alerts (Small School)')
  const lines = body.split('\n').map((line) => line.replace(/ .*/, ''))
  expect(lines).toEqual(['3', '', 'Told', '-', '', 'To', '-', '', 'Explained', '-', '', 'Details'])
  expect(digestWords([], SETTINGS).body).toMatch(/^Nothing to report/)
})

test('a digest of a bad day ends with a number', () => {
  const alert = anAlert({ urgency: 'digest' })
  const { body } = digestWords(
    Array.from({ length: 250 }, () => alert),
    SETTINGS,
  )
  expect(body).toContain('- and 50 more')
})

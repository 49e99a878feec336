import type { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { AlertRetention, alertPurgesOf } from '../../../records/alerts/alert-retention.ts'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import type { Finding } from '../../../records/alerts/finding.ts'
import { IncidentDesk } from '../../../records/incidents/incident-desk.ts'
import { placeHold, releaseHold } from '../../../records/journal/legal-holds.ts'
import { JournalFolder } from '../../support/journal-folder.ts'
import { DSL, opening } from '../incidents/sample-incident.ts'
import { aFinding, alertsDb, AT } from './sample-alerts.ts'

const DAY = 86_400_000
const LOW = { severity: 'low', rule: 'burst', category: null } as const
const BECAUSE = { by: 'p-0001', reason: 'the police asked', at: AT }
const YEARS_7 = 7 * 365 + 2

function scene() {
  const journal = new JournalFolder().db
  const db = alertsDb()
  const store = new AlertStore(db)
  let key = 0
  const raise = (facts: Partial<Finding>): string => {
    const finding = aFinding({ key: `${(key += 1)}`, ...facts })
    return store.raise(finding, { duties: ['dsl'], topic: null, now: finding.at }).alert.id
  }
  const retention = new AlertRetention(db, journal)
  const clean = (afterDays: number): void => {
    while (retention.step(AT + afterDays * DAY));
  }
  const purges = () => alertPurgesOf(db).map(({ day, rule, alerts }) => [day, rule, alerts])
  return { journal, db, store, raise, clean, purges }
}

const rowsOf = (db: DatabaseSync, table: string): number =>
  Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])

test('an alert has its person for 35 days and is gone after 13 months, with what became of it', () => {
  const { db, store, raise, clean, purges } = scene()
  const id = raise(LOW)
  clean(35)
  expect(store.get(id)).toMatchObject({ personRef: 'p-1001', deviceId: 'tablet-1' })
  clean(36)
  expect(store.get(id)).toMatchObject({ personRef: null, deviceId: null, ip: null, count: 1 })
  clean(396)
  expect(store.find(id)).toBeDefined()
  clean(397)
  expect([rowsOf(db, 'alerts'), rowsOf(db, 'alert_events')]).toEqual([0, 0])
  expect(purges()).toEqual([
    ['2027-12-26', 'alerts', 1],
    ['2026-12-30', 'alert identities', 1],
  ])
  expect(alertPurgesOf(db)[0]).toMatchObject({ from: new Date(AT).toISOString() })
})

test('a high-risk alert is evidence: whole for seven years, then gone', () => {
  const { db, store, raise, clean, purges } = scene()
  const id = raise({})
  clean(YEARS_7)
  expect(store.get(id)).toMatchObject({ personRef: 'p-1001' })
  clean(YEARS_7 + 1)
  expect(rowsOf(db, 'alerts')).toBe(0)
  expect(purges()).toEqual([['2033-11-25', 'alerts of evidence', 1]])
})

test('an alert that became an incident stays while that is open, and seven years from its end', async () => {
  const { db, store, raise, clean } = scene()
  const id = raise(LOW)
  let now = AT
  const desk = new IncidentDesk({ db, clock: () => now, hold: () => Promise.resolve(null) })
  const opened = await desk.open(opening({ alertId: id, rows: [] }), DSL)
  if (!opened.ok) throw new Error(opened.message)
  clean(YEARS_7 + 400)
  expect(store.get(id)).toMatchObject({ personRef: 'p-1001' })
  now = AT + 400 * DAY
  desk.acknowledge(opened.incident.id, DSL)
  desk.close(opened.incident.id, DSL, { outcome: 'support', lessons: 'told the tutor too late' })
  clean(YEARS_7 + 400)
  expect(store.find(id)).toBeDefined()
  clean(YEARS_7 + 401)
  expect(store.find(id)).toBeUndefined()
})

test.each<[string, Partial<Finding>, object]>([
  ['its entries', { seq: 7 }, { first: 5, last: 9 }],
  ['its person’s entries', { seq: 7 }, { personRef: 'p-1001' }],
  ['its person, of an alert without entries', { seq: null }, { personRef: 'p-1001' }],
])('a hold on %s keeps the alert as it is until it is released', (_what, facts, entries) => {
  const { journal, db, store, raise, clean } = scene()
  const [id, other] = [raise({ ...LOW, ...facts }), raise({ ...LOW, seq: 99, personRef: 'p-2' })]
  const hold = Number(placeHold(journal, { ...BECAUSE, entries }))
  clean(36)
  expect(store.get(id)).toMatchObject({ personRef: 'p-1001', deviceId: 'tablet-1' })
  expect(store.get(other)).toMatchObject({ personRef: null })
  clean(400)
  expect(store.get(id)).toMatchObject({ personRef: 'p-1001' })
  releaseHold(journal, { id: hold, ...BECAUSE })
  clean(400)
  expect(rowsOf(db, 'alerts')).toBe(0)
})

test('a hold until a day is none from that day on', () => {
  const { journal, store, raise, clean } = scene()
  const id = raise({ ...LOW, seq: 7 })
  placeHold(journal, { ...BECAUSE, entries: { first: 7, last: 7 }, until: AT + 40 * DAY })
  clean(39)
  expect(store.get(id).personRef).toBe('p-1001')
  clean(40)
  expect(store.get(id).personRef).toBeNull()
})

test('more than a step takes is treated step by step, held ones in between or not', () => {
  const { journal, db, raise, clean, purges } = scene()
  for (let seq = 1; seq <= 600; seq += 1) raise({ ...LOW, seq })
  placeHold(journal, { ...BECAUSE, entries: { first: 1, last: 300 } })
  clean(400)
  expect(rowsOf(db, 'alerts')).toBe(300)
  expect(purges()).toContainEqual(['2027-12-29', 'alerts', 300])
})

test('what became of an alert is let go with it alone, and what was let go stays noted', () => {
  const { db, raise, clean } = scene()
  raise(LOW)
  clean(400)
  raise(LOW)
  expect(() => {
    db.exec('DELETE FROM alert_events')
  }).toThrow(/stays noted/)
  expect(() => {
    db.exec('DELETE FROM alert_purges')
  }).toThrow(/stays noted/)
})

import { expect, test } from 'vitest'
import { AlertStore } from '../../../records/alerts/alert-store.ts'
import { aFinding, alertsDb, AT, MINUTE } from './sample-alerts.ts'

const ROUTE = { duties: ['dsl'], topic: null, now: AT } as const

test('half an hour of one person and category is one alert with a count, then comes a new one', () => {
  const store = new AlertStore(alertsDb())
  const first = store.raise(aFinding(), ROUTE)
  expect(first).toMatchObject({ isToTell: true, alert: { count: 1 } })
  const second = store.raise(aFinding({ at: AT + 29 * MINUTE, count: 4, seq: 9 }), ROUTE)
  expect(second).toMatchObject({
    isToTell: false,
    alert: { id: first.alert.id, count: 5, firstSeq: 1, lastSeq: 9, lastAt: AT + 29 * MINUTE },
  })
  const third = store.raise(aFinding({ at: AT + 30 * MINUTE }), ROUTE)
  expect(third.isToTell).toBe(true)
  expect(third.alert.id).not.toBe(first.alert.id)
  const other = store.raise(aFinding({ key: 'p-1002\0harm.suicide' }), ROUTE)
  expect(other.isToTell).toBe(true)
})

test('an alert for the digest is told when it grows urgent, and never grows milder', () => {
  const store = new AlertStore(alertsDb())
  const quiet = aFinding({ urgency: 'digest', detail: 'looked up' })
  expect(store.raise(quiet, ROUTE).isToTell).toBe(false)
  const urgent = store.raise(aFinding({ detail: 'went there' }), ROUTE)
  expect(urgent).toMatchObject({ isToTell: true, alert: { urgency: 'now', detail: 'went there' } })
  const again = store.raise(quiet, ROUTE)
  expect(again).toMatchObject({ isToTell: false, alert: { urgency: 'now', count: 3 } })
  expect(store.events(urgent.alert.id).map(({ kind }) => kind)).toEqual(['opened', 'raised'])
})

test('a topic explains an alert as long as it explains all of it', () => {
  const store = new AlertStore(alertsDb())
  const inLesson = store.raise(aFinding(), { ...ROUTE, topic: 'topic-1' })
  expect(inLesson).toMatchObject({ isToTell: false, alert: { topic: 'topic-1' } })
  const afterwards = store.raise(aFinding({ at: AT + MINUTE }), ROUTE)
  expect(afterwards).toMatchObject({ isToTell: true, alert: { topic: null } })
})

test('an alert is acknowledged once', () => {
  const store = new AlertStore(alertsDb())
  const { alert } = store.raise(aFinding(), ROUTE)
  store.markTold(alert.id, AT, 'dsl')
  expect(store.unacknowledged().map(({ id }) => id)).toEqual([alert.id])
  expect(store.acknowledge(alert.id, 'p-0001', AT + 1)).toBe(true)
  expect(store.acknowledge(alert.id, 'p-0002', AT + 2)).toBe(false)
  expect(store.acknowledge('none', 'p-0002', AT + 2)).toBe(false)
  expect(store.unacknowledged()).toEqual([])
  expect(store.get(alert.id)).toMatchObject({ acknowledgedBy: 'p-0001', acknowledgedAt: AT + 1 })
})

test('what a digest has named is not named again', () => {
  const store = new AlertStore(alertsDb())
  const { alert } = store.raise(aFinding(), ROUTE)
  expect(store.undigested(10)).toHaveLength(1)
  store.markDigested([alert.id], AT)
  expect(store.undigested(10)).toEqual([])
})

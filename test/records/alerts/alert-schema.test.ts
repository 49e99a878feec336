import { expect, test } from 'vitest'
import { alertsDb } from './sample-alerts.ts'

test.each(['alert_events', 'incident_events'])('%s only grows', (table) => {
  const db = alertsDb()
  db.exec(
    table === 'alert_events'
      ? "INSERT INTO alert_events (alert_id, at, kind, detail) VALUES ('a', 1, 'opened', '')"
      : "INSERT INTO incident_events (incident_id, body, hash) VALUES ('a', '{}', '')",
  )
  expect(() => {
    db.exec(`DELETE FROM ${table}`)
  }).toThrow(/stays noted|only grows/)
  expect(() => {
    db.exec(`UPDATE ${table} SET seq = 7`)
  }).toThrow(/stays noted|only grows/)
})

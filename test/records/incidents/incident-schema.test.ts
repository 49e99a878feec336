import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { INCIDENT_SCHEMA } from '../../../records/incidents/incident-schema.ts'

test('the table stands by itself and takes no duplicate number', () => {
  const db = new DatabaseSync(':memory:')
  db.exec(INCIDENT_SCHEMA)
  const insert = db.prepare("INSERT INTO incident_events VALUES (1, 'a', '{}', '')")
  insert.run()
  expect(() => insert.run()).toThrow(/UNIQUE/)
  db.close()
})

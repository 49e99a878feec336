import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../../records/alerts/alert-schema.ts'
import { readBeside } from '../../../records/people/read-beside.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { alertsDb } from '../alerts/sample-alerts.ts'

function countIn(directory: string): number {
  const store = { directory, file: ALERTS_FILE, schema: ALERTS_SCHEMA }
  return readBeside(store, -1, (db) =>
    Number(db.prepare('SELECT count(*) AS n FROM alerts').get()?.['n']),
  )
}

test('a store that is not there is not made by looking for it', () => {
  const directory = tempDirectory()
  expect(countIn(directory)).toBe(-1)
  expect(readdirSync(directory)).toEqual([])
})

test('a store that is there is read beside who writes it, and a foreign file is refused', () => {
  const directory = tempDirectory()
  const db = alertsDb(directory)
  expect(countIn(directory)).toBe(0)
  db.close()
  writeFileSync(join(directory, ALERTS_FILE), 'a letter to the head')
  expect(() => countIn(directory)).toThrow(ALERTS_FILE)
})

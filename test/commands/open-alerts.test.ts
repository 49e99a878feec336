import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readArguments } from '../../commands/arguments.ts'
import {
  ALERT_OPTIONS,
  openAlerts,
  signatureOf,
  type AlertDeps,
} from '../../commands/open-alerts.ts'
import { alertsDb } from '../records/alerts/sample-alerts.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const deps: AlertDeps = {
  resolveRecords: () => ({ problem: '' }),
  dutiesOf: () => ['head', 'teacher'],
  now: () => 0,
  out: () => undefined,
  err: () => undefined,
}

function sign(isRead: boolean, ...args: string[]) {
  const parsed = readArguments(args, ALERT_OPTIONS)
  if (typeof parsed === 'string') throw new Error(parsed)
  return signatureOf(parsed, '/records', { deps, isRead })
}

test('who acts has those of his duties that alerts know; a reader needs no reason', () => {
  const by = { personRef: 'p-1', duties: ['head'] }
  expect(sign(true, '--actor', 'p-1')).toEqual({ by, reason: '' })
  const reason = 'seen and answered'
  expect(sign(false, '--actor', 'p-1', '--reason', reason)).toEqual({ by, reason })
  expect(sign(false, '--actor', 'p-1')).toMatch(/^say why/)
  expect(sign(true)).toMatch(/^say who acts/)
})

test('neither a reader nor a writer makes a file where there is none', () => {
  const directory = tempDirectory()
  for (const readOnly of [true, false])
    expect(() => openAlerts(directory, { readOnly })).toThrow('does not exist')
  expect(readdirSync(directory)).toEqual([])
})

test('a reader cannot write, and the file is closed afterwards', () => {
  const directory = tempDirectory()
  alertsDb(directory)
  const opened = openAlerts(directory, { readOnly: true })
  expect(() => {
    opened.db.exec('DELETE FROM outbox')
  }).toThrow('readonly')
  opened[Symbol.dispose]()
  expect(opened.db.isOpen).toBe(false)
})

import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  PROMISE_LOG_FILE,
  PromiseLog,
  readPromiseLog,
} from '../../../records/promises/promise-log.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 24, 10)
const ALL = { limit: 100, brokenOnly: false, since: null }

const note = (id: string, state: 'kept' | 'broken' | 'unanswered' | 'not_now') => ({
  ...{ id, says: 'Words.', state, asked: 3 },
  detail: state === 'kept' ? null : 'why',
})

function log(): {
  directory: string
  noteAt: (at: number, ...notes: ReturnType<typeof note>[]) => void
} {
  const directory = tempDirectory()
  return {
    directory,
    noteAt: (at, ...notes) => {
      using open = PromiseLog.open(directory)
      open.note(notes, { at, policyVersion: 4 })
    },
  }
}

test('runs come back newest first, whole or what was not kept, and from a moment on', () => {
  const { directory, noteAt } = log()
  noteAt(NOW, note('a', 'kept'), note('b', 'broken'))
  noteAt(NOW + 1, note('a', 'unanswered'), note('b', 'not_now'))
  const ids = (query = {}) =>
    readPromiseLog(directory, { ...ALL, ...query }).map(({ id, state }) => `${id} ${state}`)
  expect(ids()).toEqual(['a unanswered', 'b not_now', 'a kept', 'b broken'])
  expect(ids({ brokenOnly: true })).toEqual(['a unanswered', 'b broken'])
  expect(ids({ since: NOW + 1 })).toEqual(['a unanswered', 'b not_now'])
  expect(ids({ limit: 1 })).toEqual(['a unanswered'])
  expect(readPromiseLog(directory, ALL)[3]).toEqual({
    ...{ ts: '2026-11-24T10:00:00.000Z', policyVersion: 4, id: 'b', says: 'Words.' },
    ...{ state: 'broken', asked: 3, detail: 'why' },
  })
})

test('kept promises are forgotten after 13 months, broken ones after seven years', () => {
  const { directory, noteAt } = log()
  noteAt(NOW, note('a', 'kept'), note('b', 'broken'))
  noteAt(NOW + 395 * DAY_MS, note('c', 'kept'))
  expect(readPromiseLog(directory, ALL)).toHaveLength(3)
  noteAt(NOW + 397 * DAY_MS, note('d', 'kept'))
  expect(readPromiseLog(directory, ALL).map(({ id }) => id)).toEqual(['d', 'c', 'b'])
  noteAt(NOW + 2556 * DAY_MS, note('e', 'kept'))
  expect(readPromiseLog(directory, ALL).map(({ id }) => id)).toEqual(['e'])
})

test('evidence is not edited, and not deleted before its time', () => {
  const { directory, noteAt } = log()
  noteAt(NOW, note('b', 'broken'))
  const db = new DatabaseSync(join(directory, PROMISE_LOG_FILE))
  expect(() => {
    db.exec("UPDATE results SET state = 'kept'")
  }).toThrow('append-only')
  expect(() => {
    db.exec('DELETE FROM results')
  }).toThrow('append-only')
  db.close()
})

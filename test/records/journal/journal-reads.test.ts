import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Folds, closingEntry } from '../../../records/journal/fold.ts'
import {
  RECENT_SQL,
  RECENT_TAIL_SQL,
  recentOf,
  sums,
} from '../../../records/journal/journal-reads.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import type { Attempt } from '../../../records/rings/attempt-codec.ts'
import { TEN_O_CLOCK, anAttempt } from '../../support/refusals.ts'

let directory: string
let store: JournalStore

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schoolgate-journal-'))
  store = JournalStore.open({ directory, site: 'ex', gate: 'gate-1', now: TEN_O_CLOCK })
})

afterEach(() => {
  store.close(TEN_O_CLOCK)
  rmSync(directory, { recursive: true })
})

/** Writes each attempt's first entry, then all closing ones. */
function write(...attempts: readonly Attempt[]): void {
  const folds = new Folds('ex', { ref: ({ host }) => `ref-${host}`, seal: () => 'x' })
  const first = attempts.map((attempt) => folds.take(attempt)).filter(({ isNew }) => isNew)
  const closing = folds.takeAll().map(closingEntry)
  const entries = [...first.map(({ fold }) => fold.first), ...closing.filter((one) => one !== null)]
  const pending = entries.map((entry) => ({ entry, opens: null }))
  store.write({ entries: pending, grown: [], closed: [], tally: [], now: TEN_O_CLOCK })
}

test('recentOf gives one line a fold, newest first, by device or by address', () => {
  const again = anAttempt({ host: 'second.example', at: TEN_O_CLOCK + 60_000 })
  const stranger = { ...anAttempt().subject, deviceId: null }
  write(anAttempt({ host: 'first.example' }), again, again, again)
  write(anAttempt({ host: 'stranger.example', subject: stranger }))
  const refusals = recentOf(store.db, 'phone-7', 10)
  expect(refusals.map(({ host, attempts }) => [host, attempts])).toEqual([
    ['second.example', 3],
    ['first.example', 1],
  ])
  expect(recentOf(store.db, 'phone-7', 1)).toHaveLength(1)
  expect(recentOf(store.db, '127.10.10.7', 10).map(({ host }) => host)).toEqual([
    'stranger.example',
  ])
  expect(recentOf(store.db, 'nobody', 10)).toEqual([])
})

test('recentOf says the same before the journal is indexed, while, and after', () => {
  const hosts = ['a', 'b', 'c', 'd'].map((name) => `${name}.example`)
  const told = () => recentOf(store.db, 'phone-7', 3).map(({ host }) => host)
  for (const [index, host] of hosts.entries()) {
    write(anAttempt({ host, at: TEN_O_CLOCK + index * 60_000 }))
    const newest = hosts
      .slice(0, index + 1)
      .toReversed()
      .slice(0, 3)
    expect(told()).toEqual(newest)
    // One of them stays behind the index.
    if (index < 2) while (store.index());
    expect(told()).toEqual(newest)
  }
})

test('recentOf reads its own rows and no others, but for what is not indexed', () => {
  const plan = (sql: string) =>
    store.db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
  expect(plan(RECENT_SQL)).toEqual([
    'SEARCH r USING PRIMARY KEY (ref=? AND seq<?)',
    'SEARCH j USING INTEGER PRIMARY KEY (rowid=?)',
  ])
  expect(plan(RECENT_TAIL_SQL)[0]).toBe('SEARCH j USING INTEGER PRIMARY KEY (rowid>?)')
})

test('sums of an empty journal are zeros', () => {
  expect(sums(store.db)).toEqual({ entries: 0, attempts: 0, headSeq: 0 })
})

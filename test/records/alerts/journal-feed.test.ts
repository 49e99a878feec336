import { expect, onTestFinished, test } from 'vitest'
import { createAlerter } from '../../../records/alerts/alerter.ts'
import {
  JournalFeed,
  OPEN_FOLDS_SQL,
  openFoldsToJudge,
  rowsToJudge,
} from '../../../records/alerts/journal-feed.ts'
import { Folds } from '../../../records/journal/fold.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { anEntry } from '../backup/sample-records.ts'
import { alertsDb, AT } from './sample-alerts.ts'

function journal() {
  const store = JournalStore.open({ directory: tempDirectory(), site: 'ex', gate: 'g', now: AT })
  onTestFinished(() => {
    store.close(AT)
  })
  const write = (...hosts: readonly string[]) => {
    const entries = hosts.map((host) => ({ entry: anEntry({ host }), opens: null }))
    store.write({ entries, grown: [], closed: [], tally: [], now: AT })
  }
  return { store, write }
}

test('rows come in order behind the last that was judged', () => {
  const { store, write } = journal()
  write('a.example', 'b.example', 'c.example')
  const rows = rowsToJudge(store.db, 1)
  expect(rows.map(({ seq, host }) => [seq, host])).toEqual([
    [2, 'b.example'],
    [3, 'c.example'],
  ])
  expect(rows[0]).toMatchObject({
    ...{ at: AT, blockRef: 'REF-1', personRef: 'p-1001', deviceId: 'tablet-1', role: 'pupil' },
    ...{ grade: 'looked_up', attempts: 1, isTotal: false, reasonCode: 'category' },
  })
})

test('a visit shows in the open fold before its minute is over', () => {
  const { store } = journal()
  const folds = new Folds('ex', { ref: () => 'REF-9', seal: () => '' })
  const subject = {
    deviceId: 'tablet-1',
    address: '127.10.10.7',
    personRef: 'p-1001',
    role: 'pupil',
  }
  const attempt = (kind: 'a' | 'connection') =>
    ({
      subject: { ...subject, zone: 'classroom' },
      ruling: {
        ...{ action: 'block', reasonCode: 'category', category: 'harm.suicide', ruleId: 'r' },
        ...{ listSource: null, listVersion: null, severity: 'high', policyVersion: 1 },
      },
      ...{ window: 'lesson', kind, layer: kind === 'a' ? 'dns' : 'connect' },
      ...{ host: 'harm-suicide.cat.test', path: '', at: AT },
    }) as unknown as Parameters<Folds['take']>[0]
  const { fold } = folds.take(attempt('a'))
  const batch = { closed: [], tally: [], now: AT }
  store.write({ ...batch, entries: [{ entry: fold.first, opens: fold }], grown: [] })
  expect(openFoldsToJudge(store.db)).toEqual([])
  folds.take(attempt('connection'))
  store.write({ ...batch, entries: [], grown: [fold] })
  expect(openFoldsToJudge(store.db)).toMatchObject([
    { blockRef: 'REF-9', grade: 'navigated', attempts: 1, isTotal: true, category: 'harm.suicide' },
  ])
})

function alerterTo(told: string[]) {
  return createAlerter({
    ...{ db: alertsDb(), clock: () => AT },
    config: {
      ...{ school: 'Small School', timezone: 'Europe/London', dashboardUrl: null, quiet: null },
      ...{ digestAt: 86_399, webhooks: [], dutiesOf: () => [], topicOf: () => null },
      recipients: (duty) => [{ personRef: null, email: duty }],
    },
    deliver: ({ target }) => {
      told.push(target)
      return Promise.resolve()
    },
  })
}

test('a feed reads each row once, in several turns where they are many, and tells', async () => {
  const { store, write } = journal()
  const told: string[] = []
  const alerter = alerterTo(told)
  const feed = new JournalFeed(store.db, alerter)
  write(...Array.from({ length: 700 }, (_, index) => `host-${index}.example`))
  const visit = anEntry({ grade: 'navigated', category: 'harm.suicide', severity: 'high' })
  const entries = [{ entry: { ...visit, blockRef: 'REF-2' }, opens: null }]
  store.write({ entries, grown: [], closed: [], tally: [], now: AT })
  expect([feed.turn(true), feed.turn(true), feed.turn(true)]).toEqual([true, false, false])
  expect(alerter.seenSeq).toBe(701)
  await alerter.tick(AT)
  expect(told).toEqual(['dsl'])
  expect(feed.alarm).toBeNull()
})

test('a journal that cannot be read is an alarm, and the next turn goes on', () => {
  const { store, write } = journal()
  const alerter = alerterTo([])
  const feed = new JournalFeed(store.db, alerter)
  store.db.exec('ALTER TABLE journal RENAME TO elsewhere')
  expect(feed.turn(true)).toBe(false)
  expect(feed.alarm).toMatch(/alerts cannot be judged: no such table/)
  store.db.exec('ALTER TABLE elsewhere RENAME TO journal')
  write('a.example')
  feed.turn(true)
  expect([feed.alarm, alerter.seenSeq]).toEqual([null, 1])
})

test('a journal that was made anew is read from its beginning', () => {
  const alerter = alerterTo([])
  const first = journal()
  first.write('a.example', 'b.example')
  new JournalFeed(first.store.db, alerter).turn(true)
  const second = journal()
  const feed = new JournalFeed(second.store.db, alerter)
  second.write('c.example')
  feed.turn(true)
  expect(alerter.seenSeq).toBe(1)
})

test('looking at what has grown reads the open folds, and not the journal', () => {
  const { store } = journal()
  const plan = store.db.prepare(`EXPLAIN QUERY PLAN ${OPEN_FOLDS_SQL}`).all()
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SCAN f',
    'SEARCH j USING INTEGER PRIMARY KEY (rowid=?)',
  ])
})

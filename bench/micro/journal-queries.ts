import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import {
  BY_HOUR_SQL,
  BY_TERM_SQL,
  countBy,
  countByDay,
} from '../../records/journal/journal-counts.ts'
import { JournalIndex } from '../../records/journal/journal-index.ts'
import { JournalRefs, REF_SQL } from '../../records/journal/journal-refs.ts'
import {
  EVERYTHING_SQL,
  FACET_TERMS_SQL,
  HOST_SQL,
  WORDS_SQL,
  searchJournal,
} from '../../records/journal/journal-search.ts'
import type { JournalFilter } from '../../records/journal/journal-search.ts'
import { POSTINGS_SQL } from '../../records/journal/merged-postings.ts'
import { JournalStore } from '../../records/journal/journal-store.ts'
import { SAMPLE_START, fillJournal } from '../../test/support/sample-journal.ts'
import { sizeOf } from './measure.ts'

/**
 * The dashboard's queries over a journal of 13 months: `node bench/micro/journal-queries.ts` makes
 * 10 M entries, `npm run bench` 300,000, `JOURNAL_ENTRIES=1000000` as many. Each query's median and
 * slowest of five runs in ms, and how SQLite finds what the queries are made of.
 */
const ENTRIES = sizeOf('JOURNAL_ENTRIES', { alone: 10_000_000, among: 300_000 })
const RUNS = 5
const LIMIT_MS = 200

const DAY_MS = 86_400_000
const END = SAMPLE_START + 395 * DAY_MS

const PAGES: readonly [says: string, filter: JournalFilter][] = [
  ['the newest', {}],
  ['a day half a year ago', { from: iso(200), to: iso(201) }],
  ['one pupil', { person_ref: ['p-77'] }],
  ['one pupil, one category', { person_ref: ['p-77'], category: 'games' }],
  ['a year group of 150', { person_ref: Array.from({ length: 150 }, (_, i) => `p-${i}`) }],
  ['one device', { device_id: 'tablet-77' }],
  ['a host that is everywhere', { host: 'www.site0.example' }],
  ['a host that was there once', { host: 'once77.rare.example' }],
  ['high severity', { severity: 'high' }],
  ['high severity in a month', { severity: 'high', from: iso(100), to: iso(130) }],
  ['a kind that never came', { role: 'governor' }],
  ['two frequent fields that rarely meet', { host: 'www.site0.example', severity: 'high' }],
  ['nobody known, rare field', { person_ref: ['unidentified'], severity: 'high' }],
  ['the code of a block page', { block_ref: '0077-0003' }],
  ['words: one rare host', { text: 'once77.rare' }],
  ['words: a part of every host', { text: 'example' }],
  ['words: a part of many hosts and a category', { text: 'site16 category16' }],
  ['words: many hosts, rare field', { text: 'example', severity: 'high', role: 'staff' }],
]

function iso(day: number): string {
  return new Date(SAMPLE_START + day * DAY_MS).toISOString()
}

const STATEMENTS = {
  ...{ EVERYTHING_SQL, HOST_SQL, WORDS_SQL, FACET_TERMS_SQL, REF_SQL, POSTINGS_SQL },
  ...{ BY_TERM_SQL, BY_HOUR_SQL },
}

const directory = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
const ORIGIN = { directory, site: 'ex', gate: 'g1', now: END }

try {
  run()
} finally {
  rmSync(directory, { recursive: true })
}

function run(): void {
  make()
  // Opened again: with the cache of a gate, not with that of the making.
  const store = JournalStore.open(ORIGIN)
  ask(store.db)
  plans(store.db)
  store.close(END)
}

function make(): void {
  const store = JournalStore.open(ORIGIN)
  const { db } = store
  // Making the file is not what is measured: it need not survive a power cut.
  db.exec(
    'PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -1000000',
  )
  timed(`${ENTRIES} entries made`, () => {
    fillJournal(db, ENTRIES)
  })
  const index = new JournalIndex(db)
  const refs = new JournalRefs(db)
  timed('indexed', () => {
    while (index.step());
    while (refs.step());
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  })
  console.log(`${Math.round(statSync(join(directory, 'journal.sqlite')).size / 1e6)} MB`)
  store.close(END)
}

function ask(db: DatabaseSync): void {
  for (const [says, filter] of PAGES) {
    query(`page: ${says}`, () => searchJournal(db, filter, { limit: 100 }).rows.length)
  }
  const year = { from: END - 365 * DAY_MS, to: END }
  query('counts: category, a year', () => countBy(db, 'category', year).counts.size)
  query('counts: role, a year', () => countBy(db, 'role', year).counts.size)
  query('counts: day of a month', () => {
    const month = { from: END - 30 * DAY_MS, to: END }
    return countByDay(db, month, dayOf).counts.size
  })
  query('counts: day of a year, pupils', () => {
    return countByDay(db, { ...year, role: 'pupil' }, dayOf).counts.size
  })
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** What the tests hold on an empty file, on this one: no scan of a table and no sorting. */
function plans(db: DatabaseSync): void {
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    console.log(`plan: ${name}: ${plan.map(({ detail }) => String(detail)).join('; ')}`)
  }
}

function timed(says: string, work: () => void): void {
  const started = performance.now()
  work()
  const ms = performance.now() - started
  console.log(`${says} in ${(ms / 1_000).toFixed(1)} s (${Math.round((ENTRIES / ms) * 1_000)}/s)`)
}

function query(says: string, work: () => number): void {
  let found = 0
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now()
    found = work()
    return performance.now() - started
  }).sort((a, b) => a - b)
  const [median = 0, slowest = 0] = [times[RUNS >> 1], times.at(-1)]
  const mark = slowest > LIMIT_MS ? '   over 200 ms' : ''
  console.log(
    `${says.padEnd(52)}${median.toFixed(1).padStart(9)}${slowest.toFixed(1).padStart(9)}   ${found} rows${mark}`,
  )
}

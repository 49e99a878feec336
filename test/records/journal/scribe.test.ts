import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blockRef } from '../../../records/block-ref.ts'
import { sums } from '../../../records/journal/journal-reads.ts'
import { JournalStore } from '../../../records/journal/journal-store.ts'
import { MAX_HELD_ENTRIES, Scribe } from '../../../records/journal/scribe.ts'
import { RecordsCounters } from '../../../records/records-counters.ts'
import type { WordRecord } from '../../../records/rings/attempt-codec.ts'
import { RingWriter, makeRing } from '../../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../../records/rings/ring-recorder.ts'
import { RingTally } from '../../../records/tally/ring-tally.ts'
import { readTally } from '../../../records/tally/tally-store.ts'
import { TEN_O_CLOCK, aRuling, aSubject } from '../../support/refusals.ts'

const KEY = new Uint8Array(32).fill(7)

let directory: string
let store: JournalStore
let counters: RecordsCounters
let scribe: Scribe
let remembered: [ring: number, words: readonly (WordRecord | null)[]][]
let outlet: { state: { isUp: boolean }; wakes: number; wake(): void }

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schoolgate-scribe-'))
  store = JournalStore.open({ directory, site: 'ex', gate: 'gate-1', now: TEN_O_CLOCK })
  counters = new RecordsCounters()
  remembered = []
  outlet = {
    state: { isUp: false },
    wakes: 0,
    wake() {
      this.wakes += 1
    },
  }
  const remember = (ring: number, words: readonly (WordRecord | null)[]): void => {
    remembered.push([ring, words])
  }
  scribe = new Scribe({ site: 'ex', key: KEY, store, counters, outlet, remember })
})

afterEach(() => {
  store.db.close()
  rmSync(directory, { recursive: true })
})

/** A data thread's ring that the scribe reads. */
function addThread(octets?: number): { ring: RingWriter; recorder: RingRecorder } {
  const buffer = makeRing(octets)
  scribe.addRing(buffer, [])
  const ring = new RingWriter(buffer)
  return { ring, recorder: new RingRecorder(ring) }
}

function visit(recorder: RingRecorder, host: string, at = TEN_O_CLOCK): void {
  recorder.connection(aSubject(), RULING, 'sni', { host, path: '', at })
}

const RULING = aRuling()

function lastHost(): unknown {
  return store.db.prepare('SELECT host FROM journal ORDER BY seq DESC').get()?.['host']
}

test('V18: attempts of all threads meet in one fold, with the code that the block page shows', () => {
  const threads = [addThread(), addThread(), addThread()]
  for (const { recorder } of threads) visit(recorder, 'adult.example')
  scribe.turn(TEN_O_CLOCK)
  expect(sums(store.db)).toEqual({ entries: 1, attempts: 1, headSeq: 1 })
  scribe.turn(TEN_O_CLOCK + 62_000)
  expect(sums(store.db)).toEqual({ entries: 2, attempts: 3, headSeq: 2 })
  const minute = TEN_O_CLOCK / 60_000
  const key = { site: 'ex', who: 'phone-7', host: 'adult.example', reason: 'category', minute }
  const refs = store.db.prepare('SELECT DISTINCT block_ref AS ref FROM journal').all()
  expect(refs.map(({ ref }) => ref)).toEqual([blockRef(KEY, key)])
  expect(store.db.prepare('SELECT * FROM open_folds').all()).toEqual([])
})

test('a sealed name is in no byte of the file', () => {
  const { recorder } = addThread()
  const sealed = aRuling({ reasonCode: 'sealed' })
  const seen = { host: 'unspeakable.example', path: '/unspeakable', at: TEN_O_CLOCK }
  recorder.connection(aSubject(), sealed, 'http', seen)
  scribe.finish(TEN_O_CLOCK)
  expect(lastHost()).toMatch(/^sealed:[0-9a-f]{64}$/)
  const tables = ['journal', 'open_folds', 'tally']
  for (const table of tables)
    expect(JSON.stringify(store.db.prepare(`SELECT * FROM ${table}`).all())).not.toContain(
      'unspeak',
    )
})

test('a busy thread does not keep the others waiting', () => {
  const [busy, quiet] = [addThread(), addThread()]
  for (let i = 0; i < 5_000; i += 1) visit(busy.recorder, `h${i}.example`)
  visit(quiet.recorder, 'quiet.example')
  expect(scribe.turn(TEN_O_CLOCK)).toBe(true)
  const hosts = store.db
    .prepare('SELECT host FROM journal')
    .all()
    .map(({ host }) => host)
  expect(hosts).toContain('quiet.example')
  expect(hosts.length).toBeLessThan(1_100)
  while (scribe.turn(TEN_O_CLOCK));
  expect(sums(store.db).attempts).toBe(5_001)
})

test('words are handed on for a successor once they are read for good', () => {
  const { recorder } = addThread()
  visit(recorder, 'a.example')
  scribe.turn(TEN_O_CLOCK)
  expect(
    remembered.map(([ring, words]) => [ring, words.map((word) => word?.kind ?? null)]),
  ).toEqual([[0, [null, 'subject', 'ruling', 'window']]])
  scribe.turn(TEN_O_CLOCK)
  expect(remembered).toHaveLength(1)
})

test('entries written while Redis is down are counted as spooled, and wake the shipper', () => {
  const { recorder } = addThread()
  visit(recorder, 'a.example')
  scribe.turn(TEN_O_CLOCK)
  outlet.state.isUp = true
  visit(recorder, 'b.example')
  scribe.turn(TEN_O_CLOCK)
  expect([counters.get('written'), counters.get('spooled'), outlet.wakes]).toEqual([2, 1, 2])
})

test('V18: entries of somebody unknown are counted, for their share', () => {
  const { recorder } = addThread()
  visit(recorder, 'a.example')
  const stranger = aSubject({ index: 1, personRef: null })
  recorder.connection(stranger, aRuling(), 'sni', { host: 'b.example', path: '', at: TEN_O_CLOCK })
  scribe.turn(TEN_O_CLOCK)
  expect([counters.get('written'), counters.get('unidentified')]).toEqual([2, 1])
})

test('what means nothing in a ring is counted as lost, and the rest is read', () => {
  const { ring, recorder } = addThread()
  const index = ring.reserve(9)
  ring.bytes.fill(0xee, index, index + 9)
  ring.commit(9)
  visit(recorder, 'a.example')
  scribe.turn(TEN_O_CLOCK)
  expect([counters.get('lost'), sums(store.db).attempts]).toEqual([1, 1])
})

/** From here on the file can grow by a few pages only: what a full disk is to SQLite. */
function fillDisk(): void {
  const pages = Number(store.db.prepare('PRAGMA page_count').get()?.['page_count'])
  store.db.exec(`PRAGMA max_page_count = ${pages}`)
}

function emptyDisk(): void {
  store.db.exec('PRAGMA max_page_count = 10000000')
}

/** A try to write comes every 25 turns. */
function manyTurns(now: number): void {
  for (let i = 0; i < 60; i += 1) scribe.turn(now)
}

test('V19: while the disk is full entries wait in memory, and nothing is lost or doubled', () => {
  const { recorder } = addThread()
  visit(recorder, 'before.example')
  scribe.turn(TEN_O_CLOCK)
  fillDisk()
  for (let i = 0; i < 3_000; i += 1) visit(recorder, `h${i % 1_000}.example`)
  visit(recorder, 'before.example')
  manyTurns(TEN_O_CLOCK)
  expect(scribe.state.alarm).toBe('cannot write the journal: database or disk is full')
  expect(scribe.state.held).toBe(1_000)
  manyTurns(TEN_O_CLOCK + 62_000)
  emptyDisk()
  manyTurns(TEN_O_CLOCK + 63_000)
  expect(scribe.state).toMatchObject({ alarm: null, held: 0, durableAt: TEN_O_CLOCK + 63_000 })
  expect(sums(store.db)).toEqual({ entries: 2_002, attempts: 3_002, headSeq: 2_002 })
  expect(counters.get('lost')).toBe(0)
})

test('V19: past its limit memory refuses, and the loss is counted', () => {
  const { recorder } = addThread()
  fillDisk()
  const excess = 500
  for (let i = 0; i < MAX_HELD_ENTRIES + excess; i += 1) {
    visit(recorder, `h${i}.example`)
    if (i % 10_000 === 9_999) while (scribe.turn(TEN_O_CLOCK));
  }
  manyTurns(TEN_O_CLOCK)
  expect(counters.get('written')).toBe(0)
  expect(scribe.state.held).toBe(MAX_HELD_ENTRIES)
  expect(counters.get('lost')).toBe(excess)
  // A fold that was not kept begins anew, and is lost anew.
  visit(recorder, `h${MAX_HELD_ENTRIES + 1}.example`)
  scribe.turn(TEN_O_CLOCK)
  expect(counters.get('lost')).toBe(excess + 1)
})

test('what the disk refuses at the stop is counted as lost', () => {
  const { recorder } = addThread()
  fillDisk()
  for (let i = 0; i < 2_000; i += 1) visit(recorder, `h${i % 1_000}.example`)
  scribe.finish(TEN_O_CLOCK)
  expect([counters.get('lost'), counters.get('written')]).toEqual([2_000, 0])
})

test('the stop drains the rings and closes all folds', () => {
  const { recorder } = addThread()
  for (let i = 0; i < 7_000; i += 1) visit(recorder, `h${i % 7}.example`)
  scribe.finish(TEN_O_CLOCK)
  expect(sums(store.db)).toEqual({ entries: 14, attempts: 7_000, headSeq: 14 })
})

test('the tally of several threads adds up, and is forgotten after 48 hours', () => {
  const salt = { low: 1, high: 2 }
  const allowed = aRuling({ action: 'allow', profile: 'staff' })
  for (const thread of [addThread(), addThread()]) {
    const tally = new RingTally(thread.ring, salt)
    for (let index = 0; index < 20; index += 1)
      tally.countHost(aSubject({ index, deviceId: `d${index}` }), allowed, 'bbc.co.uk', TEN_O_CLOCK)
    tally.flush()
  }
  scribe.turn(TEN_O_CLOCK)
  const hour = TEN_O_CLOCK / 3_600_000
  const [row] = readTally(store.db, hour, 48)
  expect(row).toMatchObject({ host: 'bbc.co.uk', profile: 'staff', verdict: 'allow', requests: 40 })
  expect(row?.devices).toBeGreaterThan(15)
  expect(row?.devices).toBeLessThan(25)
  scribe.tidy(TEN_O_CLOCK + 48 * 3_600_000)
  expect(readTally(store.db, hour, 48)).toHaveLength(1)
  scribe.tidy(TEN_O_CLOCK + 49 * 3_600_000)
  expect(store.db.prepare('SELECT count(*) AS n FROM tally').get()?.['n']).toBe(0)
})

test('what was written is indexed between two turns, unless there is work and little is behind', () => {
  const { recorder } = addThread()
  visit(recorder, 'a.example')
  scribe.turn(TEN_O_CLOCK)
  const indexed = (): unknown => store.db.prepare('SELECT seq FROM journal_indexed').get()?.['seq']
  expect([scribe.follow(TEN_O_CLOCK, true), indexed()]).toEqual([false, 0])
  expect([scribe.follow(TEN_O_CLOCK, false), indexed()]).toEqual([false, 1])
  for (let i = 0; i < 300; i += 1) visit(recorder, `h${i}.example`)
  while (scribe.turn(TEN_O_CLOCK));
  expect([scribe.follow(TEN_O_CLOCK, true), indexed()]).toEqual([false, 1])
  vi.spyOn(store, 'isFarBehind', 'get').mockReturnValue(true)
  expect([scribe.follow(TEN_O_CLOCK, true), indexed()]).toEqual([true, 257])
})

test('old entries are forgotten once a second, and by steps while there are many', () => {
  const { recorder } = addThread()
  const ruling = aRuling({ severity: 'low' })
  for (let i = 0; i < 600; i += 1) {
    const seen = { host: `h${i}.example`, path: '', at: TEN_O_CLOCK }
    recorder.connection(aSubject(), ruling, 'sni', seen)
  }
  while (scribe.turn(TEN_O_CLOCK));
  while (scribe.follow(TEN_O_CLOCK, false));
  const later = TEN_O_CLOCK + 400 * 86_400_000
  scribe.tidy(later)
  expect(sums(store.db).entries).toBe(350)
  while (scribe.follow(later, false));
  expect(sums(store.db).entries).toBe(0)
})

test('a disk that refuses the index is an alarm, and is left alone for a second', () => {
  const { recorder } = addThread()
  for (let i = 0; i < 400; i += 1) visit(recorder, `h${i}.example`)
  while (scribe.turn(TEN_O_CLOCK));
  fillDisk()
  expect(scribe.follow(TEN_O_CLOCK, false)).toBe(false)
  expect(scribe.state.alarm).toMatch(/cannot write the journal: .*full/)
  emptyDisk()
  expect(scribe.follow(TEN_O_CLOCK, false)).toBe(false)
  scribe.tidy(TEN_O_CLOCK)
  expect(scribe.follow(TEN_O_CLOCK, false)).toBe(true)
})

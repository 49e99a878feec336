import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  foundedAt,
  lostSince,
  readMark,
  writeMark,
  type LedgerMark,
} from '../../../records/ledger/ledger-mark.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, devicePut, options, PHONE, sampleLedger, SITE } from './sample-ledger.ts'

const HOUR = 3_600_000

function markOf({ seq, hash }: { seq: number; hash: string }, ts = AT + 2 * HOUR): LedgerMark {
  return { site: SITE, seq, hash, ts: new Date(ts).toISOString() }
}

function ledgerOf(make = sampleLedger) {
  const ledger = make(tempDirectory())
  onTestFinished(() => {
    ledger.close()
  })
  return ledger
}

test('a mark is read as it was written; torn, absent or another site’s it is none', () => {
  const path = join(tempDirectory(), 'records.mark')
  expect(readMark(path, SITE)).toBeNull()
  const mark = markOf({ seq: 9, hash: 'ab' })
  writeMark(path, mark)
  expect(readMark(path, SITE)).toEqual(mark)
  expect(readMark(path, 'other')).toBeNull()
  for (const text of ['', '{"seq":', 'null', '{"site":"ex","seq":1.5,"hash":"a","ts":"now"}']) {
    writeFileSync(path, text)
    expect(readMark(path, SITE)).toBeNull()
  }
})

test('nothing is lost of a ledger that has grown since', () => {
  const ledger = ledgerOf()
  const mark = markOf(ledger.head())
  ledger.append([devicePut({ ...PHONE, state: 'lost' })], options(9))
  expect(lostSince(ledger, mark)).toBeNull()
})

test('a ledger that was founded after the mark was made begins anew', () => {
  const mark = markOf({ seq: 40, hash: 'c0ffee' }, AT - HOUR)
  expect(lostSince(ledgerOf(), mark)).toBe(
    'the ledger begins anew on 2026-11-24T10:00:00.000Z: the ledger that had 40 entries on 2026-11-24T09:00:00.000Z is lost',
  )
  const empty = ledgerOf((directory) => openLedger(directory))
  expect(foundedAt(empty)).toBeNull()
  expect(lostSince(empty, mark)).toMatch(/^the ledger begins anew: /)
})

test('a ledger that ends before the mark, or is another there, has lost entries', () => {
  for (const seq of [9, 12])
    expect(lostSince(ledgerOf(), markOf({ seq, hash: 'c0ffee' }))).toMatch(
      /^the ledger has lost entries: .* that had \d+ entries on 2026-11-24T12:00:00.000Z$/,
    )
})

import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../../../records/canonical-json.ts'
import { sha256, type Link } from '../../../records/ledger/chain.ts'
import type { LedgerEntry } from '../../../records/ledger/entry.ts'
import { LEDGER_FILE } from '../../../records/ledger/ledger-schema.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { createCheckpointer } from '../../../records/ledger/checkpointer.ts'
import { openSigningKey } from '../../../records/ledger/checkpoint-key.ts'
import { RegisterView } from '../../../records/register/register-view.ts'
import { loadSnapshot, saveSnapshot } from '../../../records/register/snapshots.ts'
import { verifyChain, verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, devicePut, options, PHONE, sampleLedger, SITE, tamper } from './sample-ledger.ts'

test('a ledger that nobody touched verifies, with its texts and people', () => {
  const ledger = sampleLedger(tempDirectory())
  const { seq, hash } = ledger.head()
  expect(verifyLedger(ledger)).toEqual({
    ok: true,
    head: { seq, hash },
    documents: 1,
    erased: 0,
    checkpoints: 0,
  })
  ledger.close()
})

/** A row's new text and the hash that fits it, so that the row by itself looks right. */
function rehashed(entry: LedgerEntry, change: Partial<LedgerEntry>): string {
  const body = Object.entries({ ...entry, ...change }).filter(([key]) => key !== 'hash')
  const text = canonicalJson(Object.fromEntries(body) as Json)
  const quoted = text.replaceAll("'", "''")
  return `UPDATE entries SET body = '${quoted}', hash = '${sha256(text)}' WHERE seq = ${entry.seq}`
}

type Sabotage = (entries: readonly LedgerEntry[]) => readonly string[]

const at = (entries: readonly LedgerEntry[], seq: number): LedgerEntry => {
  const entry = entries[seq - 1]
  if (entry === undefined) throw new Error(`no entry ${seq}`)
  return entry
}

const SABOTAGE: readonly [says: string, sabotage: Sabotage, seq: number, message: string][] = [
  [
    'an edited text',
    () => [`UPDATE entries SET body = replace(body, 'signed', 'missing') WHERE seq = 4`],
    4,
    'entry 4 was edited',
  ],
  [
    'a text edited by one space, which is the same JSON',
    () => [`UPDATE entries SET body = replace(body, ',"after"', ', "after"') WHERE seq = 4`],
    4,
    'entry 4 was edited',
  ],
  [
    'an edited time, with its index',
    () => [
      `UPDATE entries SET body = json_set(body, '$.ts', '2020-01-01T00:00:00.000Z') WHERE seq = 9`,
    ],
    9,
    'entry 9 was edited',
  ],
  [
    'an edited hash',
    () => [`UPDATE entries SET hash = '${'0'.repeat(64)}' WHERE seq = 9`],
    9,
    'edited',
  ],
  [
    'an entry rewritten together with its hash',
    (entries) => [rehashed(at(entries, 5), { reason: 'nothing to see here' })],
    5,
    'entry 5 was rewritten together with its hash',
  ],
  [
    'the last entry rewritten together with its hash',
    (entries) => [rehashed(at(entries, 9), { prev_hash: at(entries, 7).hash })],
    9,
    'entry 9 does not follow entry 8: one of them was rewritten',
  ],
  [
    'a removed entry',
    () => ['DELETE FROM entries WHERE seq = 6'],
    6,
    'entry 6 is missing: entry 7',
  ],
  ['a removed beginning', () => ['DELETE FROM entries WHERE seq < 3'], 1, 'entry 1 is missing'],
  [
    'a removed entry whose followers moved up',
    () => [
      'DELETE FROM entries WHERE seq = 6',
      'UPDATE entries SET seq = seq - 1 WHERE seq = 7',
      'UPDATE entries SET seq = seq - 1 WHERE seq = 8',
      'UPDATE entries SET seq = seq - 1 WHERE seq = 9',
    ],
    6,
    'entry 6 was reordered: it was entry 7',
  ],
  [
    'two swapped entries',
    () => [
      'UPDATE entries SET seq = 100 WHERE seq = 5',
      'UPDATE entries SET seq = 5 WHERE seq = 6',
      'UPDATE entries SET seq = 6 WHERE seq = 100',
    ],
    5,
    'entry 5 was reordered: it was entry 6',
  ],
  [
    'two swapped entries that were given each other’s numbers',
    (entries) => [
      rehashed({ ...at(entries, 5), seq: 6 }, {}),
      rehashed({ ...at(entries, 6), seq: 5 }, {}),
    ],
    5,
    'entry 5 does not follow entry 4',
  ],
  [
    'an entry slipped in between',
    (entries) => [
      ...[9, 8, 7].map((seq) => `UPDATE entries SET seq = ${seq + 1} WHERE seq = ${seq}`),
      `INSERT INTO entries (seq, body, hash) SELECT 7, body, hash FROM entries WHERE seq = 6`,
      rehashed({ ...at(entries, 6), seq: 7 }, { prev_hash: at(entries, 6).hash }),
    ],
    8,
    'entry 8 was reordered: it was entry 7',
  ],
  ['a removed policy text', () => ['DELETE FROM documents'], 1, 'the text of entry 1 is missing'],
  [
    'an edited policy text',
    () => [`UPDATE documents SET text = text || '#'`],
    1,
    'the text of entry 1 was edited',
  ],
  [
    'a name that was changed past the ledger',
    () => [`UPDATE people SET name = 'Eve Example'`],
    2,
    'the name of person `p-0001` was changed after entry 2',
  ],
]

test.each(SABOTAGE)('V20: finds %s and names the first bad entry', (_, sabotage, seq, message) => {
  const directory = tempDirectory()
  const before = sampleLedger(directory)
  const entries = [...before.entries()]
  before.close()
  tamper(directory, ...sabotage(entries))
  const ledger = openLedger(directory, { readOnly: true })
  const result = verifyLedger(ledger)
  ledger.close()
  expect(result).toMatchObject({ ok: false, fault: { seq } })
  expect(result).toHaveProperty('fault.message', expect.stringContaining(message))
})

test('a tail that was cut off shows against a head that was remembered', () => {
  const directory = tempDirectory()
  const before = sampleLedger(directory)
  const remembered: Link = before.head()
  before.close()
  tamper(directory, 'DELETE FROM entries WHERE seq > 6')
  const ledger = openLedger(directory)
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, head: { seq: 6 } })
  expect(verifyLedger(ledger, remembered)).toEqual({
    ok: false,
    fault: {
      seq: 7,
      message: 'entry 7 is missing: the ledger ends at entry 6, entry 9 is remembered',
    },
  })
  ledger.close()
})

test('a ledger rewritten from some entry on shows against a head that was remembered', () => {
  const directory = tempDirectory()
  const before = sampleLedger(directory)
  const remembered: Link = before.head()
  before.append([devicePut(PHONE)], options(9))
  expect(verifyLedger(before, remembered).ok).toBe(true)
  before.close()

  const forged = openLedger(tempDirectory(), { site: SITE })
  for (let seq = 0; seq < 10; seq += 1) forged.append([devicePut(PHONE)], options(seq))
  expect(verifyLedger(forged)).toMatchObject({ ok: true })
  expect(verifyLedger(forged, remembered)).toMatchObject({
    ok: false,
    fault: { seq: 9, message: expect.stringContaining('the ledger was rewritten') as string },
  })
  forged.close()
})

/** A ledger of nine entries and one more, signed after each append, whose register was kept at the ninth. */
function signedLedger(): string {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  const checkpointer = createCheckpointer(ledger, openSigningKey(directory), () => AT)
  checkpointer.stop()
  new RegisterView(ledger).keep()
  ledger.append([devicePut(PHONE)], options(9))
  checkpointer.stop()
  ledger.close()
  return directory
}

const DROP = 'DROP TRIGGER checkpoints_append; DROP TRIGGER checkpoints_delete;'

const SIGNED: readonly [says: string, script: string, seq: number, message: string][] = [
  [
    'a tail cut off behind a checkpoint, without a head that was noted',
    'DELETE FROM entries WHERE seq > 6',
    7,
    'entry 7 is missing: the ledger ends at entry 6, checkpoint 1 signed entry 9',
  ],
  [
    'a checkpoint that was taken out',
    `${DROP} DELETE FROM checkpoints WHERE number = 1`,
    0,
    'checkpoint 1 is missing',
  ],
  [
    'a snapshot that says more than the entries',
    `UPDATE snapshots SET digest = digest`,
    9,
    'the snapshot kept at entry 9 is not what the entries add up to',
  ],
]

test.each(SIGNED)('finds %s', (says, script, seq, message) => {
  const directory = signedLedger()
  tamper(directory, script)
  if (says.includes('snapshot')) forgeSnapshot(directory)
  const ledger = openLedger(directory, { readOnly: true })
  const result = verifyLedger(ledger)
  ledger.close()
  expect(result).toMatchObject({ ok: false, fault: { seq } })
  expect(result).toHaveProperty('fault.message', expect.stringContaining(message))
})

/** A device that nobody lost, with a digest that fits: whole in itself. */
function forgeSnapshot(directory: string): void {
  const ledger = openLedger(directory)
  const honest = loadSnapshot(ledger)
  saveSnapshot(ledger.db, {
    ...honest,
    devices: new Map(honest.devices).set('ghost', { ...PHONE, id: 'ghost' }),
  })
  expect(new RegisterView(ledger).current().devices.has('ghost')).toBe(true)
  ledger.close()
}

test('a chain rewritten from some entry on, each hash fitting, shows against the checkpoints', () => {
  const directory = signedLedger()
  const donor = tempDirectory()
  const forged = openLedger(donor, { site: SITE })
  for (let seq = 0; seq < 12; seq += 1) forged.append([devicePut(PHONE)], options(seq))
  forged.close()
  tamper(
    directory,
    `ATTACH '${join(donor, LEDGER_FILE)}' AS donor;
     DELETE FROM entries;
     INSERT INTO entries (seq, body, hash) SELECT seq, body, hash FROM donor.entries`,
  )
  const ledger = openLedger(directory, { readOnly: true })
  expect(verifyLedger(ledger)).toMatchObject({
    ok: false,
    fault: {
      seq: 9,
      message: expect.stringContaining('is not the one that checkpoint 1 signed') as string,
    },
  })
  ledger.close()
  // And a gate does not go on with it.
  expect(() => openLedger(directory, { site: SITE })).toThrow(
    'is not whole: entry 10 is not the one',
  )
})

test('checkpoints of somebody else are not believed, whatever lies beside the ledger', () => {
  const directory = signedLedger()
  const ledger = openLedger(directory, { readOnly: true })
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, checkpoints: 2 })
  openSigningKey(tempDirectory())
  expect(verifyLedger(ledger, null, new Map())).toMatchObject({
    ok: false,
    fault: { message: expect.stringContaining('by a key that is not known here') as string },
  })
  ledger.close()
})

test('a gate does not append to a ledger that lost what was signed', () => {
  const directory = signedLedger()
  tamper(directory, 'DELETE FROM entries WHERE seq > 6')
  expect(() => openLedger(directory, { site: SITE })).toThrow(
    'is not whole: entry 7 is missing: the ledger ends at entry 6, checkpoint 2 signed entry 10; restore a backup',
  )
})

test('a person who was erased is no fault', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  tamper(directory, `DELETE FROM people WHERE person_ref = 'p-0001'`)
  const ledger = openLedger(directory)
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, erased: 1 })
  ledger.close()
})

test('a file that lost pages is refused or found torn, and never verifies', () => {
  const directory = tempDirectory()
  const ledger = openLedger(directory, { site: SITE })
  const many = Array.from({ length: 500 }, (_, i) => devicePut({ ...PHONE, id: `device-${i}` }))
  ledger.append(many, options(0))
  ledger.close()
  truncateSync(join(directory, LEDGER_FILE), 4096 * 20)
  expect(() => openLedger(directory)).toThrow('is torn')
})

test('the chain alone is checked as it streams, and stops at the fault', () => {
  const ledger = sampleLedger(tempDirectory())
  const seen: number[] = []
  const rows = [...ledger.rows()].map((row) => (row.seq === 4 ? { ...row, hash: 'x' } : row))
  const result = verifyChain(rows, null, ({ seq }) => seen.push(seq))
  expect(result).toMatchObject({ ok: false, fault: { seq: 4 } })
  expect(seen).toEqual([1, 2, 3])
  ledger.close()
})

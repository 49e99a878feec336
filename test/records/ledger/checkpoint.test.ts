import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkCheckpoints,
  findBelied,
  keysBeside,
  lastCheckpoint,
  sealCheckpoint,
  storedCheckpoints,
  type StoredCheckpoint,
} from '../../../records/ledger/checkpoint.ts'
import {
  openSigningKey,
  PUBLIC_KEY_FILE,
  readPublicKeys,
  type PublicKeys,
  type SigningKey,
} from '../../../records/ledger/checkpoint-key.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { sampleLedger } from './sample-ledger.ts'

const FACTS = { site: 'ex', seq: 9, hash: 'a'.repeat(64), ts: '2026-11-24T11:00:00.000Z' }

function made(): { key: SigningKey; keys: PublicKeys; rows: StoredCheckpoint[] } {
  const directory = tempDirectory()
  const key = openSigningKey(directory)
  const rows = [1, 2, 3].map((checkpoint) => sealCheckpoint({ checkpoint, ...FACTS }, key))
  return { key, keys: readPublicKeys(join(directory, PUBLIC_KEY_FILE)), rows }
}

test('what was signed is read back', () => {
  const { key, keys, rows } = made()
  const checked = checkCheckpoints(rows, keys)
  expect(checked).toMatchObject({
    ok: true,
    checkpoints: [
      { v: 1, checkpoint: 1, ...FACTS, key: key.id },
      { checkpoint: 2 },
      { checkpoint: 3 },
    ],
  })
})

type Sabotage = (rows: StoredCheckpoint[], key: SigningKey) => unknown

const SABOTAGE: readonly [says: string, sabotage: Sabotage, message: string][] = [
  [
    'one taken out',
    (rows) => rows.splice(1, 1),
    'checkpoint 2 is missing: checkpoint 3 comes next',
  ],
  ['the first taken out', (rows) => rows.shift(), 'checkpoint 1 is missing'],
  [
    'an edited text',
    (rows) => {
      change(rows, 1, ({ body }) => ({ body: body.replace('"seq":9', '"seq":8') }))
    },
    'checkpoint 2 does not have its signature',
  ],
  [
    'a signature of another one',
    (rows) => {
      change(rows, 1, () => ({ signature: rows[0]?.signature ?? '' }))
    },
    'checkpoint 2 does not have its signature',
  ],
  [
    'one copied over another, with its signature',
    (rows) => {
      change(rows, 1, () => ({ ...rows[0], number: 2 }))
    },
    'checkpoint 2 was checkpoint 1',
  ],
  [
    'one signed by somebody else',
    (rows) => {
      const stranger = openSigningKey(tempDirectory())
      change(rows, 2, () => sealCheckpoint({ checkpoint: 3, ...FACTS }, stranger))
    },
    'checkpoint 3 is signed by a key that is not known here',
  ],
  [
    'a text that is none',
    (rows) => {
      change(rows, 0, () => ({ body: '[]' }))
    },
    'checkpoint 1 is not a checkpoint',
  ],
  [
    'one of a newer version',
    (rows, key) => {
      const body = (rows[0]?.body ?? '').replace('"v":1', '"v":2')
      change(rows, 0, () => ({ body, signature: key.sign(body) }))
    },
    'checkpoint 1 was written by a newer Schoolgate (format 2)',
  ],
]

test.each(SABOTAGE)('finds %s', (_, sabotage, message) => {
  const { key, keys, rows } = made()
  sabotage(rows, key)
  const checked = checkCheckpoints(rows, keys)
  expect(checked).toMatchObject({ ok: false, message: expect.stringContaining(message) as string })
})

test('no text and no signature makes it throw, or passes', () => {
  const { keys } = made()
  const text = fc.oneof(fc.string(), fc.json())
  fc.assert(
    fc.property(text, text, (body, signature) => {
      expect(checkCheckpoints([{ number: 1, body, signature }], keys).ok).toBe(false)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('says which checkpoint a ledger belies, and which entry is the first to miss', () => {
  const checkpoint = { v: 1, checkpoint: 4, ...FACTS, key: '' }
  const head = { seq: 9, hash: FACTS.hash }
  expect(findBelied([checkpoint], head, () => true)).toBeUndefined()
  expect(findBelied([checkpoint], head, () => false)).toMatchObject({
    seq: 9,
    message: expect.stringContaining('is not the one that checkpoint 4 signed') as string,
  })
  expect(findBelied([checkpoint], { seq: 6, hash: '' }, () => false)).toEqual({
    seq: 7,
    message: 'entry 7 is missing: the ledger ends at entry 6, checkpoint 4 signed entry 9',
  })
})

test('a ledger without any has no last one, and knows the keys in its directory', () => {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  expect(lastCheckpoint(ledger.db)).toBeUndefined()
  expect([...storedCheckpoints(ledger.db)]).toEqual([])
  expect(keysBeside(ledger.db).size).toBe(0)
  const { id } = openSigningKey(directory)
  expect([...keysBeside(ledger.db).keys()]).toEqual([id])
  ledger.close()
})

function change(
  rows: StoredCheckpoint[],
  index: number,
  with_: (row: StoredCheckpoint) => Partial<StoredCheckpoint>,
): void {
  const row = rows[index]
  if (row === undefined) throw new Error(`no row ${index}`)
  rows[index] = { ...row, ...with_(row) }
}

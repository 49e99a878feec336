import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { LEDGER_SCHEMA } from '../../../records/ledger/ledger-schema.ts'
import { Ledger } from '../../../records/ledger/ledger.ts'
import { EMPTY_REGISTER, fold, type Register } from '../../../records/register/register.ts'
import {
  loadSnapshot,
  saveSnapshot,
  SNAPSHOT_EVERY,
  snapshotRows,
  textOfRegister,
} from '../../../records/register/snapshots.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, sampleLedger, tamper } from '../ledger/sample-ledger.ts'

function registerAt(ledger: Ledger, seq: number): Register {
  return fold(ledger.entries(0, seq), (hash) => ledger.findDocument(hash))
}

function sample(): { ledger: Ledger; directory: string } {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  onTestFinished(() => {
    ledger.close()
  })
  return { ledger, directory }
}

test('a register that was kept is the same register when it is read back', () => {
  const { ledger } = sample()
  const register = registerAt(ledger, 9)
  saveSnapshot(ledger.db, register)
  expect(loadSnapshot(ledger)).toEqual(register)
  expect(loadSnapshot(ledger, 8)).toEqual(EMPTY_REGISTER)
  expect(snapshotRows(ledger)).toEqual([{ seq: 9, text: textOfRegister(register) }])
})

test('any history: reading on from a snapshot gives what reading everything gives, order and all', () => {
  const step = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    state: fc.constantFrom('approved', 'lost', null),
  })
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 20 }),
      fc.nat({ max: 20 }),
      (steps, cut) => {
        const ledger = new Ledger(openDatabase(':memory:', LEDGER_SCHEMA))
        const commands = steps.map(({ id, state }) =>
          state === null
            ? { ...devicePut({ ...PHONE, id }), kind: 'device.remove' as const, after: null }
            : devicePut({ ...PHONE, id, state: state }),
        )
        ledger.append(commands, options(0))
        saveSnapshot(ledger.db, registerAt(ledger, Math.min(cut, steps.length)))
        const from = loadSnapshot(ledger)
        const onward = fold(ledger.entries(from.headSeq), () => undefined, from)
        expect(textOfRegister(onward)).toBe(textOfRegister(registerAt(ledger, steps.length)))
        ledger.close()
      },
    ),
    { numRuns: Math.ceil(FUZZ_RUNS / 10) },
  )
})

const DIFFERENT: readonly [says: string, script: string][] = [
  ['made by other code', `UPDATE snapshots SET fold = 'old'`],
  ['of an entry that is another now', `UPDATE snapshots SET hash = '${'1'.repeat(64)}'`],
  ['of an entry that is gone', 'DELETE FROM entries WHERE seq = 9'],
  ['of an entry whose text was edited', `UPDATE entries SET body = body || ' ' WHERE seq = 9`],
  ['with another digest', `UPDATE snapshots SET digest = 'x'`],
  ['cut short', 'UPDATE snapshots SET body = substr(body, 1, 40)'],
  ['not packed', `UPDATE snapshots SET body = x'00ff00ff'`],
  [
    'moved to another entry',
    'UPDATE snapshots SET seq = 8, hash = (SELECT hash FROM entries WHERE seq = 8)',
  ],
]

test.each(DIFFERENT)('a snapshot %s is passed over for an older one', (_, script) => {
  const { ledger, directory } = sample()
  saveSnapshot(ledger.db, registerAt(ledger, 9))
  tamper(directory, script)
  expect(loadSnapshot(ledger)).toEqual(EMPTY_REGISTER)
  // The next one takes its place, whatever is wrong with it.
  saveSnapshot(ledger.db, registerAt(ledger, 7))
  expect(loadSnapshot(ledger)).toEqual(registerAt(ledger, 7))
})

test('keeps the newest of each stretch of entries, and none of other code', () => {
  const { ledger } = sample()
  const kept = (): number[] =>
    ledger.db
      .prepare('SELECT seq FROM snapshots ORDER BY seq')
      .all()
      .map(({ seq }) => Number(seq))
  const save = (headSeq: number): void => {
    saveSnapshot(ledger.db, { ...EMPTY_REGISTER, headSeq })
  }
  for (const seq of [7, 9, SNAPSHOT_EVERY - 1]) save(seq)
  expect(kept()).toEqual([SNAPSHOT_EVERY - 1])
  for (const seq of [SNAPSHOT_EVERY, SNAPSHOT_EVERY + 5, 3 * SNAPSHOT_EVERY]) save(seq)
  expect(kept()).toEqual([SNAPSHOT_EVERY - 1, SNAPSHOT_EVERY + 5, 3 * SNAPSHOT_EVERY])
  ledger.db.exec(`UPDATE snapshots SET fold = 'old'`)
  save(5 * SNAPSHOT_EVERY)
  expect(kept()).toEqual([5 * SNAPSHOT_EVERY])
})

test('every field of a register is JSON or a map to JSON, so that a snapshot loses nothing', () => {
  for (const value of Object.values(EMPTY_REGISTER) as unknown[]) {
    const isPlain = value === null || ['number', 'string', 'boolean'].includes(typeof value)
    expect(isPlain || value instanceof Map).toBe(true)
  }
})

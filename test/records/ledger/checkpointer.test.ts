import { expect, onTestFinished, test } from 'vitest'
import { lastCheckpoint, storedCheckpoints } from '../../../records/ledger/checkpoint.ts'
import { openSigningKey } from '../../../records/ledger/checkpoint-key.ts'
import { createCheckpointer, type Checkpointer } from '../../../records/ledger/checkpointer.ts'
import { openLedger, type Ledger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT, devicePut, options, PHONE, sampleLedger, SITE, tamper } from './sample-ledger.ts'

const HOUR = 3_600_000

interface Scene {
  readonly directory: string
  readonly ledger: Ledger
  readonly clock: { now: number }
  readonly checkpointer: Checkpointer
  readonly count: () => number
}

function scene(open: (directory: string) => Ledger = sampleLedger): Scene {
  const directory = tempDirectory()
  const ledger = open(directory)
  onTestFinished(() => {
    ledger.close()
  })
  const clock = { now: AT }
  const checkpointer = createCheckpointer(ledger, openSigningKey(directory), () => clock.now)
  const count = (): number => [...storedCheckpoints(ledger.db)].length
  return { directory, ledger, clock, checkpointer, count }
}

test('V20: signs the head at the first tick, each hour of running, and at the stop', () => {
  const { ledger, clock, checkpointer, count } = scene()
  checkpointer.tick()
  expect(lastCheckpoint(ledger.db)).toMatchObject({
    ...{ checkpoint: 1, site: SITE, seq: 9, hash: ledger.head().hash },
    ts: '2026-11-24T10:00:00.000Z',
  })
  clock.now += HOUR - 1
  checkpointer.tick()
  expect(count()).toBe(1)
  ledger.append([devicePut(PHONE)], options(9))
  clock.now += 1
  checkpointer.tick()
  expect(lastCheckpoint(ledger.db)).toMatchObject({ checkpoint: 2, seq: 10 })
  checkpointer.tick()
  expect(count()).toBe(2)
  checkpointer.stop()
  expect(lastCheckpoint(ledger.db)).toMatchObject({ checkpoint: 3, seq: 10 })
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, checkpoints: 3 })
})

test('an hour counts over a restart, and a clock that was set back does not stop the signing', () => {
  const { directory, ledger, clock, checkpointer, count } = scene()
  checkpointer.tick()
  const next = createCheckpointer(ledger, openSigningKey(directory), () => clock.now)
  clock.now += HOUR / 2
  next.tick()
  expect(count()).toBe(1)
  clock.now = AT - 10 * HOUR
  next.tick()
  expect(lastCheckpoint(ledger.db)?.ts).toBe('2026-11-24T00:00:00.000Z')
  next.tick()
  expect(count()).toBe(2)
})

test('nothing is signed of an empty ledger', () => {
  const { checkpointer, count } = scene((directory) => openLedger(directory, { site: SITE }))
  checkpointer.tick()
  checkpointer.stop()
  expect(count()).toBe(0)
})

const REWRITE = `UPDATE entries SET body = replace(body, 'signed', 'missing') WHERE seq =`

test.each([
  ['an edited entry that no checkpoint covers yet', `${REWRITE} 10`, 'entry 10 was edited'],
  [
    'an edited entry that was signed last',
    `${REWRITE} 9`,
    'is not the one that checkpoint 1 signed',
  ],
  ['a cut tail', 'DELETE FROM entries WHERE seq > 7', 'entry 8 is missing'],
])('does not sign over %s', (_, script, message) => {
  const { directory, ledger, checkpointer, count } = scene()
  checkpointer.tick()
  ledger.append([devicePut(PHONE)], options(9))
  tamper(directory, script)
  expect(() => {
    checkpointer.stop()
  }).toThrow(message)
  expect(count()).toBe(1)
})

test('two processes with one file sign in turn, never the same number', () => {
  const { directory, ledger, clock, checkpointer, count } = scene()
  const other = openLedger(directory, { site: SITE })
  const second = createCheckpointer(other, openSigningKey(directory), () => clock.now)
  checkpointer.tick()
  second.tick()
  expect(count()).toBe(1)
  second.stop()
  checkpointer.stop()
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, checkpoints: 3 })
  other.close()
})

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { keepLedger } from '../../proxy/keep-ledger.ts'
import { lastCheckpoint, storedCheckpoints } from '../../records/ledger/checkpoint.ts'
import { LedgerBroken, type Ledger } from '../../records/ledger/ledger.ts'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { loadSnapshot, SNAPSHOT_EVERY } from '../../records/register/snapshots.ts'
import {
  AT,
  devicePut,
  options,
  PHONE,
  sampleLedger,
  tamper,
} from '../records/ledger/sample-ledger.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const MINUTE = 60_000
const SIGN = 'the ledger could not be signed'
const KEEP = 'no snapshot of the register could be kept'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
})

function scene(prepare: (ledger: Ledger, directory: string) => void = () => undefined) {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  prepare(ledger, directory)
  onTestFinished(() => {
    ledger.close()
  })
  const clock = { now: AT }
  const logged: string[] = []
  const broken: string[] = []
  const kept = keepLedger({
    ...{ ledger, directory, view: new RegisterView(ledger), clock: () => clock.now },
    log: {
      error: (details, message) => {
        logged.push(`${message}: ${'err' in details ? String(details.err) : ''}`)
      },
    },
    onBroken: (message) => broken.push(message),
  })
  onTestFinished(() => {
    kept.stop()
  })
  const pass = (minutes: number): void => {
    for (let i = 0; i < minutes; i += 1) {
      clock.now += MINUTE
      vi.advanceTimersByTime(MINUTE)
    }
  }
  const signed = (): number => [...storedCheckpoints(ledger.db)].length
  const snapshots = (): unknown[] =>
    ledger.db.prepare('SELECT seq FROM snapshots ORDER BY seq').all()
  return { directory, ledger, kept, pass, signed, snapshots, logged, broken }
}

test('the head is signed within a minute of the start, and each hour after', () => {
  const { pass, signed } = scene()
  expect(signed()).toBe(0)
  pass(1)
  expect(signed()).toBe(1)
  pass(59)
  expect(signed()).toBe(1)
  pass(1)
  expect(signed()).toBe(2)
})

test('the stop signs what came since, keeps the register, and nothing ticks after it', () => {
  const { ledger, kept, pass, signed, snapshots, logged } = scene()
  pass(1)
  ledger.append([devicePut({ ...PHONE, state: 'lost' })], options(9))
  expect(snapshots()).toEqual([])
  kept.stop()
  expect(lastCheckpoint(ledger.db)).toMatchObject({ checkpoint: 2, seq: 10 })
  expect(snapshots()).toEqual([{ seq: 10 }])
  expect(verifyLedger(ledger)).toMatchObject({ ok: true, checkpoints: 2 })
  pass(120)
  expect(signed()).toBe(2)
  expect(logged).toEqual([])
})

test('a register far from its snapshot is kept while the gate runs', () => {
  const { ledger, pass, snapshots } = scene()
  const many = Array.from({ length: SNAPSHOT_EVERY }, () => devicePut(PHONE))
  ledger.append(many, options(9))
  pass(1)
  expect(snapshots()).toEqual([{ seq: SNAPSHOT_EVERY + 9 }])
})

test('a ledger that does not verify is logged and told at each try, and neither signed nor kept', () => {
  const { kept, pass, signed, snapshots, logged, broken } = scene((_, directory) => {
    tamper(directory, `UPDATE entries SET body = replace(body, 'signed', 'missing') WHERE seq = 5`)
  })
  pass(2)
  kept.stop()
  expect(signed()).toBe(0)
  expect(snapshots()).toEqual([])
  expect(new Set(broken)).toEqual(new Set([expect.stringContaining('entry 5 was edited')]))
  // The first keeping, and both steps of two minutes and of the stop.
  expect(broken).toHaveLength(7)
  expect(logged.map((line) => line.split(': entry')[0])).toEqual(
    [KEEP, SIGN, KEEP, SIGN, KEEP, KEEP, SIGN].map((what) => `${what}: ${LedgerBroken.name}`),
  )
})

test('a fault that is not the ledger’s is logged, and does not pass for a broken ledger', () => {
  const { ledger, pass, signed, logged, broken } = scene()
  ledger.db.exec('PRAGMA query_only = ON')
  pass(1)
  expect(signed()).toBe(0)
  expect(logged.map((line) => line.split(':')[0])).toEqual([SIGN])
  expect(broken).toEqual([])
  ledger.db.exec('PRAGMA query_only = OFF')
  pass(1)
  expect(signed()).toBe(1)
})

test('after a long ledger was read, its register is kept before anything else: a kill costs no second reading', () => {
  const many = Array.from({ length: SNAPSHOT_EVERY }, () => devicePut(PHONE))
  const { ledger, snapshots } = scene((long) => long.append(many, options(9)))
  expect(snapshots()).toEqual([{ seq: SNAPSHOT_EVERY + 9 }])
  expect(loadSnapshot(ledger).headSeq).toBe(SNAPSHOT_EVERY + 9)
})

test('a snapshot that can’t be kept is said as that', () => {
  const { ledger, kept, logged } = scene()
  ledger.db.exec('PRAGMA query_only = ON')
  kept.stop()
  expect(logged.map((line) => line.split(':')[0])).toEqual([KEEP, SIGN])
  ledger.db.exec('PRAGMA query_only = OFF')
})

/**
 * A ledger of a million entries (300,000 under `npm run bench`, or `LEDGER_ENTRIES`): how long it takes
 * to verify, to start without a snapshot, and to start with one. `ns/op` is a whole run divided by its
 * entries; the total is printed beside it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../records/ledger/chain.ts'
import { openSigningKey } from '../../records/ledger/checkpoint-key.ts'
import { createCheckpointer } from '../../records/ledger/checkpointer.ts'
import type { LedgerCommand } from '../../records/ledger/entry.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { sizeOf, type Measurement } from './measure.ts'

const ENTRIES = sizeOf('LEDGER_ENTRIES', { alone: 1_000_000, among: 300_000 })
/** One append; more would hold the write-ahead log of the lot. */
const BATCH = 10_000
/** A large school's; the rest are changes to them. */
const DEVICES = 5_000
/** Of the ledger's clock: about seven years of 400 changes a day. */
const STEP_MS = 216_000
const START = Date.parse('2026-09-01T08:00:00.000Z')
const POLICY = 'school: {}\n'

const directory = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
try {
  write()
  run('start without a snapshot', () => {
    const ledger = openLedger(directory, { site: 'ex' })
    const view = new RegisterView(ledger)
    view.current()
    view.keep()
    ledger.close()
  })
  run('start with the snapshot of the last stop', () => {
    const ledger = openLedger(directory, { site: 'ex' })
    if (new RegisterView(ledger).current().headSeq !== ENTRIES) throw new Error('not the whole')
    ledger.close()
  })
  run('first checkpoint of a ledger that never had one', () => {
    const ledger = openLedger(directory, { site: 'ex' })
    createCheckpointer(ledger, openSigningKey(directory), () => START).stop()
    ledger.close()
  })
  run('ledger verify, with checkpoint and snapshot', () => {
    const ledger = openLedger(directory, { readOnly: true })
    if (!verifyLedger(ledger).ok) throw new Error('does not verify')
    ledger.close()
  })
} finally {
  rmSync(directory, { recursive: true })
}

function write(): void {
  const ledger = openLedger(directory, { site: 'ex' })
  const by = { site: 'ex', actor: 'file', actorRole: 'file' }
  ledger.append([policyPut()], { ...by, at: START, basedOn: 0, documents: [POLICY] })
  for (let seq = 1; seq < ENTRIES; seq += BATCH) {
    const count = Math.min(BATCH, ENTRIES - seq)
    const commands = Array.from({ length: count }, (_, index) => devicePut(seq + index))
    ledger.append(commands, { ...by, at: START + seq * STEP_MS, basedOn: seq })
  }
  ledger.close()
}

function devicePut(number: number): LedgerCommand {
  const id = `device-${number % DEVICES}`
  const facts = {
    ...{ id, personRef: `p-${number % DEVICES}`, role: 'staff', phase: null, year: null },
    ...{ ownership: 'personal', type: 'phone', state: 'approved', aup: 'signed', posture: 'ok' },
    ...{ grant: null, voucher: null, examCandidate: false, carriesCa: false, addresses: [] },
    octet: number % 250,
  }
  return {
    ...{ kind: 'device.put', objectId: id, before: { ...facts, aup: 'missing' }, after: facts },
    ...{ direction: 'neutral', affectedRoles: ['staff'], reason: 'imported from devices.csv' },
    approval: null,
  }
}

function policyPut(): LedgerCommand {
  const after = { document: sha256(POLICY), name: 'policy.yaml' }
  return { ...devicePut(0), kind: 'policy.put', objectId: 'policy', before: null, after }
}

function run(name: string, work: () => void): void {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  work()
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const seconds = `${(ms / 1000).toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of one core)`
  const says = `${name}, ${ENTRIES.toLocaleString('en')} entries: ${seconds}`
  console.log(says)
  const row: Measurement = {
    ...{ name: says, nsPerOp: Math.round((ms * 1e6) / ENTRIES), bytesPerOp: 0 },
    ...{ opsPerSecond: Math.round((ENTRIES / ms) * 1000), trials: 1 },
  }
  process.send?.(row)
}

/** What the records promise under load and with Redis at fault: `npm run bench -- records`. */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BENCH_PROGRAMS,
  ensurePrograms,
  TEST_PROGRAMS,
} from '../../test/support/debian-packages.ts'
import type { Measurement } from '../micro/measure.ts'
import { circumstances, writeResults } from '../result-files.ts'
import { accountForFaults, type FaultAccount } from './fault-accounts.ts'
import { startUpstream } from './peers.ts'
import {
  measureRefusals,
  REFUSALS_PER_SECOND,
  type RefusalRate,
  type Wire,
} from './refusal-rates.ts'

/** `RECORDS_SECONDS`: how long each load runs. */
const SECONDS = Number(process.env['RECORDS_SECONDS'] ?? 4)
const WIRES: readonly Wire[] = ['up', 'slow', 'down']

export async function runRecords(): Promise<void> {
  const { missing } = ensurePrograms([...TEST_PROGRAMS, ...BENCH_PROGRAMS])
  if (missing.length > 0) throw new Error(`missing programs:\n  ${missing.join('\n  ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
  try {
    const before = loadavg()[0] ?? 0
    const rates = await refusalRates(folder)
    const accounts: FaultAccount[] = []
    for await (const account of accountForFaults(folder, SECONDS)) {
      console.log(JSON.stringify(account))
      accounts.push(account)
    }
    report({ rates, accounts, ledger: await ledgerRows(), before })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function refusalRates(folder: string): Promise<readonly RefusalRate[]> {
  const upstream = await startUpstream(folder)
  try {
    const rates: RefusalRate[] = []
    for (const wire of WIRES) {
      const options = { folder, upstream: `udp://${upstream.endpoint}`, seconds: SECONDS }
      const rate = await measureRefusals(wire, options)
      console.log(JSON.stringify(rate))
      rates.push(rate)
    }
    return rates
  } finally {
    await upstream.stop()
  }
}

/** By `micro/ledger-million.ts`, at the size that the promise is about. */
function ledgerRows(): Promise<readonly Measurement[]> {
  const env = { ...process.env, LEDGER_ENTRIES: process.env['LEDGER_ENTRIES'] ?? '1000000' }
  const rows: Measurement[] = []
  const child = fork(join(import.meta.dirname, '..', 'micro', 'ledger-million.ts'), { env })
  child.on('message', (row) => rows.push(row as Measurement))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve(rows)
      else reject(new Error(`ledger-million.ts ended with code ${code ?? 'none'}`))
    })
  })
}

interface Found {
  readonly rates: readonly RefusalRate[]
  readonly accounts: readonly FaultAccount[]
  readonly ledger: readonly Measurement[]
  /** One-minute load average of the machine before the bench. */
  readonly before: number
}

function report({ rates, accounts, ledger, before }: Found): void {
  writeResults('records', 'Records under load, and with Redis at fault', {
    about: circumstances('npm run bench -- records', { 'load average before': before.toFixed(2) }),
    data: { rates, accounts, ledger },
    table: {
      head: ['what', 'figure', 'beside'],
      rows: [
        ...rates.map(rateRow),
        ...accounts.map(accountRow),
        ...ledger.map(({ name }) => [name.replace(/:.*/, ''), name.replace(/.*: /, ''), '']),
      ],
    },
  })
}

function rateRow(rate: RefusalRate): readonly string[] {
  const { wire, refusedPerSecond, journalledPerSecond, shippedPerSecond, cpuUsEach } = rate
  const { attempts, recorded, saidLost } = rate
  const said = (figure: number): string => figure.toLocaleString('en')
  return [
    `refusals, Redis ${wire}, ${said(REFUSALS_PER_SECOND)}/s asked`,
    `${said(journalledPerSecond)}/s journalled of ${said(refusedPerSecond)}/s, ${said(shippedPerSecond)}/s shipped, ${cpuUsEach.toFixed(1)} us CPU each`,
    `DNS p99 ${rate.p99WithUs} us beside refusals; ${beside(rate)}; ${attempts} attempts, ${recorded} recorded, ${saidLost} said to be lost`,
  ]
}

function beside({ p99WithoutUs, p99BusyUs, p99Ratio, p99BusyRatio }: RefusalRate): string {
  const idle = `${p99WithoutUs} us beside as many allowed (x ${p99Ratio.toFixed(2)})`
  return `${idle}, ${p99BusyUs} us with other work on the journal's core (x ${p99BusyRatio.toFixed(2)})`
}

function accountRow({
  fault,
  attempts,
  journal,
  stream,
  saidLost,
}: FaultAccount): readonly string[] {
  const isWhole = journal === attempts && stream === attempts
  return [
    `attempts against records: ${fault}`,
    `${attempts} attempts, ${journal} in the journal, ${stream} in the stream`,
    isWhole
      ? 'each once'
      : `${attempts - journal} missing in the journal, ${saidLost} said to be lost`,
  ]
}

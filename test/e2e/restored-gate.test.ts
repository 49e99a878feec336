import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeBackup } from '../../records/backup/make-backup.ts'
import { restoreBackup } from '../../records/backup/restore-backup.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { GateProcess } from './gate-process.ts'

/** Addresses of the example school in several zones, and names of several kinds. */
const ASKERS = ['127.10.20.7', '127.10.10.11', '127.10.30.12', '127.10.40.200']
const HOSTS = ['money-gambling.cat.test', 'comms-social.cat.test', 'nobody-lists-this.example']

/** Tuesday, in lessons: reception hours are on. */
const CLOCK = '2026-11-24T10:00:00Z'
const PASSPHRASE = 'correct horse battery staple'

/** Status line and body of the proxy's answer, without what differs by the minute. */
async function ask(gate: GateProcess, from: string, host: string): Promise<unknown> {
  const socket = connect({ port: gate.http.port, host: gate.http.host, localAddress: from })
  socket.on('error', () => undefined)
  socket.write(
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n`,
  )
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  if (!head.startsWith('HTTP/1.1 403')) return head.split('\r\n', 1)[0]
  const { reason_code, category, cause, profile } = JSON.parse(body) as Record<string, unknown>
  return { reason_code, category, cause, profile }
}

async function askAll(gate: GateProcess): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (const from of ASKERS)
    for (const host of HOSTS) answers.push([from, host, await ask(gate, from, host)])
  return answers
}

function headOf(directory: string) {
  const ledger = openLedger(directory, { readOnly: true })
  try {
    return ledger.head()
  } finally {
    ledger.close()
  }
}

test('V30: a gate starts on a directory that was restored from a running one, and answers the same', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'schoolgate-restored-'))
  onTestFinished(() => {
    rmSync(scratch, { recursive: true, force: true })
  })
  const file = join(scratch, 'a.sgbackup')
  const directory = join(scratch, 'records')
  const set = { 'dns.upstreams': ['udp://127.0.0.1:9'] }
  let before: readonly unknown[]
  let head: unknown
  {
    await using gate = await GateProcess.start({ clock: CLOCK, set })
    before = await askAll(gate)
    await makeBackup({ directory: gate.records, file, passphrase: PASSPHRASE, now: Date.now() })
    head = headOf(gate.records)
  }
  expect(before.filter((answer) => JSON.stringify(answer).includes('reason_code'))).not.toEqual([])
  await restoreBackup({ file, directory, passphrase: PASSPHRASE })
  await using again = await GateProcess.start({
    clock: CLOCK,
    set: { ...set, 'records.directory': directory },
  })
  expect(await askAll(again)).toEqual(before)
  expect(await again.metric('schoolgate_policy_revision')).toBe(1)
  // The files say what the ledger says, so the start has appended nothing.
  expect(headOf(directory)).toEqual(head)
})

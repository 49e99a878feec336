import { expect, onTestFinished, test } from 'vitest'
import { fold } from '../../../records/register/register.ts'
import { SnapshotAudit } from '../../../records/register/snapshot-audit.ts'
import { saveSnapshot } from '../../../records/register/snapshots.ts'
import type { Ledger } from '../../../records/ledger/ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { PHONE, sampleLedger, tamper } from '../ledger/sample-ledger.ts'

function sample(): { ledger: Ledger; directory: string; audit: () => SnapshotAudit } {
  const directory = tempDirectory()
  const ledger = sampleLedger(directory)
  onTestFinished(() => {
    ledger.close()
  })
  const audit = (): SnapshotAudit => {
    const made = new SnapshotAudit(ledger)
    for (const entry of ledger.entries()) made.see(entry)
    return made
  }
  return { ledger, directory, audit }
}

test('finds nothing wrong with what was kept honestly, or with nothing', () => {
  const { ledger, audit } = sample()
  expect(audit().fault).toBeUndefined()
  saveSnapshot(
    ledger.db,
    fold(ledger.entries(0, 8), (hash) => ledger.findDocument(hash)),
  )
  expect(audit().fault).toBeUndefined()
})

test('finds a snapshot that says something else than the entries', () => {
  const { ledger, audit } = sample()
  const honest = fold(ledger.entries(0, 8), (hash) => ledger.findDocument(hash))
  saveSnapshot(ledger.db, { ...honest, devices: new Map(honest.devices).set('ghost', PHONE) })
  expect(audit().fault).toEqual({
    seq: 8,
    message: 'the snapshot kept at entry 8 is not what the entries add up to',
  })
})

test('a snapshot that no start would believe is no fault', () => {
  const { ledger, directory, audit } = sample()
  saveSnapshot(
    ledger.db,
    fold(ledger.entries(), (hash) => ledger.findDocument(hash)),
  )
  tamper(directory, `UPDATE snapshots SET digest = 'x'`)
  expect(audit().fault).toBeUndefined()
})

test('an entry that has no meaning is named', () => {
  const { ledger, directory, audit } = sample()
  saveSnapshot(
    ledger.db,
    fold(ledger.entries(), (hash) => ledger.findDocument(hash)),
  )
  tamper(directory, 'DELETE FROM documents')
  expect(audit().fault).toMatchObject({
    seq: 1,
    message: expect.stringContaining('which is missing') as string,
  })
})

import { readdirSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drillBackup } from '../../../records/backup/drill-backup.ts'
import { makeBackup } from '../../../records/backup/make-backup.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { POLICY_TEXT } from '../ledger/sample-ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT } from '../ledger/sample-ledger.ts'
import { sampleRecords } from './sample-records.ts'

const scratches = () => readdirSync(tmpdir()).filter((name) => name.startsWith('schoolgate-drill-'))

test('V30: a good backup passes with the register it gives, a cut one fails with why; both clean up', async () => {
  expect(POLICY_TEXT).not.toBe('')
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'a.sgbackup')
  await makeBackup({ directory, file, passphrase: null, now: AT })
  const before = scratches()
  expect(await drillBackup(file, null)).toMatchObject({
    ok: true,
    detail:
      'backup of 2026-11-24T10:00:00.000Z comes back: 9 entries, policy revision 1, 7 devices',
  })
  truncateSync(file, 400)
  const failed = await drillBackup(file, null)
  expect(failed.ok).toBe(false)
  expect(failed.detail).toMatch(/is cut off/)
  expect(scratches()).toEqual(before)
  const ledger = openLedger(directory, { readOnly: true })
  expect(ledger.head().seq).toBe(9)
  ledger.close()
})

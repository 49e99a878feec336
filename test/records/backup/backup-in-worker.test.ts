import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backupInWorker } from '../../../records/backup/backup-in-worker.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT } from '../ledger/sample-ledger.ts'
import { sampleRecords } from './sample-records.ts'

test('a thread of its own makes the backup, and a refusal is an answer', async () => {
  const { directory, close } = sampleRecords()
  close()
  const file = join(tempDirectory(), 'a.sgbackup')
  const order = { directory, file, passphrase: null, now: AT }
  expect(await backupInWorker(order)).toEqual({
    ok: true,
    detail: expect.stringMatching(/^3 parts, \d+ octets$/) as string,
  })
  expect(existsSync(file)).toBe(true)
  const again = await backupInWorker(order)
  expect(again.ok).toBe(false)
  expect(again.detail).toMatch(/is there already/)
})

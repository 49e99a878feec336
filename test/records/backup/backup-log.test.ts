import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import {
  noteBackupRun,
  recentBackupRuns,
  type BackupRun,
} from '../../../records/backup/backup-log.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

test('runs come back newest first and cannot be changed', () => {
  const directory = tempDirectory()
  const first: BackupRun = {
    ...{ kind: 'backup', at: 1_000, file: 'a', ok: true },
    ...{ detail: 'whole', tookMs: 5 },
  }
  const second: BackupRun = { ...first, kind: 'drill', at: 2_000, ok: false, detail: 'cut off' }
  noteBackupRun(directory, first)
  noteBackupRun(directory, second)
  expect(recentBackupRuns(directory, 10)).toEqual([second, first])
  expect(recentBackupRuns(directory, 1)).toEqual([second])
  const db = new DatabaseSync(join(directory, 'backups.sqlite'))
  expect(() => {
    db.exec('DELETE FROM runs')
  }).toThrow(/stays noted/)
  expect(() => {
    db.exec('UPDATE runs SET ok = 1')
  }).toThrow(/stays noted/)
  db.close()
})

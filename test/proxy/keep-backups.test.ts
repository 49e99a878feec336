import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { backupScheduleOf } from '../../proxy/keep-backups.ts'
import { sampleLedger } from '../records/ledger/sample-ledger.ts'
import { schoolFolder } from '../support/school-folder.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')

test('no directory, no backups', () => {
  const { config, directory } = schoolFolder()
  expect(backupScheduleOf(config(), directory)).toBeNull()
})

test('paths are relative to the configuration; the hours and the number kept are as it says', async () => {
  const { config, directory, path } = schoolFolder({ passphrase: 'correct horse battery' })
  chmodSync(path('passphrase'), 0o600)
  mkdirSync(path('backups'))
  mkdirSync(path('records'))
  sampleLedger(path('records')).close()
  const set = ['backup.directory=backups', 'backup.everyHours=2', 'backup.keep=1']
  const schedule = backupScheduleOf(config(...set, 'backup.passphraseFile=passphrase'), directory)
  for (const hours of [0, 1, 2]) await schedule?.tick(AT + hours * 3_600_000)
  expect(schedule?.alarm).toBeNull()
  expect(readdirSync(path('backups'))).toEqual(['schoolgate-ex-20261124T120000Z.sgbackup'])
  expect(existsSync(path('records/backups.sqlite'))).toBe(true)
})

test('a passphrase that others can read is refused at the start', () => {
  const { config, directory, path } = schoolFolder({ passphrase: 'correct horse battery' })
  chmodSync(path('passphrase'), 0o644)
  const set = ['backup.directory=backups', 'backup.passphraseFile=passphrase']
  expect(() => backupScheduleOf(config(...set), directory)).toThrow('can be read by others')
})

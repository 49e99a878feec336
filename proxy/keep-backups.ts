import { resolve } from 'node:path'
import { BackupSchedule } from '../records/backup/backup-schedule.ts'
import { readPassphrase } from '../records/backup/passphrase-file.ts'
import type { Config } from './config.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'

const HOUR_MS = 3_600_000

/** The backups that a configuration asks for; null where it asks for none. Throws `BackupRefused`. */
export function backupScheduleOf(config: Config, directory: string): BackupSchedule | null {
  const { directory: target, everyHours, keep, passphraseFile } = config.backup
  if (target === null) return null
  return new BackupSchedule({
    records: recordsDirectoryOf(config, directory),
    target: resolve(directory, target),
    site: config.site,
    keep,
    everyMs: everyHours * HOUR_MS,
    passphrase: passphraseFile === null ? null : readPassphrase(resolve(directory, passphraseFile)),
  })
}

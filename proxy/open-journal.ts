import { topicsSince } from '../records/alerts/topics.ts'
import { BackupRefused } from '../records/backup/backup-format.ts'
import type { BackupSchedule } from '../records/backup/backup-schedule.ts'
import { openRecords, type RecordsHandle } from '../records/open-records.ts'
import type { RecordsRegister } from '../records/records-messages.ts'
import type { Register } from '../records/register/register.ts'
import type { Policy } from '../rules/policy/policy.ts'
import { alertSettingsOf } from './alert-plan.ts'
import type { Config } from './config.ts'
import { GateRefused } from './gate-refused.ts'
import { GateWatch } from './gate-watch.ts'
import type { GateOptions } from './gate-options.ts'
import { backupScheduleOf } from './keep-backups.ts'
import { recordsDirectoryOf } from './policy/school-files.ts'

/** The records thread, with alerts beside it, and what looks after both. */
export async function openJournal(
  { config, directory, clockOffsetMs, log }: GateOptions,
  {
    register,
    policy,
    blockRefKey,
  }: {
    readonly register: Register
    readonly policy: Policy
    readonly blockRefKey: Uint8Array
  },
  open: AsyncDisposableStack,
): Promise<{ readonly handle: RecordsHandle; readonly watch: GateWatch }> {
  const settings = alertSettingsOf(config, directory, policy)
  if (typeof settings === 'string') throw new GateRefused(settings)
  const schedule = plannedBackups(config, directory)
  const handle = await openRecords({
    directory: recordsDirectoryOf(config, directory),
    site: config.site,
    gate: config.gate,
    redis: config.records.redis,
    clockOffsetMs,
    journalKey: blockRefKey,
    alerts: { settings, register: recordsRegisterOf(register, Date.now() + clockOffsetMs) },
  })
  open.defer(async () => {
    await handle.stop()
  })
  const { uncleanStop } = await handle.status()
  if (uncleanStop !== null) {
    log.warn(uncleanStop, 'the gate did not stop cleanly; what it had recorded last is dated')
    handle.tellEvent('unclean_stop', { at: uncleanStop.lastDurableAt })
  }
  const watch = new GateWatch({
    records: handle,
    schedule,
    clock: () => Date.now() + clockOffsetMs,
  })
  open.defer(() => {
    watch.stop()
  })
  void watch.tick()
  return { handle, watch }
}

/** The part of a register that the records thread follows, at `now` (gate time, epoch ms). */
export function recordsRegisterOf(register: Register, now: number): RecordsRegister {
  const { holders, covers, topics, holds } = register
  return { holders, covers, topics: topicsSince(topics, now), holds }
}

function plannedBackups(config: Config, directory: string): BackupSchedule | null {
  try {
    return backupScheduleOf(config, directory)
  } catch (cause) {
    if (!(cause instanceof BackupRefused)) throw cause
    throw new GateRefused(`backup.passphraseFile: ${cause.message}`, { cause })
  }
}

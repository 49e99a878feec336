import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recentBackupRuns } from '../../../records/backup/backup-log.ts'
import { BackupSchedule } from '../../../records/backup/backup-schedule.ts'
import type { BackupOrder } from '../../../records/backup/make-backup.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { AT } from '../ledger/sample-ledger.ts'

const DAY_MS = 86_400_000

function scene() {
  const [records, target] = [tempDirectory(), join(tempDirectory(), 'target')]
  mkdirSync(target)
  const orders: BackupOrder[] = []
  const answers = { ok: true, detail: 'made' }
  const plan = { records, target, site: 'ex/1', keep: 2, everyMs: DAY_MS, passphrase: null }
  const schedule = new BackupSchedule(plan, (order) => {
    orders.push(order)
    if (answers.ok) writeFileSync(order.file, '')
    return Promise.resolve({ ...answers })
  })
  return { records, target, orders, answers, schedule }
}

test('one a day, the newest two stay, and foreign files are left alone', async () => {
  const { target, orders, schedule, records } = scene()
  writeFileSync(join(target, 'schoolgate-ex_1-notes.txt'), '')
  writeFileSync(join(target, 'schoolgate-other-20200101T000000Z.sgbackup'), '')
  for (const at of [0, 60_000, DAY_MS - 1, DAY_MS, 2 * DAY_MS]) await schedule.tick(AT + at)
  expect(orders.map(({ now }) => now - AT)).toEqual([0, DAY_MS, 2 * DAY_MS])
  expect(readdirSync(target).toSorted()).toEqual([
    'schoolgate-ex_1-20261125T100000Z.sgbackup',
    'schoolgate-ex_1-20261126T100000Z.sgbackup',
    'schoolgate-ex_1-notes.txt',
    'schoolgate-other-20200101T000000Z.sgbackup',
  ])
  expect(schedule.alarm).toBeNull()
  expect(recentBackupRuns(records, 10)).toHaveLength(3)
})

test('a failure alarms, removes nothing, is tried again in an hour, and the alarm ends with success', async () => {
  const { target, orders, answers, schedule, records } = scene()
  await schedule.tick(AT)
  Object.assign(answers, { ok: false, detail: 'the disk is full' })
  await schedule.tick(AT + DAY_MS)
  expect(schedule.alarm).toBe('no backup could be made: the disk is full')
  await schedule.tick(AT + DAY_MS + 1_800_000)
  expect(orders).toHaveLength(2)
  expect(readdirSync(target)).toHaveLength(1)
  answers.ok = true
  await schedule.tick(AT + DAY_MS + 3_600_000)
  expect(schedule.alarm).toBeNull()
  expect(recentBackupRuns(records, 10).map(({ ok }) => ok)).toEqual([true, false, true])
})

test('a target that is away alarms and does not throw', async () => {
  const plan = {
    target: '/nonexistent/share',
    site: 'ex',
    keep: 2,
    everyMs: DAY_MS,
    passphrase: null,
  }
  const schedule = new BackupSchedule({ ...plan, records: tempDirectory() })
  await schedule.tick(AT)
  expect(schedule.alarm).toMatch(/no backup could be made: ENOENT/)
})

test('two ticks at once make one backup', async () => {
  const { orders, schedule } = scene()
  await Promise.all([schedule.tick(AT), schedule.tick(AT)])
  expect(orders).toHaveLength(1)
})

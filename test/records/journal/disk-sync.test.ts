import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DiskSync } from '../../../records/journal/disk-sync.ts'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'
import { until } from '../../support/until.ts'

test('writing does not wait for the disk, and what was written gets there all the same', async () => {
  const journal = new JournalFolder()
  const path = join(journal.directory, 'journal.sqlite')
  const sync = new DiskSync(path)
  journal.store.syncBy(() => sync.request())
  expect(journal.rows('PRAGMA wal_autocheckpoint')).toEqual([{ wal_autocheckpoint: 0 }])
  // Both are equal once every page of the log is in the file.
  const backfilled = async (): Promise<boolean> => {
    journal.store.sync()
    await new Promise(setImmediate)
    const wal = journal.rows('PRAGMA wal_checkpoint(NOOP)')[0]
    return wal?.['log'] === wal?.['checkpointed'] && wal?.['log'] !== -1
  }
  journal.write(aLookup())
  await until(backfilled, (isDone) => isDone)
  await sync.stop()
  journal.store.close(0)
  expect(existsSync(`${path}-wal`)).toBe(false)
})

test('a thread that could not open the file, or is gone, leaves the sync to the writer', async () => {
  const broken = new DiskSync(join(new JournalFolder().directory, 'nowhere', 'journal.sqlite'))
  await until(
    () => broken.request(),
    (isAsked) => !isAsked,
  )
  await broken.stop()
  const journal = new JournalFolder()
  const sync = new DiskSync(join(journal.directory, 'journal.sqlite'))
  await sync.stop()
  expect(sync.request()).toBe(false)
  journal.store.syncBy(() => sync.request())
  journal.write(aLookup())
  journal.store.sync()
  const wal = journal.rows('PRAGMA wal_checkpoint')[0]
  expect(wal?.['log']).toBe(wal?.['checkpointed'])
})

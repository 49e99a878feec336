import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach } from 'vitest'
import { sums } from '../../records/journal/journal-reads.ts'
import { openRecords } from '../../records/open-records.ts'
import type { RecordsHandle, RecordsOptions } from '../../records/open-records.ts'
import { RingWriter } from '../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import { aRuling, aSubject } from '../support/refusals.ts'

/** A folder of records for each test of the file that imports this; it goes with what was opened in it. */
export let directory: string
export let cleanUp: AsyncDisposableStack

beforeEach(() => {
  cleanUp = new AsyncDisposableStack()
  directory = mkdtempSync(join(tmpdir(), 'schoolgate-records-'))
  cleanUp.defer(() => {
    rmSync(directory, { recursive: true })
  })
})

afterEach(async () => {
  await cleanUp.disposeAsync()
})

export async function open(more: Partial<RecordsOptions> = {}): Promise<RecordsHandle> {
  const records = await openRecords({
    directory,
    site: 'ex',
    gate: 'g1',
    redis: null,
    clockOffsetMs: 0,
    journalKey: new Uint8Array(32),
    ...more,
  })
  cleanUp.defer(async () => {
    await records.stop()
  })
  return records
}

/** A data thread's recorder, written from this thread. */
export function addThread(records: RecordsHandle): (host: string, times?: number) => void {
  const recorder = new RingRecorder(new RingWriter(records.makeRing()))
  const ruling = aRuling()
  const subject = aSubject()
  return (host, times = 1) => {
    for (let i = 0; i < times; i += 1)
      recorder.connection(subject, ruling, 'sni', { host, path: '', at: Date.now() })
  }
}

/** The journal's sums, read beside the records thread. */
export function onDisk(): ReturnType<typeof sums> {
  const db = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true })
  try {
    return sums(db)
  } finally {
    db.close()
  }
}

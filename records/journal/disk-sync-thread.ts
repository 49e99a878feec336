import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromSyncThread, SyncThreadData, ToSyncThread } from './disk-sync.ts'

/** Puts the journal's write-ahead log onto the disk when asked, and says how long the log is. */
const { path } = workerData as SyncThreadData
const db = new DatabaseSync(path)

function post(message: FromSyncThread): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', (message: ToSyncThread) => {
  if (message === 'stop') {
    db.close()
    parentPort?.close()
    return
  }
  try {
    // Passive: waits for nobody, and nobody waits for it.
    post({ pages: Number(db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log']) })
  } catch {
    // The records thread tries itself and has the alarm.
    post({ pages: null })
  }
})

import { Worker } from 'node:worker_threads'
import type { BackupOrder } from './make-backup.ts'

export interface BackupAnswer {
  readonly ok: boolean
  readonly detail: string
}

/**
 * `makeBackup` beside the traffic, in a thread of its own: SQLite copies a journal of gigabytes in one
 * call that does not return for seconds. Never rejects.
 */
export function backupInWorker(order: BackupOrder): Promise<BackupAnswer> {
  const { promise, resolve } = Promise.withResolvers<BackupAnswer>()
  const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData: order })
  // A gate that stops does not wait for it: the next start makes another.
  worker.unref()
  worker.on('message', resolve)
  worker.on('error', (error) => {
    resolve({ ok: false, detail: error instanceof Error ? error.message : String(error) })
  })
  // After an answer this changes nothing.
  worker.on('exit', (code) => {
    resolve({ ok: false, detail: `the backup thread ended with ${code}` })
  })
  return promise
}

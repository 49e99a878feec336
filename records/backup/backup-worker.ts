import { parentPort, workerData } from 'node:worker_threads'
import type { BackupAnswer } from './backup-in-worker.ts'
import { makeBackup, type BackupOrder } from './make-backup.ts'

/** The thread that `backupInWorker` starts: makes one backup, says what came of it, and ends. */
const say = (answer: BackupAnswer) => parentPort?.postMessage(answer)
try {
  const { octets, manifest } = await makeBackup(workerData as BackupOrder)
  say({ ok: true, detail: `${manifest.parts.length} parts, ${octets} octets` })
} catch (cause) {
  say({ ok: false, detail: cause instanceof Error ? cause.message : String(cause) })
}

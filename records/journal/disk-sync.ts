import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What the thread is born with. */
export interface SyncThreadData {
  readonly path: string
}

export type ToSyncThread = 'sync' | 'stop'

/** Pages in the write-ahead log; null when the disk refused. */
export interface FromSyncThread {
  readonly pages: number | null
}

/**
 * Pages of a log that never gets to its end, 64 MB: under a load without a pause every sync leaves some
 * written meanwhile, and only the writer itself can finish it.
 */
const MAX_LOG_PAGES = 16_384

/**
 * Waits for the disk in a thread of its own: an fsync takes 5 ms on a good day and 300 ms on a busy
 * disk (journal-kill bench), and refusals that come meanwhile would be lost by a kill -9.
 */
export class DiskSync {
  readonly #worker: Worker
  #isBusy = false
  #canSync = true
  #pages: number | null = 0

  constructor(path: string) {
    const workerData: SyncThreadData = { path }
    this.#worker = new Worker(new URL('./disk-sync-thread.ts', import.meta.url), {
      workerData,
      name: 'disk-sync',
    })
    this.#worker.on('message', ({ pages }: FromSyncThread) => {
      this.#isBusy = false
      this.#pages = pages
    })
    this.#worker.on('error', () => {
      this.#canSync = false
    })
    this.#worker.once('exit', () => {
      this.#canSync = false
    })
  }

  /** Asks for a sync; false when the caller must do it: the thread is gone, or could not. */
  request(): boolean {
    const isStuck = this.#pages === null || this.#pages > MAX_LOG_PAGES
    this.#pages = 0
    if (!this.#canSync || isStuck) return false
    if (this.#isBusy) return true
    this.#isBusy = true
    this.#send('sync')
    return true
  }

  async stop(): Promise<void> {
    if (!this.#canSync) return
    const ended = once(this.#worker, 'exit')
    this.#send('stop')
    await ended
  }

  #send(message: ToSyncThread): void {
    this.#worker.postMessage(message)
  }
}

import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { JournalFolder, aLookup } from '../../support/journal-folder.ts'

test('the thread answers with the length of the log, and ends when it is told', async () => {
  const journal = new JournalFolder()
  const url = new URL('../../../records/journal/disk-sync-thread.ts', import.meta.url)
  const path = join(journal.directory, 'journal.sqlite')
  const worker = new Worker(url, { workerData: { path } })
  journal.write(aLookup())
  worker.postMessage('sync')
  const [answer] = (await once(worker, 'message')) as [{ pages: number }]
  expect(answer.pages).toBeGreaterThan(0)
  const ended = once(worker, 'exit')
  worker.postMessage('stop')
  expect(await ended).toEqual([0])
})

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { tempDirectory } from '../../support/temp-directory.ts'

test('the thread says what came of it and ends', async () => {
  const workerData = {
    directory: tempDirectory(),
    file: '/nonexistent/a',
    passphrase: null,
    now: 0,
  }
  const path = new URL('../../../records/backup/backup-worker.ts', import.meta.url)
  const worker = new Worker(path, { workerData })
  const [answer] = (await once(worker, 'message')) as [unknown]
  expect(answer).toEqual({ ok: false, detail: expect.stringMatching(/holds no ledger/) as string })
  expect(await once(worker, 'exit')).toEqual([0])
})

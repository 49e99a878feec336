import { parentPort, workerData } from 'node:worker_threads'
import { compileLists } from './compile-lists.ts'
import type { CompileOrder, WorkerMessage } from './compile-in-worker.ts'

/** The thread that `compileInWorker` starts: compiles what it was given, says how far it is, and ends. */
const { sources, builtAt, seed } = workerData as CompileOrder
const say = (message: WorkerMessage) => parentPort?.postMessage(message)
const result = await compileLists(sources, {
  builtAt,
  ...(seed === null ? {} : { seed }),
  onProgress: (done, total) => say({ kind: 'progress', done, total }),
})
say({ kind: 'done', result })

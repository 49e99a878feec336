import { Worker } from 'node:worker_threads'
import type { HashSeed } from '../../rules/lists/name-hash.ts'
import type { CompileOptions, CompileResult } from './compile-lists.ts'
import type { ListSource } from './list-source.ts'

/** What the worker is told. */
export interface CompileOrder {
  readonly sources: readonly ListSource[]
  readonly builtAt: string
  readonly seed: HashSeed | null
}

/** What the worker says. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: CompileResult }

/**
 * `compileLists` beside the traffic, in a thread of its own that ends with it. A thread that dies is a
 * result without an image, never a rejection: the lists in force stay.
 */
export function compileInWorker(
  sources: readonly ListSource[],
  options: CompileOptions,
): Promise<CompileResult> {
  const { promise, resolve } = Promise.withResolvers<CompileResult>()
  const started = performance.now()
  const fail = (why: string) => {
    const problem = `the list compiler stopped: ${why}`
    resolve({ image: null, problem, sources: [], milliseconds: performance.now() - started })
  }
  const order: CompileOrder = { sources, builtAt: options.builtAt, seed: options.seed ?? null }
  const worker = new Worker(new URL('./compile-worker.ts', import.meta.url), { workerData: order })
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') options.onProgress?.(message.done, message.total)
    else resolve(message.result)
  })
  worker.on('error', (error) => {
    fail(error instanceof Error ? error.message : String(error))
  })
  // After a result this changes nothing; without one it is the last that is heard of the worker.
  worker.on('exit', (code) => {
    fail(`exit code ${code}`)
  })
  return promise
}

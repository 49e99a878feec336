import { Worker } from 'node:worker_threads'
import type { ListChoice } from '../../../records/governance/list-choice.ts'
import type { FetchedListPolicy } from '../../../rules/policy/policy.ts'
import type { Bundle } from '../../policy/bundle.ts'
import type { FetchRules } from './fetch-guard.ts'
import type { FetchLimits } from './fetch-limits.ts'
import { FeedStore } from './feed-store.ts'
import type { KnownSites } from './feed-traffic.ts'
import type { FeedOutcome } from './update-feed.ts'

/** One attempt to update one list, as it travels to its thread. */
export interface UpdateOrder {
  readonly list: FetchedListPolicy
  /** `records.directory`. */
  readonly records: string
  readonly limits: FetchLimits
  readonly rules: FetchRules
  readonly caFile: string | null
  /** Of `gate.yaml`. */
  readonly directory: string
  readonly choice: ListChoice | undefined
  /** What is in force; null: nothing yet, and nothing is held. */
  readonly against: Pick<Bundle, 'policy' | 'permissions' | 'listImage'> | null
  readonly sites: KnownSites
  /** A copy waits for the trust's canary. */
  readonly follows: boolean
}

/**
 * `updateFeed` beside the traffic, in a thread of its own that ends with it, under the list's lock. Never
 * rejects: a thread that dies, or is ended by the signal, leaves the lists as they were.
 */
export async function updateInWorker(
  order: UpdateOrder,
  signal: AbortSignal,
): Promise<FeedOutcome> {
  if (signal.aborted) return ENDED
  const store = new FeedStore(order.records)
  try {
    const outcome = await store.locked(order.list.id, () => runWorker(order, signal))
    return outcome ?? { kind: 'busy', message: 'another update of this list is under way' }
  } catch (error) {
    // The disk may be full, or a copy so strange that the thread died: said wherever it still can be.
    const message = error instanceof Error ? error.message : String(error)
    note(order, store, message)
    return { kind: 'refused', message }
  }
}

/** Nobody is told: the next start tries again. */
const ENDED: FeedOutcome = { kind: 'busy', message: 'ended with the gate' }

function note({ list }: UpdateOrder, store: FeedStore, message: string): void {
  try {
    store.write(list.id, { ...store.read(list), failure: { at: Date.now(), message } })
  } catch {
    // The outcome says it.
  }
}

function runWorker(order: UpdateOrder, signal: AbortSignal): Promise<FeedOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<FeedOutcome>()
  const worker = new Worker(new URL('./update-worker.ts', import.meta.url), { workerData: order })
  const end = () => void worker.terminate()
  signal.addEventListener('abort', end)
  worker.on('message', resolve)
  worker.on('error', (error) => {
    reject(error instanceof Error ? error : new Error(String(error)))
  })
  // After an outcome this changes nothing; without one it is the last that is heard of the thread.
  worker.on('exit', (code) => {
    signal.removeEventListener('abort', end)
    if (signal.aborted) resolve(ENDED)
    else reject(new Error(`the update stopped: exit code ${code}`))
  })
  return promise
}

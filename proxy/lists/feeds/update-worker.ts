import { parentPort, workerData } from 'node:worker_threads'
import { ListImage } from '../../../rules/lists/list-image.ts'
import { makeFetchGuard } from './fetch-guard.ts'
import { FeedStore } from './feed-store.ts'
import { promisedOpen, trafficOf } from './feed-traffic.ts'
import { updateFeed } from './update-feed.ts'
import type { UpdateOrder } from './update-in-worker.ts'

/** The thread that `updateInWorker` starts: makes one attempt, says what became of it, and ends. */
const order = workerData as UpdateOrder
const { list, records, limits, rules, caFile, directory, choice, against, sites, follows } = order
const lists = against === null ? null : ListImage.trust(against.listImage)
const outcome = await updateFeed(list, {
  ...{
    store: new FeedStore(records),
    guard: makeFetchGuard(rules),
    limits,
    caFile,
    directory,
    choice,
    follows,
  },
  now: Date.now,
  against:
    against === null || !(lists instanceof ListImage)
      ? null
      : {
          ...trafficOf(records, sites, promisedOpen(against.policy)),
          inForce: { ...against, lists },
        },
})
parentPort?.postMessage(outcome)

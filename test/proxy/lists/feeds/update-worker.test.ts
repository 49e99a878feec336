import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyInForce } from '../../../../proxy/lists/feeds/feed-state.ts'
import { FeedStore } from '../../../../proxy/lists/feeds/feed-store.ts'
import { FETCH_LIMITS } from '../../../../proxy/lists/feeds/fetch-limits.ts'
import { updateInWorker, type UpdateOrder } from '../../../../proxy/lists/feeds/update-in-worker.ts'
import { NO_CHOICE } from '../../../../records/governance/list-choice.ts'
import { bundleOf } from '../../../support/bundle-of-lists.ts'
import { ListServer } from '../../../support/list-server.ts'
import { writeTally } from '../../../support/tally-of.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

function orderFor(server: ListServer): UpdateOrder {
  return {
    list: {
      ...{ kind: 'url', id: 'games', url: server.url(), everyMs: 1, format: 'text' },
      ...{ category: 'media.games', tsig: null, version: null },
    },
    ...{
      records: tempDirectory(),
      limits: FETCH_LIMITS,
      caFile: null,
      directory: tempDirectory(),
      choice: undefined,
      follows: false,
    },
    rules: { allowTargets: ['127.0.0.0/8'], ownEndpoints: [] },
    against: bundleOf([['sealed', 'illegal.other', 'sealed.example']]),
    sites: { mustAllow: null, popular: null },
  }
}

const RUNS = new AbortController().signal

test('an attempt beside the traffic takes a copy, and holds one by what the school is asked for', async () => {
  await using server = await ListServer.start()
  const order = orderFor(server)
  server.serve('one.example\n')
  expect(await updateInWorker(order, RUNS)).toMatchObject({ kind: 'updated', message: '1 entries' })
  writeTally(order.records, [['wanted.example', 'secondary_lesson', 2, 5]])
  server.serve('one.example\nwanted.example\nbbc.co.uk\n')
  expect(await updateInWorker(order, RUNS)).toMatchObject({ kind: 'held' })
  const state = new FeedStore(order.records).read(order.list)
  expect(state.held?.closes.map(({ host }) => host)).toContain('wanted.example')
  expect(copyInForce(state, NO_CHOICE)?.entries).toEqual({ 'games/media.games media.games': 1 })
  expect(existsSync(join(order.records, 'lists', 'games', 'lock'))).toBe(false)
})

test('an attempt ends with the gate, whatever the server does', async () => {
  await using server = await ListServer.start()
  const stopping = new AbortController()
  server.answer = () => {
    stopping.abort()
  }
  const order = orderFor(server)
  expect(await updateInWorker(order, stopping.signal)).toMatchObject({ kind: 'busy' })
  expect(await updateInWorker(order, stopping.signal)).toMatchObject({ kind: 'busy' })
  expect(server.asked.length).toBe(1)
})

test('a thread that dies is told, and the next attempt may try', async () => {
  await using server = await ListServer.start()
  const order = orderFor(server)
  // A network that is none: the configuration refuses it, and the thread throws.
  const broken = { ...order, rules: { allowTargets: ['nowhere'], ownEndpoints: [] } }
  const outcome = await updateInWorker(broken, RUNS)
  expect(outcome).toEqual({ kind: 'refused', message: '`nowhere` is not an address range' })
  expect(new FeedStore(order.records).read(order.list).failure?.message).toBe(outcome.message)
  server.serve('one.example\n')
  expect(await updateInWorker(order, RUNS)).toMatchObject({ kind: 'updated' })
})

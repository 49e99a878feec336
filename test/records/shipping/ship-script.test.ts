import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import {
  ADOPT_SCRIPT,
  SHIP_SCRIPT,
  shippedKey,
  streamKey,
} from '../../../records/shipping/ship-script.ts'
import { RedisServer } from '../../support/redis-server.ts'

const cleanUp = new AsyncDisposableStack()
let redis: Redis

beforeAll(async () => {
  const server = cleanUp.use(await RedisServer.prepare())
  await server.start()
  redis = cleanUp.use(await server.client())
})

afterAll(async () => {
  await cleanUp.disposeAsync()
})

beforeEach(async () => {
  await redis.flushall()
})

const FIELDS = JSON.stringify(['seq', 'host', 'url_path'])

/** What lies between `before` and `from` was purged. */
function ship(from: number, to: number, journal = 'j1', before = from - 1): Promise<unknown> {
  const entries: (string | null)[][] = []
  for (let seq = from; seq <= to; seq += 1) entries.push([`${seq}`, `bücher${seq} "x"`, null])
  const keys = [streamKey('ex'), shippedKey('ex')] as const
  const batch = [FIELDS, JSON.stringify(entries), before] as const
  return redis.eval(SHIP_SCRIPT, 2, ...keys, 'g1', journal, ...batch)
}

async function stream(): Promise<(string[] | null)[]> {
  return (await redis.xrange('sg:{ex}:blocked', '-', '+')).map(([, fields]) => fields)
}

test('the keys carry the site as a hash tag', () => {
  expect([streamKey('ex'), shippedKey('ex')]).toEqual(['sg:{ex}:blocked', 'sg:{ex}:shipped'])
})

test('a batch is appended as flat strings, nulls left out, and the number moves', async () => {
  expect(await ship(1, 2)).toEqual([2, 2])
  expect(await stream()).toEqual([
    ['seq', '1', 'host', 'bücher1 "x"'],
    ['seq', '2', 'host', 'bücher2 "x"'],
  ])
  expect(await redis.hgetall('sg:{ex}:shipped')).toEqual({ g1: '2', 'g1#journal': 'j1' })
})

test('a batch that comes again is skipped, as is the known part of another', async () => {
  await ship(1, 3)
  expect(await ship(1, 3)).toEqual([3, 0])
  expect(await ship(2, 5)).toEqual([5, 2])
  expect((await stream()).map((fields) => fields?.[1])).toEqual(['1', '2', '3', '4', '5'])
})

test('a batch that would leave a gap is refused, and the answer says where to go on', async () => {
  await ship(1, 3)
  expect(await ship(5, 6)).toEqual([3, 0])
  expect(await stream()).toHaveLength(3)
})

test.each([
  ['purged rows before the first of all', 0, 5, [6, 2]],
  ['purged rows behind a row that is there', 3, 5, [6, 2]],
  ['purged rows behind a row that Redis lacks', 4, 6, [3, 0]],
])('%s', async (_, before, from, answer) => {
  if (before > 0) await ship(1, 3)
  expect(await ship(from, 6, 'j1', before)).toEqual(answer)
})

test('another journal is refused until it is adopted, and then begins at 1', async () => {
  await ship(1, 3)
  await expect(ship(1, 2, 'j2')).rejects.toThrow('another journal')
  await redis.eval(ADOPT_SCRIPT, 1, shippedKey('ex'), 'g1', 'j2')
  expect(await ship(1, 2, 'j2')).toEqual([2, 2])
  await expect(ship(4, 4, 'j1')).rejects.toThrow('another journal')
})

test.each(['sg:{ex}:blocked', 'sg:{ex}:shipped'])(
  'a foreign value under `%s` stops the batch before anything is appended',
  async (key) => {
    await redis.set(key, 'foreign')
    await expect(ship(1, 3)).rejects.toThrow('WRONGTYPE')
    await redis.del(key)
    expect(await stream()).toEqual([])
    expect(await redis.exists('sg:{ex}:shipped')).toBe(0)
  },
)

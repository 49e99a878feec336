import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PRESENCE_FIELDS } from '../../../records/presence/presence-fields.ts'
import { countKeys, entryKey } from '../../../records/presence/presence-script.ts'
import { RedisPresence } from '../../../records/presence/redis-presence.ts'
import {
  connectRedis,
  endRedis,
  makeRedisClient,
  type RedisClient,
} from '../../../records/redis/connect.ts'
import { bindingOf } from '../../support/bindings.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { SEEN_AT } from '../../support/sightings.ts'
import { addressOf } from '../../support/spine-scene.ts'
import { until } from '../../support/until.ts'
import { entryOf, presenceContract } from './presence-contract.ts'

let cleanUp: AsyncDisposableStack
let redis: Redis
let foreign = 0

beforeAll(async () => {
  cleanUp = new AsyncDisposableStack()
  const server = cleanUp.use(await RedisServer.prepare())
  await server.start()
  redis = cleanUp.use(await server.client())
})

afterAll(async () => {
  await cleanUp.disposeAsync()
})

beforeEach(async () => {
  await redis.flushall()
  foreign = 0
})

function open(): Promise<RedisPresence> {
  const store = new RedisPresence(redis, 'ex', (count) => {
    foreign += count
  })
  return Promise.resolve(store)
}

describe('presence in Redis', () => {
  presenceContract(open)
})

describe('presence in a Redis cluster', () => {
  let cluster: RedisClient

  beforeAll(async () => {
    // The bus port would else be `port + 10000`, which may be beyond the last one.
    const { port: bus } = await RedisServer.prepare()
    const flags = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`]
    const announced = ['--cluster-announce-ip', '127.0.0.1']
    const server = cleanUp.use(await RedisServer.prepare(...flags, ...announced))
    await server.start()
    const admin = cleanUp.use(await server.client())
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await until(
      () => admin.cluster('INFO'),
      (info) => info.includes('cluster_state:ok'),
    )
    const address = addressOf(`redis+cluster://127.0.0.1:${server.port}`)
    cluster = makeRedisClient(address, { name: 'test' })
    await connectRedis(cluster)
    cleanUp.defer(() => {
      endRedis(cluster)
    })
  })

  presenceContract(async () => {
    await cluster.flushall()
    return new RedisPresence(cluster, 'ex', () => undefined)
  })
})

const key = entryKey('ex', 'presence:', '10.1.0.7')
const [state, changes, ends] = countKeys('ex', 'presence:')

test('each address is a hash that Redis itself drops, and its number goes with the next that is written', async () => {
  const store = await open()
  await store.put([entryOf()], SEEN_AT)
  expect(await redis.hmget(key, 'device', 'person', 'confidence', 'gate')).toEqual([
    ...['phone', 'p-1', 'proven', 'gate-1'],
  ])
  const left = await redis.pttl(key)
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(60_000)
  await store.put([entryOf({ address: '10.1.0.8', expires: SEEN_AT + 120_000 })], SEEN_AT + 60_000)
  expect(await redis.zrange(changes, '0', '-1')).toEqual(['10.1.0.8'])
  expect(await redis.zrange(ends, '0', '-1')).toEqual(['10.1.0.8'])
})

test('what has changed after a number is read in pages, and another Redis has another name for its count', async () => {
  const store = await open()
  expect(await store.changes(0, SEEN_AT)).toEqual({ epoch: '', newest: 0, number: 0, entries: [] })
  const entries = Array.from({ length: 250 }, (_, i) => entryOf({ address: `10.2.0.${i}` }))
  await store.put(entries, SEEN_AT)
  const first = await store.changes(0, SEEN_AT)
  expect([first.newest, first.number, first.entries.length]).toEqual([250, 200, 200])
  const second = await store.changes(first.number, SEEN_AT)
  expect([second.number, second.entries.length]).toEqual([250, 50])
  await store.put([entryOf({ address: '10.2.0.3', at: SEEN_AT + 1 })], SEEN_AT + 1)
  const third = await store.changes(second.number, SEEN_AT + 1)
  expect(third.entries.map(({ address }) => address)).toEqual(['10.2.0.3'])
  await redis.flushall()
  await store.put([entryOf()], SEEN_AT)
  const fourth = await store.changes(0, SEEN_AT)
  expect([fourth.newest, fourth.epoch === third.epoch]).toEqual([1, false])
})

test('what no gate wrote is counted and passed over, and what a gate writes takes its place', async () => {
  const store = await open()
  await store.put([entryOf({ address: '10.1.0.9' })], SEEN_AT)
  await redis.hset(key, { at: 'never', gate: 'x'.repeat(100_000) })
  await redis.hset(state, { n: '6' })
  await redis.zadd(changes, 2, '10.1.0.7', 3, 'x'.repeat(100), 4, 'no address', 5, '#state')
  await redis.set(entryKey('ex', 'presence:', '10.1.0.8'), 'a text')
  await redis.zadd(changes, 6, '10.1.0.8', Infinity, 'beyond all')
  expect((await store.all(SEEN_AT)).map(({ address }) => address)).toEqual(['10.1.0.9'])
  expect(foreign).toBe(5)
  // Where a hash is in the way of nobody it is written over; a text stays, and is counted.
  const written = [entryOf(), entryOf({ address: '10.1.0.8' })]
  expect(await store.put(written, SEEN_AT)).toEqual([written[0]])
  expect(foreign).toBe(6)
  expect(await store.get('10.1.0.7', SEEN_AT)).toEqual(written[0])
})

test('an entry of the future is no gate’s: it is not believed and keeps nobody from writing', async () => {
  const store = await open()
  const tomorrow = SEEN_AT + 86_400_000
  await store.put([entryOf({ at: tomorrow, expires: tomorrow + 60_000 })], tomorrow)
  expect(await store.get('10.1.0.7', SEEN_AT)).toBeNull()
  expect(foreign).toBe(1)
  expect(await store.put([entryOf()], SEEN_AT)).toHaveLength(1)
  expect(await store.get('10.1.0.7', SEEN_AT)).toEqual(entryOf())
})

test('whatever the fields of a hash are, reading it never throws, and gives an entry or counts', async () => {
  const store = await open()
  await store.put([entryOf()], SEEN_AT)
  const whole = await redis.hgetall(key)
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('', '0', '-1', 'NaN', '1e99', '[]', '[{}]', 'proven', `${SEEN_AT}`),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...PRESENCE_FIELDS], { minLength: 1 }),
      fc.array(value, { minLength: 15, maxLength: 15 }),
      async (spoilt, values) => {
        foreign = 0
        await redis.hset(key, whole)
        await redis.hset(key, Object.fromEntries(spoilt.map((name, i) => [name, values[i] ?? ''])))
        const read = await store.get('10.1.0.7', SEEN_AT)
        if (read === null) expect(foreign).toBeLessThanOrEqual(1)
        else expect([read.address, foreign]).toEqual(['10.1.0.7', 0])
      },
    ),
    { numRuns: Math.ceil(FUZZ_RUNS / 10) },
  )
})

test('the longest that a gate writes is read again', async () => {
  const store = await open()
  const reporter = '\u{1f3eb}"'.repeat(85)
  const piece = { source: 'radius', reporter, at: SEEN_AT, until: SEEN_AT + 60_000 } as const
  const binding = bindingOf({ evidence: Array.from({ length: 8 }, () => piece) })
  await store.put([entryOf({ binding })], SEEN_AT)
  expect(await store.get('10.1.0.7', SEEN_AT)).toEqual(entryOf({ binding }))
})

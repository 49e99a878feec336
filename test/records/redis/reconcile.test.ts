import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { sha256 } from '../../../records/ledger/chain.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { connectRedis, endRedis, makeRedisClient } from '../../../records/redis/connect.ts'
import { Mirror } from '../../../records/redis/mirror.ts'
import { reconcile } from '../../../records/redis/reconcile.ts'
import { SpineLink } from '../../../records/redis/spine-link.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { addressOf } from '../../support/spine-scene.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, SITE } from '../ledger/sample-ledger.ts'

const cleanUp = new AsyncDisposableStack()
let redis: Redis
let link: SpineLink

beforeAll(async () => {
  const server = cleanUp.use(await RedisServer.prepare())
  await server.start()
  redis = cleanUp.use(await server.client())
  const client = makeRedisClient(addressOf(server.url), { name: 'link' })
  cleanUp.defer(() => {
    endRedis(client)
  })
  await connectRedis(client)
  link = new SpineLink(client, SITE)
})

afterAll(async () => {
  await cleanUp.disposeAsync()
})

const NEWER = '{"v":99,"seq":1,"prev_hash":""}'

function mirror(): Mirror {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  ledger.db.exec('PRAGMA synchronous = OFF')
  return new Mirror(ledger)
}

function add({ ledger }: Mirror, mark: string, count: number): void {
  for (let i = 0; i < count; i += 1)
    ledger.append([devicePut({ ...PHONE, id: `${mark}${i}` })], options(ledger.head().seq))
}

test('for any two branches behind any common part, the longer stays, Redis at a tie, and the other is kept', async () => {
  const length = fc.integer({ min: 0, max: 6 })
  await fc.assert(
    fc.asyncProperty(length, length, length, async (common, inRedis, here) => {
      await redis.flushall()
      const [one, other] = [mirror(), mirror()]
      add(one, 'c', common)
      await reconcile(one, link)
      await reconcile(other, link)
      add(one, 'r', inRedis)
      await reconcile(one, link)
      const theirs = [...one.ledger.entries(common)]
      add(other, 'h', here)
      const ours = [...other.ledger.entries(common)]
      const { fault, place } = await reconcile(other, link)
      expect(fault).toBeNull()
      expect(other.ledger.head().hash).toBe(place.hash)
      const redisWins = here <= inRedis
      expect([...other.ledger.entries(common)]).toEqual(redisWins ? theirs : ours)
      expect(other.orphans()).toEqual(redisWins ? ours : theirs)
      await reconcile(one, link)
      expect(one.ledger.head()).toEqual(other.ledger.head())
      expect(verifyLedger(one.ledger).ok).toBe(true)
      one.ledger.close()
      other.ledger.close()
    }),
    { numRuns: 25 },
  )
})

test('a branch of a newer gate is neither believed nor replaced', async () => {
  await redis.flushall()
  const one = mirror()
  onTestFinished(() => {
    one.ledger.close()
  })
  await redis.xadd('sg:{ex}:ledger', '0-1', 'body', NEWER, 'hash', sha256(NEWER))
  add(one, 'a', 3)
  expect((await reconcile(one, link)).fault).toContain('newer Schoolgate')
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(1)
  expect(one.ledger.head().seq).toBe(3)
})

test('an entry whose text is missing in Redis is not believed, nor what follows it', async () => {
  await redis.flushall()
  const [one, other] = [mirror(), mirror()]
  onTestFinished(() => {
    one.ledger.close()
    other.ledger.close()
  })
  add(one, 'a', 1)
  const put = { ...devicePut(PHONE), after: { document: 'f'.repeat(64), name: 'policy.yaml' } }
  one.ledger.append([put], options(1))
  add(one, 'b', 1)
  await reconcile(one, link)
  expect((await reconcile(other, link)).fault).toContain('the text of entry 2 is missing')
  expect(other.ledger.head().seq).toBe(1)
})

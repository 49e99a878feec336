import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { sealEntry, GENESIS_HASH, type StoredEntry } from '../../../records/ledger/chain.ts'
import { connectRedis, endRedis, makeRedisClient } from '../../../records/redis/connect.ts'
import { NOTHING_BESIDE, PAGE_ROWS, SpineLink } from '../../../records/redis/spine-link.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { addressOf } from '../../support/spine-scene.ts'

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
  link = new SpineLink(client, 'ex')
})

afterAll(async () => {
  await cleanUp.disposeAsync()
})

beforeEach(async () => {
  await redis.flushall()
})

/** Rows that are chained as the script cares: by number. */
function rows(from: number, to: number, mark: string): StoredEntry[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    sealEntry({ seq: from + i, object_id: `"${mark}" ü\u0000\\` } as never),
  )
}

async function read(after = 0): Promise<StoredEntry[]> {
  const all: StoredEntry[] = []
  for await (const page of link.pages(after, await link.tail())) all.push(...page)
  return all
}

test('rows come back to the octet, over several pages', async () => {
  const sent = rows(1, PAGE_ROWS + 3, 'a')
  const answer = await link.append(GENESIS_HASH, sent, NOTHING_BESIDE)
  expect(answer).toMatchObject({ taken: true, confirmed: true })
  expect(await link.tail()).toEqual(answer.place)
  expect(await read()).toEqual(sent)
  expect(await read(PAGE_ROWS)).toEqual(sent.slice(PAGE_ROWS))
})

test('a writer who saw another head appends nothing and is told where the head is', async () => {
  const first = rows(1, 1, 'a')
  await link.append(GENESIS_HASH, first, NOTHING_BESIDE)
  const late = await link.append(GENESIS_HASH, rows(1, 2, 'b'), {
    documents: [['h', 'text']],
    people: [],
  })
  expect(late).toMatchObject({ taken: false, place: { seq: 1, hash: first[0]?.hash } })
  expect(await redis.keys('*')).toEqual(['sg:{ex}:ledger'])
})

test('a gap is refused, and a rewind where none was asked for', async () => {
  const first = rows(1, 2, 'a')
  await link.append(GENESIS_HASH, first, NOTHING_BESIDE)
  const seen = first[1]?.hash ?? ''
  await expect(link.append(seen, rows(4, 4, 'a'), NOTHING_BESIDE)).rejects.toThrow('GAP')
  await expect(link.append(seen, rows(2, 3, 'a'), NOTHING_BESIDE)).rejects.toThrow('GAP')
  await expect(link.append(seen, rows(4, 4, 'a'), NOTHING_BESIDE, 'rewind')).rejects.toThrow('GAP')
})

test('after rewinds within rewinds the chain is read, and every row is still in the stream', async () => {
  const [a, b, c] = [rows(1, 6, 'a'), rows(4, 7, 'b'), rows(3, 9, 'c')]
  await link.append(GENESIS_HASH, a, NOTHING_BESIDE)
  await link.append(a.at(-1)?.hash ?? '', b, NOTHING_BESIDE, 'rewind')
  await link.append(b.at(-1)?.hash ?? '', c, NOTHING_BESIDE, 'rewind')
  const chain = [...a.slice(0, 2), ...c]
  expect(await read()).toEqual(chain)
  expect(await read(5)).toEqual(chain.slice(5))
  const tail = await link.tail()
  for (const { seq, hash } of chain) expect(await link.hashAt(seq, tail)).toBe(hash)
  expect(await link.hashAt(10, tail)).toBeUndefined()
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(17)
})

test('a foreign value under a key stops an append before the first row', async () => {
  await redis.set('sg:{ex}:documents', 'foreign')
  const beside = { documents: [['h', 't'] as const], people: [] }
  await expect(link.append(GENESIS_HASH, rows(1, 2, 'a'), beside)).rejects.toThrow('WRONGTYPE')
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(0)
})

test('people and texts are kept, and a row that is none is nobody', async () => {
  const row = { name: 'Ada', email: null, salt: 's' }
  const beside = { documents: [['h', 't'] as const], people: [['p', row] as const] }
  await link.append(GENESIS_HASH, rows(1, 1, 'a'), beside)
  await redis.hset('sg:{ex}:people', 'q', '{"name":1}', 'r', '{')
  expect(await link.documents(['h', 'x'])).toEqual(['t', null])
  expect(await link.people(['p', 'q', 'r', 'x'])).toEqual([row, null, null, null])
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { JOURNAL_COLUMNS } from '../../../records/journal/journal-schema.ts'
import type { JournalRow } from '../../../records/journal/journal-store.ts'
import { RedisShipper } from '../../../records/shipping/redis-shipper.ts'
import type { ShipSource } from '../../../records/shipping/redis-shipper.ts'
import { streamKey } from '../../../records/shipping/ship-script.ts'
import { aLookup, JournalFolder } from '../../support/journal-folder.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { TEN_O_CLOCK } from '../../support/refusals.ts'
import { until } from '../../support/until.ts'

/** A journal in memory: rows of the contract's shape, numbered from 1. */
class Journal implements ShipSource {
  journalId = 'journal-1'
  readonly rows: JournalRow[] = []

  get headSeq(): number {
    return this.rows.length
  }

  rowsAfter(seq: number, limit: number): readonly JournalRow[] {
    return this.rows.slice(seq, seq + limit)
  }

  add(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const seq = this.rows.length + 1
      this.rows.push(JOURNAL_COLUMNS.map((name) => valueOf(name, seq)))
    }
  }
}

function valueOf(name: string, seq: number): string | number | null {
  if (name === 'seq') return seq
  if (name === 'repeat_count') return 1
  if (name === 'url_path' || name === 'search_term' || name === 'category') return null
  return name === 'host' ? `h${seq}.example` : name
}

let server: RedisServer
let cleanUp: AsyncDisposableStack
let journal: Journal
let shipped: number

beforeEach(async () => {
  cleanUp = new AsyncDisposableStack()
  server = cleanUp.use(await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'always'))
  journal = new Journal()
  shipped = 0
})

afterEach(async () => {
  await cleanUp.disposeAsync()
})

function newShipper(source: ShipSource = journal): RedisShipper {
  const onShipped = (entries: number): void => {
    shipped += entries
  }
  const shipper = new RedisShipper({ url: server.url, site: 'ex', gate: 'g1', source, onShipped })
  cleanUp.defer(() => shipper.stop(0))
  shipper.start()
  return shipper
}

async function client(): Promise<Redis> {
  return cleanUp.use(await server.client())
}

/** The numbers in the stream, in its order. */
async function numbers(redis: Redis): Promise<number[]> {
  const entries = await redis.xrange(streamKey('ex'), '-', '+')
  return entries.map(([, fields]) => Number(fields[fields.indexOf('seq') + 1]))
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

async function untilShipped(shipper: RedisShipper, seq: number): Promise<void> {
  await until(
    () => shipper.state,
    ({ isUp, shippedSeq }) => isUp && shippedSeq === seq,
  )
}

test('entries arrive in order with flat fields; those not visible are left out', async () => {
  await server.start()
  journal.add(1_234)
  const shipper = newShipper()
  await untilShipped(shipper, 1_234)
  const redis = await client()
  expect(await numbers(redis)).toEqual(upTo(1_234))
  const [first] = await redis.xrange('sg:{ex}:blocked', '-', '+', 'COUNT', 1)
  const fields = first?.[1] ?? []
  expect(fields.filter((_, index) => index % 2 === 0)).toEqual(
    JOURNAL_COLUMNS.filter((name) => name !== 'url_path' && name !== 'search_term'),
  )
  expect(fields[fields.indexOf('category') + 1]).toBe('')
  expect(fields[fields.indexOf('host') + 1]).toBe('h1.example')
  expect(await redis.hget('sg:{ex}:shipped', 'g1')).toBe('1234')
  expect(shipped).toBe(1_234)
})

test('new entries are shipped when woken', async () => {
  await server.start()
  const shipper = newShipper()
  await untilShipped(shipper, 0)
  for (const count of [1, 2, 3]) {
    journal.add(1)
    shipper.wake()
    await untilShipped(shipper, count)
  }
  expect(await numbers(await client())).toEqual([1, 2, 3])
})

test('V19: with Redis down from the start, all is shipped when it comes', async () => {
  journal.add(500)
  const shipper = newShipper()
  await until(
    () => shipper.state.error,
    (error) => error?.includes('ECONNREFUSED') === true,
  )
  expect(shipper.state.isUp).toBe(false)
  await server.start()
  await untilShipped(shipper, 500)
  expect(await numbers(await client())).toEqual(upTo(500))
})

test('a Redis killed in the middle of a load has every entry once, after it is back', async () => {
  await server.start()
  const shipper = newShipper()
  for (let round = 0; round < 3; round += 1) {
    journal.add(8_000)
    shipper.wake()
    await until(
      () => shipper.state.shippedSeq,
      (seq) => seq > round * 8_000 + 1_000,
    )
    await server.kill()
    await until(
      () => shipper.state,
      ({ isUp }) => !isUp,
    )
    await server.start()
  }
  await untilShipped(shipper, 24_000)
  expect(await numbers(await client())).toEqual(upTo(24_000))
})

test('V19: a Redis that hangs is down after two seconds, and has every entry once when it goes on', async () => {
  await server.start()
  journal.add(100)
  const shipper = newShipper()
  await untilShipped(shipper, 100)
  server.signal('SIGSTOP')
  journal.add(900)
  shipper.wake()
  const { error } = await until(
    () => shipper.state,
    ({ isUp }) => !isUp,
  )
  expect(error).toContain('timed out')
  server.signal('SIGCONT')
  await untilShipped(shipper, 1_000)
  expect(await numbers(await client())).toEqual(upTo(1_000))
})

test('a wiped Redis gets the whole journal again, once', async () => {
  await server.start()
  journal.add(700)
  const shipper = newShipper()
  await untilShipped(shipper, 700)
  const redis = await client()
  await redis.flushall()
  journal.add(1)
  shipper.wake()
  await until(
    () => numbers(redis),
    (seen) => seen.length === 701,
  )
  expect(await numbers(redis)).toEqual(upTo(701))
})

test('a wiped Redis is noticed without a new entry, too', async () => {
  await server.start()
  journal.add(5)
  const shipper = newShipper()
  await untilShipped(shipper, 5)
  const redis = await client()
  await redis.flushall()
  await until(
    () => numbers(redis),
    (seen) => seen.length === 5,
  )
  expect(await numbers(redis)).toEqual(upTo(5))
})

/** High-risk refusals outlive the others; there are more of both than go into the batches of one go. */
const SOME = Array.from({ length: 2_500 }, (_, index) =>
  aLookup({ host: `h${index}.example`, severity: index % 1_000 > 500 ? 'high' : 'low' }),
)

test('a wiped Redis gets what the retention has left, across the gaps of what was purged', async () => {
  await server.start()
  const { store, ...folder } = purgeable()
  const shipper = newShipper(store)
  await untilShipped(shipper, 2_500)
  folder.purge()
  const left = store.rowsAfter(0, 2_500).map(([seq]) => Number(seq))
  expect([left[0], left.at(-1), left.length]).toEqual([502, 2_000, 998])
  const redis = await client()
  await redis.flushall()
  await until(
    () => numbers(redis),
    (seen) => seen.length === left.length,
  )
  expect(await numbers(redis)).toEqual(left)
  // The newest were purged: what comes after them is not held up by their numbers.
  folder.write(aLookup({ host: 'new.example' }))
  shipper.wake()
  await untilShipped(shipper, 2_501)
  expect(await numbers(redis)).toEqual([...left, 2_501])
})

test('a journal of which nothing is left has nothing to ship, and rests', async () => {
  await server.start()
  const { store, ...folder } = purgeable()
  folder.purge(8 * 366)
  let asked = 0
  const source: ShipSource = {
    journalId: store.journalId,
    headSeq: store.headSeq,
    rowsAfter: (seq, limit) => {
      asked += 1
      return store.rowsAfter(seq, limit)
    },
  }
  await untilShipped(newShipper(source), 2_500)
  expect(asked).toBe(1)
  expect(await numbers(await client())).toEqual([])
})

function purgeable(): Pick<JournalFolder, 'store' | 'write'> & { purge(days?: number): void } {
  const folder = new JournalFolder()
  folder.write(...SOME)
  folder.index()
  return {
    store: folder.store,
    write: (...attempts) => {
      folder.write(...attempts)
    },
    purge: (days = 400) => {
      while (folder.store.retain(TEN_O_CLOCK + days * 86_400_000));
    },
  }
}

test('V19: a full Redis takes nothing and loses nothing', async () => {
  await server.start()
  const redis = await client()
  await redis.config('SET', 'maxmemory-policy', 'noeviction')
  await redis.config('SET', 'maxmemory', '1')
  journal.add(300)
  const shipper = newShipper()
  await until(
    () => shipper.state.error,
    (error) => error?.includes('OOM') === true,
  )
  await redis.config('SET', 'maxmemory', '0')
  await untilShipped(shipper, 300)
  expect(await numbers(redis)).toEqual(upTo(300))
})

test('a replica refuses, and its state says why', async () => {
  await server.start()
  const redis = await client()
  await redis.replicaof('127.0.0.1', 1)
  journal.add(3)
  const shipper = newShipper()
  await until(
    () => shipper.state.error,
    (error) => error?.includes('READONLY') === true,
  )
  await redis.replicaof('NO', 'ONE')
  await untilShipped(shipper, 3)
  expect(await numbers(redis)).toEqual([1, 2, 3])
})

test('a new journal under an old gate name ships from its beginning', async () => {
  await server.start()
  journal.add(10)
  const before = newShipper()
  await untilShipped(before, 10)
  await before.stop(100)
  const fresh = new Journal()
  fresh.journalId = 'journal-2'
  fresh.add(4)
  await untilShipped(newShipper(fresh), 4)
  expect(await numbers(await client())).toEqual([...upTo(10), ...upTo(4)])
})

test('a journal restored from an older copy ships from its beginning, so that no new entry passes for an old one', async () => {
  await server.start()
  journal.add(10)
  const before = newShipper()
  await untilShipped(before, 10)
  await before.stop(100)
  journal.rows.splice(6)
  await untilShipped(newShipper(), 6)
  expect(await numbers(await client())).toEqual([...upTo(10), ...upTo(6)])
})

test("two gates with one name: the elder stops and says so, and they don't undo each other", async () => {
  await server.start()
  journal.add(3)
  const elder = newShipper()
  await untilShipped(elder, 3)
  const other = new Journal()
  other.journalId = 'journal-2'
  other.add(2)
  const younger = newShipper(other)
  await untilShipped(younger, 2)
  journal.add(1)
  elder.wake()
  await until(
    () => elder.state.error,
    (error) => error?.includes('another journal ships under this gate name') === true,
  )
  expect(younger.state.isUp).toBe(true)
  expect(await numbers(await client())).toEqual([1, 2, 3, 1, 2])
})

test('two gates share one stream', async () => {
  await server.start()
  journal.add(5)
  const one = newShipper()
  const other = new RedisShipper({
    url: server.url,
    site: 'ex',
    gate: 'g2',
    source: journal,
    onShipped: () => undefined,
  })
  cleanUp.defer(() => other.stop(0))
  other.start()
  await untilShipped(one, 5)
  await untilShipped(other, 5)
  const redis = await client()
  expect((await numbers(redis)).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  expect(await redis.hmget('sg:{ex}:shipped', 'g1', 'g2')).toEqual(['5', '5'])
})

test('the stop ships what is left, and does not wait for a dead Redis', async () => {
  await server.start()
  const shipper = newShipper()
  await untilShipped(shipper, 0)
  journal.add(2_000)
  await shipper.stop(5_000)
  expect(await numbers(await client())).toEqual(upTo(2_000))
  await server.kill()
  const late = newShipper()
  const started = performance.now()
  await late.stop(5_000)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a connection that ends while nothing is sent is down at once, and the stop ships over a new one', async () => {
  await server.start()
  const shipper = newShipper()
  await untilShipped(shipper, 0)
  await server.kill()
  // Sooner than the heartbeat, which would notice it in two seconds.
  await until(
    () => shipper.state.isUp,
    (isUp) => !isUp,
    1_000,
  )
  await server.start()
  journal.add(1_000)
  await shipper.stop(2_000)
  expect(await numbers(await client())).toEqual(upTo(1_000))
})

test('user and password of the URL are used', async () => {
  await server.start()
  const redis = await client()
  await redis.acl('SETUSER', 'gate', 'on', '>secret', '~sg:*', '+@all')
  const options = { site: 'ex', gate: 'g1', source: journal, onShipped: () => undefined }
  const url = server.url.replace('//', '//gate:wrong@')
  const refused = new RedisShipper({ ...options, url })
  const accepted = new RedisShipper({ ...options, url: url.replace('wrong', 'secret') })
  cleanUp.defer(() => refused.stop(0))
  cleanUp.defer(() => accepted.stop(0))
  refused.start()
  accepted.start()
  journal.add(2)
  await untilShipped(accepted, 2)
  await until(
    () => refused.state.error,
    (error) => error?.includes('WRONGPASS') === true,
  )
  expect(refused.state.isUp).toBe(false)
})

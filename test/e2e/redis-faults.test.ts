import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import { devicePut, options, PHONE } from '../records/ledger/sample-ledger.ts'
import { RedisServer } from '../support/redis-server.ts'
import { SpineNode, untilAgreed } from '../support/spine-scene.ts'
import { TcpShim } from '../support/tcp-shim.ts'
import { until } from '../support/until.ts'

let cleanUp: AsyncDisposableStack
let server: RedisServer
let redis: Redis
let wire: TcpShim
/** Behind a wire with faults. */
let one: SpineNode
/** With a wire of its own that is well. */
let other: SpineNode

beforeEach(async () => {
  cleanUp = new AsyncDisposableStack()
  server = cleanUp.use(await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'no'))
  await server.start()
  redis = cleanUp.use(await server.client())
  wire = cleanUp.use(await TcpShim.before(server.port))
  one = cleanUp.use(await new SpineNode('g1', wire.url).start())
  other = cleanUp.use(await new SpineNode('g2', server.url).start())
  await one.spine.append([put('phone'), put('tablet')], options(0))
  await untilAgreed([one, other], 2)
})

afterEach(async () => {
  await cleanUp.disposeAsync()
})

function put(id: string, state: typeof PHONE.state = 'approved') {
  return devicePut({ ...PHONE, id, state })
}

async function agreeOn(objects: readonly string[]): Promise<void> {
  await untilAgreed([one, other], objects.length)
  expect(one.objects).toEqual(objects)
  expect(verifyLedger(other.ledger)).toMatchObject({ ok: true })
}

test('slow: a change takes the time that the wire takes, and counts', async () => {
  wire.delay(150)
  expect(await one.spine.append([put('a')], options(2))).toMatchObject({ kind: 'appended' })
  await agreeOn(['phone', 'tablet', 'a'])
})

test('hung: a change is refused in seconds, a lost phone is lost at once, and both gates agree later', async () => {
  wire.hang()
  const started = performance.now()
  expect(await one.spine.append([put('a')], options(2))).toMatchObject({ kind: 'unavailable' })
  expect(performance.now() - started).toBeLessThan(4_000)
  const lost = await one.spine.append([put('phone', 'lost')], options(2))
  expect(lost).toMatchObject({ kind: 'appended' })
  wire.cut()
  wire.heal()
  await one.untilUp()
  // Whether the refused change had arrived when the wire hung, nobody knew; if it had, it stands.
  await untilAgreed([one, other])
  expect(one.objects.slice(-1)).toEqual(['phone'])
  expect(verifyLedger(other.ledger).ok).toBe(true)
})

test('cut in the middle of appends: what counted is there, in order, once', async () => {
  const counted: string[] = []
  for (let i = 0; i < 60; i += 1) {
    if (i % 20 === 10) wire.cut()
    const id = `d${i}`
    const answer = await one.spine.append([put(id)], options(one.spine.head().seq))
    if (answer.kind === 'appended') counted.push(id)
    if (i % 20 === 15) {
      wire.heal()
      await one.untilUp()
    }
  }
  expect(counted.length).toBeGreaterThan(20)
  await untilAgreed([one, other])
  const kept = other.objects.slice(2)
  expect(new Set(kept).size).toBe(kept.length)
  expect(kept.filter((id) => counted.includes(id))).toEqual(counted)
})

test('full: nothing is evicted or half written; a change waits, a revoked phone does not', async () => {
  await redis.config('SET', 'maxmemory', '1')
  const answer = await one.spine.append([put('a')], options(2))
  expect(answer).toMatchObject({ kind: 'unavailable' })
  expect('message' in answer ? answer.message : '').toContain('OOM')
  await one.spine.append([put('phone', 'revoked')], options(2))
  expect(one.spine.head().seq).toBe(3)
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(2)
  await redis.config('SET', 'maxmemory', '0')
  await agreeOn(['phone', 'tablet', 'phone'])
})

test('a read-only replica: changes wait and the words say why', async () => {
  await redis.replicaof('127.0.0.1', 1)
  // Turning into a replica ends the follower's wait with its connection, so the first words are of that.
  await until(
    () => one.spine.append([put('a')], options(2)),
    (answer) => 'message' in answer && answer.message.includes('READONLY'),
  )
  await redis.replicaof('NO', 'ONE')
  await one.untilUp()
  await one.spine.append([put('b')], options(2))
  await agreeOn(['phone', 'tablet', 'b'])
})

test('wiped and restarted: the gates bring the ledger back', async () => {
  await redis.flushall()
  await server.kill()
  await server.start()
  await Promise.all([one.untilUp(), other.untilUp()])
  await until(
    () => one.spine.reconcile(),
    (isWell) => isWell,
  )
  await one.spine.append([put('a')], options(2))
  await agreeOn(['phone', 'tablet', 'a'])
})

test('a partition with two writers heals into one chain with everything in it', async () => {
  wire.cut()
  await one.untilDown()
  await one.spine.append([put('phone', 'lost')], options(2))
  await one.spine.append([put('cut-off', 'suspended')], options(3))
  await other.spine.append([put('a'), put('b'), put('c')], options(2))
  wire.heal()
  await agreeOn(['phone', 'tablet', 'a', 'b', 'c', 'phone', 'cut-off'])
  expect(one.alarms.join()).toContain('that of this gate gave way')
})

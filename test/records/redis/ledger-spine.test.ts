import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Redis } from 'ioredis'
import { sha256 } from '../../../records/ledger/chain.ts'
import { verifyLedger } from '../../../records/ledger/verify-ledger.ts'
import { commitmentOf, People, saltDetails } from '../../../records/people/people.ts'
import { RedisServer } from '../../support/redis-server.ts'
import { SpineNode, untilAgreed } from '../../support/spine-scene.ts'
import { until } from '../../support/until.ts'
import { ledgerContract, type ContractLedger } from '../ledger-contract.ts'
import { devicePut, options, PHONE, POLICY_TEXT, policyPut } from '../ledger/sample-ledger.ts'

const cleanUp = new AsyncDisposableStack()
let server: RedisServer
let redis: Redis

beforeAll(async () => {
  server = cleanUp.use(await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'no'))
  await server.start()
  redis = cleanUp.use(await server.client())
})

afterAll(async () => {
  await cleanUp.disposeAsync()
})

beforeEach(async () => {
  await redis.flushall()
})

async function node(gate: string): Promise<SpineNode> {
  const made = new SpineNode(gate, server.url)
  onTestFinished(() => made[Symbol.asyncDispose]())
  await made.start()
  return made
}

function put(id: string, state: typeof PHONE.state = 'approved') {
  return devicePut({ ...PHONE, id, state })
}

describe('over Redis', () => {
  ledgerContract(async () => {
    const nodes = [new SpineNode('g1', server.url), new SpineNode('g2', server.url)]
    for (const each of nodes) await each.start()
    const [one, other] = nodes.map(({ spine, ledger }): ContractLedger => ({
      ledger,
      head: () => spine.head(),
      append: (commands, how) => spine.append(commands, how),
    })) as [ContractLedger, ContractLedger]
    return {
      one,
      other,
      settled: () => untilAgreed(nodes),
      close: async () => {
        for (const each of nodes) await each[Symbol.asyncDispose]()
      },
    }
  })
})

test('a change at one gate is in the copy of the other within a second, and its follower is told', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  const started = performance.now()
  await one.spine.append([put('a')], options(0))
  await untilAgreed([one, other], 1)
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(other.heads).toEqual([1])
  expect(one.heads).toEqual([1])
  expect(one.spine.state).toEqual({ isUp: true, error: null, alarm: null })
})

test('names travel beside the entries, and one that does not fit its commitment is not believed', async () => {
  const [ada, bob] = ['Ada', 'Bob'].map((name) => saltDetails({ name, email: null }))
  if (ada === undefined || bob === undefined) throw new Error('no rows')
  const person = (id: string, details: string) => ({
    ...put(id),
    kind: 'person.put' as const,
    after: { role: 'staff', phase: null, year: null, details },
  })
  const one = await node('g1')
  const commands = [person('p1', commitmentOf(ada)), person('p2', commitmentOf(bob))]
  await one.spine.append(commands, {
    ...options(0),
    people: [
      ['p1', ada],
      ['p2', bob],
    ],
  })
  await redis.hset('sg:{ex}:people', 'p2', JSON.stringify({ ...bob, name: 'Eve' }))
  const other = await node('g2')
  const people = new People(other.ledger.db)
  expect([people.find('p1'), people.find('p2')]).toEqual([ada, undefined])
  expect(new People(one.ledger.db).find('p2')).toEqual(bob)
  const erase = { ...put('p1'), kind: 'person.erase' as const, after: null }
  await other.spine.append([erase], options(2))
  await untilAgreed([one, other], 3)
  expect([one, other].map(({ ledger }) => new People(ledger.db).find('p1'))).toEqual([
    undefined,
    undefined,
  ])
  expect(await redis.hkeys('sg:{ex}:people')).toEqual(['p2'])
})

test('with Redis down changes wait, and what shuts somebody out applies at once and is appended later', async () => {
  const one = await node('g1')
  const other = await node('g2')
  await one.spine.append([put('phone'), put('tablet')], options(0))
  await untilAgreed([one, other], 2)
  await server.kill()
  await one.untilDown()
  const opened = await one.spine.append([put('new')], options(2))
  expect(opened).toMatchObject({ kind: 'unavailable' })
  expect(one.spine.head().seq).toBe(2)
  const mixed = await one.spine.append([put('phone', 'lost'), put('new')], options(2))
  expect(mixed).toMatchObject({ kind: 'unavailable' })
  const lost = await one.spine.append([put('phone', 'lost')], options(2))
  expect(lost).toMatchObject({ kind: 'appended', head: { seq: 3 } })
  expect(one.heads.at(-1)).toBe(3)
  await server.start()
  await untilAgreed([one, other], 3)
  expect(one.alarms).toEqual([])
  expect(verifyLedger(other.ledger)).toMatchObject({ ok: true, head: { seq: 3 } })
})

test('a gate starts on its copy with Redis down, and an empty one can be founded', async () => {
  await server.kill()
  const one = await node('g1')
  expect(one.spine.state.isUp).toBe(false)
  expect(one.spine.state.error).toContain('ECONNREFUSED')
  const found = { ...put('ex'), kind: 'ledger.found' as const, after: { site: 'ex' } }
  expect(await one.spine.append([found, put('a')], options(0))).toMatchObject({ kind: 'appended' })
  await server.start()
  await one.untilUp()
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(2)
})

test('a wiped Redis gets the ledger again, from whichever gate is first, with the texts', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  await one.spine.append([policyPut(POLICY_TEXT), put('a')], {
    ...options(0),
    documents: [POLICY_TEXT],
  })
  await untilAgreed([one, other], 2)
  await redis.flushall()
  await until(
    () => redis.xlen('sg:{ex}:ledger'),
    (length) => length === 2,
  )
  await other.spine.append([put('b')], options(2))
  await untilAgreed([one, other], 3)
  const fresh = await node('g3')
  expect(fresh.objects).toEqual(['policy', 'a', 'b'])
  expect(fresh.ledger.findDocument(sha256(POLICY_TEXT))).toBe(POLICY_TEXT)
  expect([...one.alarms, ...other.alarms]).toEqual([])
})

test('what another process of the node writes past the spine reaches the other gate', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  one.ledger.append([put('a')], options(0))
  await untilAgreed([one, other], 1)
  expect(one.heads).toEqual([1])
})

test('two branches: the longer stays, the other comes back as recovered, and nothing is lost', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  await one.spine.append([put('phone'), put('tablet')], options(0))
  await untilAgreed([one, other], 2)
  await server.kill()
  await Promise.all([one.untilDown(), other.untilDown()])
  // A partition: both go on, and both touch the phone.
  await one.spine.append([put('phone', 'lost')], options(2))
  await other.spine.append([put('phone', 'revoked')], options(2))
  await other.spine.append([put('tablet', 'suspended')], options(3))
  await server.start()
  await untilAgreed([one, other], 5)
  const entries = [...one.ledger.entries()]
  expect(
    entries.slice(2).map(({ object_id, after }) => `${object_id} ${String(stateOf(after))}`),
  ).toEqual(['phone revoked', 'tablet suspended', 'phone lost'])
  expect(entries[4]).toMatchObject({ before: { state: 'revoked' }, recovered: { seq: 3 } })
  expect(verifyLedger(one.ledger)).toMatchObject({ ok: true })
  expect([...one.alarms, ...other.alarms].join('\n')).toMatch(/branches behind entry 2/)
  expect([...one.alarms, ...other.alarms].join('\n')).toMatch(/appended again: entries 5 to 5/)
})

function stateOf(after: unknown): unknown {
  return (after as { readonly state?: unknown } | null)?.state
}

test('a longer branch of a gate replaces that of Redis, which stays in the stream', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  await one.spine.append([put('a')], options(0))
  await untilAgreed([one, other], 1)
  await one.spine.stop()
  one.ledger.append([put('b'), put('c'), put('d')], options(1))
  await other.spine.append([put('e')], options(1))
  await one.start()
  await untilAgreed([one, other], 5)
  expect(other.objects).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(await redis.xlen('sg:{ex}:ledger')).toBe(6)
  // A gate that comes later reads the chain, not the branch that gave way.
  const fresh = await node('g3')
  expect(fresh.objects).toEqual(other.objects)
})

test('a loosening of what the other branch has changed comes back without force', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  await one.spine.append([put('phone', 'suspended')], options(0))
  await untilAgreed([one, other], 1)
  await one.spine.stop()
  one.ledger.append([put('phone', 'approved')], options(1))
  await other.spine.append([put('phone', 'lost'), put('x')], options(1))
  await one.start()
  await untilAgreed([one, other], 4)
  const last = [...other.ledger.entries()].at(-1)
  expect(last).toMatchObject({ kind: 'ledger.recovered', after: { after: { state: 'approved' } } })
})

test('an entry in Redis that does not verify is not believed: an alarm, and changes wait', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  await one.spine.append([put('a')], options(0))
  await untilAgreed([one, other], 1)
  await redis.xadd('sg:{ex}:ledger', '0-2', 'body', '{"v":1,"seq":2}', 'hash', 'f'.repeat(64))
  await until(
    () => one.spine.state.alarm,
    (alarm) => alarm?.includes('entry 2 was edited') === true,
  )
  expect(one.spine.head().seq).toBe(1)
  expect(await one.spine.append([put('b')], options(1))).toMatchObject({ kind: 'unavailable' })
  expect(one.alarms).toHaveLength(1)
  // What must not wait makes this gate's branch the longer one, and the forgery gives way.
  await one.spine.append([put('a', 'lost')], options(1))
  await untilAgreed([one, other], 2)
  expect(other.objects).toEqual(['a', 'a'])
})

test('a Redis that evicts, or forgets at a restart, raises an alarm', async () => {
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await redis.config('SET', 'appendonly', 'no')
  onTestFinished(async () => {
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'appendonly', 'yes')
  })
  const one = await node('g1')
  expect(one.spine.state.alarm).toMatch(/set `noeviction`.*set `appendonly yes`/)
})

test('10,000 appends of two racing writers make one chain', async () => {
  const [one, other] = [await node('g1'), await node('g2')]
  const race = async (writer: SpineNode, name: string): Promise<number> => {
    let conflicts = 0
    for (let i = 0; i < 5_000;) {
      const answer = await writer.spine.append(
        [put(`${name}-${i}`)],
        options(writer.spine.head().seq),
      )
      if (answer.kind === 'appended') i += 1
      else if (answer.kind === 'conflict') conflicts += 1
      else throw new Error(answer.message)
    }
    return conflicts
  }
  const [left, right] = await Promise.all([race(one, 'l'), race(other, 'r')])
  expect(left + right).toBeGreaterThan(0)
  await untilAgreed([one, other], 10_000)
  expect(verifyLedger(one.ledger)).toMatchObject({ ok: true, head: { seq: 10_000 } })
  for (const name of ['l', 'r']) {
    const own = one.objects.filter((id) => id.startsWith(name))
    expect(own).toEqual(Array.from({ length: 5_000 }, (_, i) => `${name}-${i}`))
  }
}, 60_000)

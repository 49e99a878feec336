import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Redis } from 'ioredis'
import { verifyLedger } from '../../records/ledger/verify-ledger.ts'
import { devicePut, options, PHONE } from '../records/ledger/sample-ledger.ts'
import { PresenceGate } from '../support/presence-gate.ts'
import { REDIS_PROGRAM, RedisServer } from '../support/redis-server.ts'
import { SEEN_AT, sightingOf } from '../support/sightings.ts'
import { SpineNode, untilAgreed } from '../support/spine-scene.ts'
import { TcpShim } from '../support/tcp-shim.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { until } from '../support/until.ts'

/** A sentinel alone decides: what is tested is the failover, not the vote. */
async function startSentinel(primaryPort: number): Promise<{ port: number } & AsyncDisposable> {
  const { port } = await RedisServer.prepare()
  const directory = tempDirectory()
  const path = join(directory, 'sentinel.conf')
  const rules = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    `sentinel monitor school 127.0.0.1 ${primaryPort} 1`,
    'sentinel down-after-milliseconds school 500',
    'sentinel failover-timeout school 5000',
  ]
  writeFileSync(path, rules.join('\n'))
  const child = spawn(REDIS_PROGRAM, [path, '--sentinel'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('+monitor')) resolve()
    })
  })
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

const AOF = ['--appendonly', 'yes', '--appendfsync', 'no', '--repl-diskless-sync-delay', '0']

function put(id: string, state: typeof PHONE.state = 'approved') {
  return devicePut({ ...PHONE, id, state })
}

test('a failover that loses an append: the change is told as not confirmed, and comes back as recovered', async () => {
  await using primary = await RedisServer.prepare(...AOF)
  await primary.start()
  await using copyWire = await TcpShim.before(primary.port)
  const replication = ['--replicaof', `127.0.0.1 ${copyWire.port}`]
  await using replica = await RedisServer.prepare(...AOF, ...replication)
  await replica.start()
  const copy = new Redis(replica.port, '127.0.0.1')
  await until(
    () => copy.info('replication'),
    (info) => info.includes('master_link_status:up'),
  )
  await using sentinel = await startSentinel(primary.port)
  const watcher = new Redis(sentinel.port, '127.0.0.1')
  await until(
    async () => (await watcher.call('SENTINEL', 'replicas', 'school')) as unknown[],
    (replicas) => replicas.length === 1,
  )
  const url = `redis+sentinel://127.0.0.1:${sentinel.port}/school`
  await using one = await new SpineNode('g1', url).start()
  await using other = await new SpineNode('g2', url).start()
  expect(await one.spine.append([put('a')], options(0))).toMatchObject({ kind: 'appended' })
  await untilAgreed([one, other], 1)

  copyWire.hang()
  await other.spine.stop()
  const unconfirmed = await one.spine.append([put('b')], options(1))
  expect(unconfirmed).toMatchObject({ kind: 'unavailable' })
  expect('message' in unconfirmed ? unconfirmed.message : '').toContain('no replica has confirmed')
  await one.spine.stop()
  await primary.kill()
  await until(
    () => watcher.call('SENTINEL', 'get-master-addr-by-name', 'school'),
    (place) => Array.isArray(place) && place[1] === `${replica.port}`,
  )
  await until(
    () => copy.info('replication'),
    (info) => info.includes('role:master'),
  )

  await other.start()
  await other.untilUp()
  expect(other.objects).toEqual(['a'])
  await other.spine.append([put('c'), put('d')], options(1))
  await one.start()
  await untilAgreed([one, other], 4)
  expect(other.objects).toEqual(['a', 'c', 'd', 'b'])
  expect([...other.ledger.entries()].at(-1)).toMatchObject({ recovered: { seq: 2 } })
  expect(one.alarms.join()).toContain('that of this gate gave way')
  expect(verifyLedger(one.ledger)).toMatchObject({ ok: true })
  watcher.disconnect()
  copy.disconnect()
}, 30_000)

test('who is where outlives a failover that loses what was told last, and what ended stays ended', async () => {
  await using primary = await RedisServer.prepare(...AOF)
  await primary.start()
  await using copyWire = await TcpShim.before(primary.port)
  const replication = ['--replicaof', `127.0.0.1 ${copyWire.port}`]
  await using replica = await RedisServer.prepare(...AOF, ...replication)
  await replica.start()
  await using copy = await replica.client()
  // A replica that becomes the primary lets its clients go.
  copy.on('error', () => undefined)
  await until(
    () => copy.info('replication'),
    (info) => info.includes('master_link_status:up'),
  )
  await using sentinel = await startSentinel(primary.port)
  const watcher = new Redis(sentinel.port, '127.0.0.1')
  await until(
    async () => (await watcher.call('SENTINEL', 'replicas', 'school')) as unknown[],
    (replicas) => replicas.length === 1,
  )
  watcher.disconnect()
  const url = `redis+sentinel://127.0.0.1:${sentinel.port}/school`
  const time = { now: SEEN_AT }
  await using one = await new PresenceGate('g1', url, () => time.now).start()
  await using other = await new PresenceGate('g2', url, () => time.now).start()
  const isAt = (gate: PresenceGate, address: string, device: string | null) =>
    until(
      () => gate.deviceAt(address),
      (found) => found === device,
    )
  const tell = (gate: PresenceGate, device: string, address: string, ended = false): void => {
    gate.tell(sightingOf({ source: 'agent', device, addresses: [address], at: time.now, ended }))
  }
  tell(one, 'phone', '10.8.0.7')
  await isAt(other, '10.8.0.7', 'phone')
  await until(
    () => copy.exists('sg:{ex}:presence:10.8.0.7'),
    (found) => found === 1,
  )

  // From here on the copy that is going to be the primary hears nothing.
  copyWire.hang()
  time.now += 1_000
  tell(other, 'phone', '10.8.0.7', true)
  tell(other, 'laptop', '10.8.0.9')
  await isAt(one, '10.8.0.7', null)
  await isAt(one, '10.8.0.9', 'laptop')
  await primary.kill()
  copyWire.cut()
  const told = await until(
    () => copy.hmget('sg:{ex}:presence:10.8.0.9', 'device'),
    ([device]) => device === 'laptop',
    30_000,
  )
  expect(told).toEqual(['laptop'])
  await until(
    () => copy.hmget('sg:{ex}:presence:10.8.0.7', 'confidence'),
    ([confidence]) => confidence === '',
  )
  expect([one, other].map((gate) => gate.deviceAt('10.8.0.7'))).toEqual([null, null])
  expect([one, other].map((gate) => gate.deviceAt('10.8.0.9'))).toEqual(['laptop', 'laptop'])
}, 90_000)

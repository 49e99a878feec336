import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GateProcess } from '../../test/e2e/gate-process.ts'
import { RedisServer } from '../../test/support/redis-server.ts'
import { TcpShim } from '../../test/support/tcp-shim.ts'
import { until } from '../../test/support/until.ts'
import { dnsAtRate } from './dns-at-rate.ts'
import { LESSON_TIME, STAFF } from './gate-under-load.ts'

/** What the load was answered, against what was recorded of it: once each, or said to be lost. */
export interface FaultAccount {
  readonly fault: string
  readonly attempts: number
  /** Sums of `repeat_count`. */
  readonly journal: number
  readonly stream: number
  readonly saidLost: number
}

interface Scene {
  readonly redis: RedisServer
  readonly client: Awaited<ReturnType<RedisServer['client']>>
  readonly wire: TcpShim
  readonly gate: GateProcess
}

interface Fault {
  readonly begin: (scene: Scene) => unknown
  readonly end: (scene: Scene) => unknown
}

const nothing = (): void => undefined

/** Each begins a third into the load, and ends after two thirds of it. */
const FAULTS: Readonly<Record<string, Fault>> = {
  none: { begin: nothing, end: nothing },
  'Redis killed and started again': {
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.start(),
  },
  'Redis hangs': {
    begin: ({ redis }) => {
      redis.signal('SIGSTOP')
    },
    end: ({ redis }) => {
      redis.signal('SIGCONT')
    },
  },
  'wire of 150 ms': {
    begin: ({ wire }) => {
      wire.delay(150)
    },
    end: ({ wire }) => {
      wire.heal()
    },
  },
  'wire cut': {
    begin: ({ wire }) => {
      wire.cut()
    },
    end: ({ wire }) => {
      wire.heal()
    },
  },
  'Redis full': {
    begin: ({ client }) => client.config('SET', 'maxmemory', '1'),
    end: ({ client }) => client.config('SET', 'maxmemory', '0'),
  },
  'Redis a read-only replica': {
    begin: ({ client }) => client.replicaof('127.0.0.1', 1),
    end: ({ client }) => client.replicaof('NO', 'ONE'),
  },
  'Redis wiped': { begin: nothing, end: ({ client }) => client.flushall() },
}

interface How {
  readonly list: string
  readonly queries: string
  readonly seconds: number
  /** Those of the gate before; a fresh folder where absent. */
  readonly records?: string
}

const PER_SECOND = 3_000
const HOSTS = 400

/** Every fault in turn, each with a gate and a Redis of its own. */
export async function* accountForFaults(
  folder: string,
  seconds: number,
): AsyncGenerator<FaultAccount> {
  const [list, queries] = [join(folder, 'list'), join(folder, 'queries')]
  writeFileSync(list, 'refused.example\n')
  const names = Array.from({ length: HOSTS }, (_, i) => `h${i}.refused.example A\n`)
  writeFileSync(queries, names.join(''))
  const how = { list, queries, seconds }
  for (const [name, fault] of Object.entries(FAULTS)) yield await accountFor(name, fault, how)
  yield await accountForKill(how)
}

async function accountFor(name: string, fault: Fault, how: How): Promise<FaultAccount> {
  await using redis = await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'always')
  await redis.start()
  await using wire = await TcpShim.before(redis.port)
  await using gate = await startGate(wire, how)
  await using client = await redis.client()
  client.on('error', () => undefined)
  const scene: Scene = { redis, client, wire, gate }
  const loading = loadOn(gate, how)
  await pause(how.seconds / 3)
  await fault.begin(scene)
  await pause(how.seconds / 3)
  await fault.end(scene)
  const { answered } = await loading
  await untilUp(gate)
  const saidLost = await gate.metric('schoolgate_journal_lost_total')
  await gate.stop()
  const sums = { journal: journalSum(gate.records), stream: await streamSum(redis) }
  return { fault: name, attempts: answered, saidLost, ...sums }
}

/** What was answered in the last milliseconds is lost with the memory it was in: 50 ms' worth at most. */
async function accountForKill(how: How): Promise<FaultAccount> {
  await using redis = await RedisServer.prepare('--appendonly', 'yes', '--appendfsync', 'always')
  await redis.start()
  await using wire = await TcpShim.before(redis.port)
  const gate = await startGate(wire, how)
  const loading = loadOn(gate, how)
  await pause((how.seconds * 2) / 3)
  gate.signal('SIGKILL')
  const { answered } = await loading
  await gate.stop()
  await using next = await startGate(wire, { ...how, records: gate.records })
  await next.stop()
  const sums = { journal: journalSum(gate.records), stream: await streamSum(redis) }
  const fault = `gate killed (kill -9) at ${PER_SECOND}/s`
  return { fault, attempts: answered, saidLost: 0, ...sums }
}

async function startGate(wire: TcpShim, { list, records }: How): Promise<GateProcess> {
  const gate = await GateProcess.start({
    clock: LESSON_TIME,
    set: {
      ...{ threads: 1, 'dns.upstreams': ['udp://127.0.0.1:9'], 'subjects.default': STAFF },
      'lists.extra': [{ category: 'sec.malware', file: list }],
      'records.redis': wire.url,
      ...(records === undefined ? {} : { 'records.directory': records }),
    },
  })
  await untilUp(gate)
  return gate
}

function loadOn(gate: GateProcess, { queries, seconds }: How): ReturnType<typeof dnsAtRate> {
  return dnsAtRate(gate.dns, { queries, extent: { seconds, perSecond: PER_SECOND } })
}

async function untilUp(gate: GateProcess): Promise<void> {
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 1,
    30_000,
  )
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
}

function journalSum(records: string): number {
  const journal = new DatabaseSync(join(records, 'journal.sqlite'), { readOnly: true })
  try {
    return Number(journal.prepare('SELECT sum(repeat_count) AS n FROM journal').get()?.['n'])
  } finally {
    journal.close()
  }
}

async function streamSum(redis: RedisServer): Promise<number> {
  await using client = await redis.client()
  const entries = await client.xrange('sg:{ex}:blocked', '-', '+')
  return entries.reduce(
    (sum, [, fields]) => sum + Number(fields[fields.indexOf('repeat_count') + 1]),
    0,
  )
}

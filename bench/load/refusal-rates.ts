import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { GateProcess } from '../../test/e2e/gate-process.ts'
import { RedisServer } from '../../test/support/redis-server.ts'
import { TcpShim } from '../../test/support/tcp-shim.ts'
import { until } from '../../test/support/until.ts'
import { costsOf } from './daemon.ts'
import { dnsAtRate } from './dns-at-rate.ts'
import { LESSON_TIME, STAFF } from './gate-under-load.ts'
import { onCores, pinGate, pinProcess, splitCores, type Cores } from './pin-cores.ts'

/** What is wrong with the wire to Redis while the load runs. */
const WIRES = {
  up: () => undefined,
  slow: (wire: TcpShim) => {
    wire.delay(SLOW_MS)
  },
  down: (wire: TcpShim) => {
    wire.cut()
  },
} as const satisfies Readonly<Record<string, (wire: TcpShim) => void>>
export type Wire = keyof typeof WIRES

/** Each way: a Redis on the other side of a bad link. */
const SLOW_MS = 150

/** Issue 3: so many refusals a second are journalled while DNS is as quick as without them. */
export const REFUSALS_PER_SECOND = 20_000
const PROBES_PER_SECOND = 1_000
/** Odd, so that a median ran; who goes first changes. */
const ROUNDS = 5
/** Within the answer cache, which holds 100,000. */
const ALLOWED = 5_000

export interface RefusalRate {
  readonly wire: Wire
  /** Refused queries that were answered, and those journalled meanwhile, each second; medians. */
  readonly refusedPerSecond: number
  readonly journalledPerSecond: number
  readonly shippedPerSecond: number
  /** Median of p99 over the rounds, of an allowed name: beside as many allowed queries, beside refusals. */
  readonly p99WithoutUs: number
  readonly p99WithUs: number
  /** The same beside as many allowed queries while the journal's core has other work: what the machine does. */
  readonly p99BusyUs: number
  /** Medians of the rounds' own ratios: against an idle core, and against a busy one. */
  readonly p99Ratio: number
  readonly p99BusyRatio: number
  /** All of the gate's threads, for each refusal. */
  readonly cpuUsEach: number
  /** Over all rounds: answered refusals, and what the journal holds of them after the stop. */
  readonly attempts: number
  readonly recorded: number
  /** Of those that are missing, how many the gate itself says could not be recorded. */
  readonly saidLost: number
}

export interface RateOptions {
  readonly folder: string
  readonly upstream: string
  readonly seconds: number
}

/** One gate with one data thread, the same load allowed and refused in turn. */
export async function measureRefusals(wire: Wire, options: RateOptions): Promise<RefusalRate> {
  const { folder, upstream } = options
  await using redis = await RedisServer.prepare('--appendonly', 'yes')
  await redis.start()
  await using shim = await TcpShim.before(redis.port)
  const files = writeNames(folder)
  await using gate = await GateProcess.start({
    clock: LESSON_TIME,
    set: {
      ...{ threads: 1, 'dns.upstreams': [upstream], 'subjects.default': STAFF },
      'lists.extra': [{ category: 'sec.malware', file: files.list }],
      'records.redis': shim.url,
    },
  })
  await until(
    () => gate.metric('schoolgate_redis_up'),
    (up) => up === 1,
  )
  const cores = splitCores()
  if (cores !== null) await pinAll(gate, redis, cores)
  WIRES[wire](shim)
  await dnsAtRate(gate.dns, { queries: files.allowed, extent: null })
  const rounds: Round[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    // Names of the round alone: a host that was refused in the same minute is counted, not written again.
    writeRefused(files, round, options.seconds)
    const one = await measureRound(gate, {
      files,
      seconds: options.seconds,
      cores: cores?.dns ?? null,
      busyCore: cores?.journal ?? null,
      isOdd: round % 2 === 1,
    })
    // The first compiles the code that the others time.
    rounds.push(one)
  }
  // What comes after this in the bench has the whole machine again.
  if (cores !== null) pinProcess(process.pid, cores.all)
  const saidLost = await gate.metric('schoolgate_journal_lost_total')
  await gate.stop()
  return { ...rateOf(wire, rounds), saidLost, recorded: recordedIn(gate.records) }
}

/** This process too: it is the wire between the two. */
async function pinAll(gate: GateProcess, redis: RedisServer, cores: Cores): Promise<void> {
  pinGate(gate.pid, cores)
  await using client = await redis.client()
  const [, pid] = /process_id:(\d+)/.exec(await client.info('server')) ?? []
  pinProcess(Number(pid), cores.journal)
  pinProcess(process.pid, cores.journal)
}

interface Files {
  readonly list: string
  readonly refused: string
  readonly allowed: string
}

function writeNames(folder: string): Files {
  const file = (name: string): string => join(folder, name)
  const files = { list: file('list'), refused: file('refused'), allowed: file('allowed') }
  writeFileSync(files.list, 'refused.example\n')
  writeFileSync(files.allowed, lines(ALLOWED, 'allowed.example'))
  return files
}

function writeRefused({ refused }: Files, round: number, seconds: number): void {
  // Half a second more than is asked for: dnsperf would begin again.
  const count = Math.ceil(REFUSALS_PER_SECOND * (seconds + 0.5))
  writeFileSync(refused, lines(count, `r${round}.refused.example`))
}

function lines(count: number, domain: string): string {
  return Array.from({ length: count }, (_, i) => `h${i}.${domain} A\n`).join('')
}

interface Timed {
  readonly p99Us: number
  readonly answered: number
  readonly seconds: number
}

interface Round {
  readonly without: Timed
  readonly with: Timed
  readonly busy: Timed
  readonly journalled: number
  readonly shipped: number
  readonly cpuSeconds: number
}

/** For how long those who ask do so, and where they run. */
interface Asking {
  readonly seconds: number
  readonly cores: string | null
  readonly busyCore: string | null
}

async function measureRound(
  gate: GateProcess,
  { files, isOdd, ...asking }: Asking & { readonly files: Files; readonly isOdd: boolean },
): Promise<Round> {
  const without = async () => {
    await settle(costs)
    return timed(gate, files.allowed, asking)
  }
  const costs = costsOf(gate.pid)
  let found: Omit<Round, 'without' | 'with' | 'busy'> | undefined
  const refusals = async (): Promise<Timed> => {
    const counts = async () => ({
      journalled: await gate.metric('schoolgate_journal_written_total'),
      shipped: await gate.metric('schoolgate_journal_shipped_total'),
      cpuSeconds: costs.cpuSeconds(),
    })
    await settle(costs)
    const before = await counts()
    const answer = await timed(gate, files.refused, asking)
    const after = await counts()
    found = {
      journalled: after.journalled - before.journalled,
      shipped: after.shipped - before.shipped,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    }
    return answer
  }
  const first = isOdd ? await refusals() : await without()
  const second = isOdd ? await without() : await refusals()
  if (found === undefined) throw new Error('unreachable: refusals were made in either order')
  await settle(costs)
  const busy = await besideWork(asking, () => timed(gate, files.allowed, asking))
  return { without: isOdd ? second : first, with: isOdd ? first : second, busy, ...found }
}

/** Short-lived objects, as a journal's thread makes them, without a journal; ends by itself if it is forgotten. */
const OTHER_WORK =
  'for (let rows = []; performance.now() < 60_000; ) if (rows.push({ n: rows.length }) > 1e5) rows = []'

/** Tells what the journal costs from what any work on the neighbouring core costs on this machine. */
async function besideWork<T>({ busyCore }: Asking, measure: () => Promise<T>): Promise<T> {
  const [program, args] = onCores(process.execPath, ['-e', OTHER_WORK], busyCore)
  const work = spawn(program, [...args], { stdio: 'ignore' })
  try {
    return await measure()
  } finally {
    work.kill('SIGKILL')
  }
}

/** A quiet gate used less than this of a core in two looks one after the other. */
const QUIET_SHARE = 0.05
const LOOK_MS = 500
const LONGEST_SETTLING_MS = 60_000

/** What the load before left to do (index, ship) is done: it must not be measured with the next one. */
async function settle(costs: ReturnType<typeof costsOf>): Promise<void> {
  const deadline = performance.now() + LONGEST_SETTLING_MS
  for (let quiet = 0; quiet < 2 && performance.now() < deadline;) {
    const before = costs.cpuSeconds()
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    quiet = costs.cpuSeconds() - before < (QUIET_SHARE * LOOK_MS) / 1_000 ? quiet + 1 : 0
  }
}

/** The load, and a device that asks for an allowed name meanwhile. */
async function timed(
  gate: GateProcess,
  queries: string,
  { seconds, cores }: Asking,
): Promise<Timed> {
  const extent = { seconds, perSecond: REFUSALS_PER_SECOND }
  const [load, { p99Us }] = await Promise.all([
    dnsAtRate(gate.dns, { queries, extent, cores }),
    probe(gate, seconds, cores),
  ])
  return { p99Us, ...load }
}

async function probe(
  { dns }: GateProcess,
  seconds: number,
  cores: string | null,
): Promise<{ p99Us: number }> {
  const script = join(import.meta.dirname, 'latency-probe.ts')
  const args = [script, dns.host, `${dns.port}`, 'h1.allowed.example', `${seconds}`]
  const asked = onCores(process.execPath, [...args, `${PROBES_PER_SECOND}`], cores)
  const { stdout } = await promisify(execFile)(...asked)
  return JSON.parse(stdout) as { p99Us: number }
}

function recordedIn(records: string): number {
  const journal = new DatabaseSync(join(records, 'journal.sqlite'), { readOnly: true })
  try {
    return Number(journal.prepare('SELECT sum(repeat_count) AS n FROM journal').get()?.['n'])
  } finally {
    journal.close()
  }
}

function rateOf(wire: Wire, all: readonly Round[]): Omit<RefusalRate, 'recorded' | 'saidLost'> {
  const rounds = all.slice(1)
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick))
  const each = (count: (round: Round) => number) =>
    Math.round(of((round) => count(round) / round.with.seconds))
  return {
    wire,
    refusedPerSecond: each((round) => round.with.answered),
    journalledPerSecond: each(({ journalled }) => journalled),
    shippedPerSecond: each(({ shipped }) => shipped),
    p99WithoutUs: of((round) => round.without.p99Us),
    p99WithUs: of((round) => round.with.p99Us),
    p99BusyUs: of((round) => round.busy.p99Us),
    p99Ratio: of((round) => round.with.p99Us / round.without.p99Us),
    p99BusyRatio: of((round) => round.with.p99Us / round.busy.p99Us),
    cpuUsEach: of((round) => (round.cpuSeconds * 1e6) / round.with.answered),
    attempts: all.reduce((sum, round) => sum + round.with.answered, 0),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

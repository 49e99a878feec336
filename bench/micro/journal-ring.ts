import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JournalStore } from '../../records/journal/journal-store.ts'
import { Scribe } from '../../records/journal/scribe.ts'
import type { Outlet } from '../../records/journal/scribe.ts'
import { RecordsCounters } from '../../records/records-counters.ts'
import { RingReader, RingWriter, makeRing } from '../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import { RedisShipper } from '../../records/shipping/redis-shipper.ts'
import { RingTally } from '../../records/tally/ring-tally.ts'
import type { AttemptSubject } from '../../records/attempt.ts'
import type { Ruling } from '../../rules/verdict.ts'
import { measure } from './measure.ts'

/**
 * What a refusal costs: the data thread's part (ring), and the records thread's (fold, SQLite, Redis).
 * `node bench/micro/journal-ring.ts`; the last rows need `redis-server` and are left out without it.
 */
const AT = Date.UTC(2026, 10, 24, 10)

const RULING: Ruling = {
  index: 0,
  action: 'block',
  warn: false,
  stage: 'content',
  reasonCode: 'category',
  profile: 'pupil',
  alert: false,
  category: 'games',
  ruleId: 'profile:pupil',
  listSource: 'ut1/games',
  listVersion: '2026-11-01',
  severity: 'low',
  openedBy: 'nothing',
  safeHost: null,
  window: null,
  cause: 'games are closed in lessons',
  policyVersion: 3,
}

function subjectOf(index: number): AttemptSubject {
  return {
    index,
    address: `127.10.10.${index}`,
    deviceId: `tablet-${index}`,
    personRef: `p-${index}`,
    role: 'pupil',
    zone: 'classroom',
    shortestWindow: 'lesson',
  }
}

function wireName(name: string): Uint8Array {
  const labels = name.split('.').map((label) => [label.length, ...Buffer.from(label)])
  return Uint8Array.from([...labels.flat(), 0])
}

interface Call {
  readonly subject: AttemptSubject
  readonly name: { readonly bytes: Uint8Array; readonly offset: number; readonly at: number }
}

/** 4,096 look-ups of `hosts` different names by 300 devices. */
function calls(hosts: number): readonly Call[] {
  return Array.from({ length: 4_096 }, (_, i) => ({
    subject: subjectOf(i % 300),
    name: { bytes: wireName(`play${i % hosts}.some-games.example`), offset: 0, at: AT },
  }))
}

function recordAlone(): void {
  const ring = makeRing()
  const recorder = new RingRecorder(new RingWriter(ring))
  const reader = new RingReader(ring)
  const skip = (): void => undefined
  measure('journal: record a look-up into the ring', calls(64), ({ subject, name }) => {
    recorder.lookup(subject, RULING, 'a', name)
    reader.read(skip, 8)
    reader.release()
  })
}

function tallyAlone(): void {
  const ring = makeRing()
  const tally = new RingTally(new RingWriter(ring), { low: 1, high: 2 })
  measure('tally: count a request', calls(2_048), ({ subject, name }) => {
    tally.countWire(subject, RULING, name)
  })
}

/** A journal on a real file, a ring and a recorder in one thread: its cost is one core's. */
class Bench implements Disposable {
  readonly recorder: RingRecorder
  readonly scribe: Scribe
  readonly store: JournalStore
  readonly counters = new RecordsCounters()
  readonly #directory = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
  #now = AT

  constructor(makeOutlet: (store: JournalStore, counters: RecordsCounters) => Outlet | null) {
    const origin = { site: 'ex', gate: 'gate-1' }
    this.store = JournalStore.open({ directory: this.#directory, ...origin, now: AT })
    this.scribe = new Scribe({
      site: 'ex',
      key: randomBytes(32),
      store: this.store,
      counters: this.counters,
      outlet: makeOutlet(this.store, this.counters),
      remember: () => undefined,
    })
    const ring = makeRing()
    this.scribe.addRing(ring, [])
    this.recorder = new RingRecorder(new RingWriter(ring))
  }

  /** One turn for every 400 look-ups: what 20 ms bring at 20,000/s. */
  turn(): void {
    this.#now += 20
    while (this.scribe.turn(this.#now));
  }

  get now(): number {
    return this.#now
  }

  [Symbol.dispose](): void {
    this.store.close(AT)
    rmSync(this.#directory, { recursive: true })
  }
}

const TURN_CALLS = 400

function journalled(name: string, hosts: 'few' | 'distinct'): void {
  using bench = new Bench(() => null)
  let count = 0
  const load = hosts === 'few' ? calls(64) : calls(1)
  measure(name, load, ({ subject, name: { bytes } }) => {
    if (hosts === 'distinct') rename(bytes, count)
    bench.recorder.lookup(subject, RULING, 'a', { bytes, offset: 0, at: bench.now })
    count += 1
    if (count % TURN_CALLS === 0) bench.turn()
  })
}

/** Writes a number into the second label, so that the name is a new one. */
function rename(bytes: Uint8Array, count: number): void {
  const at = 1 + (bytes[0] ?? 0) + 1
  let rest = count
  for (let i = at; i < at + 8; i += 1) {
    bytes[i] = 0x61 + (rest % 26)
    rest = Math.floor(rest / 26)
  }
}

const SHIPPED_CALLS = 60_000

/** Distinct names, so that every attempt is an entry: ring, fold, SQLite and Redis in one thread. */
async function shipped(name: string, url: string): Promise<void> {
  let shipper: RedisShipper | undefined
  using bench = new Bench((source, counters) => {
    const onShipped = (entries: number): void => {
      counters.add('shipped', entries)
    }
    shipper = new RedisShipper({ url, site: 'ex', gate: 'gate-1', source, onShipped })
    return shipper
  })
  shipper?.start()
  const load = calls(1)
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  for (let i = 0; i < SHIPPED_CALLS; i += 1) {
    if (i % TURN_CALLS === 0) {
      bench.turn()
      await new Promise(setImmediate)
    }
    const call = load[i % load.length]
    if (call === undefined) continue
    rename(call.name.bytes, i)
    bench.recorder.lookup(call.subject, RULING, 'a', { ...call.name, at: bench.now })
  }
  bench.turn()
  const writtenMs = performance.now() - started
  await shipper?.stop(20_000)
  const totalMs = performance.now() - started
  const cpu = process.cpuUsage(cpuBefore)
  const shippedCount = bench.counters.get('shipped')
  console.log(
    `${name}: ${perSecond(SHIPPED_CALLS, writtenMs)} attempts/s into SQLite; ` +
      `${shippedCount} shipped in ${Math.round(totalMs)} ms (${perSecond(shippedCount, totalMs)}/s); ` +
      `${((cpu.user + cpu.system) / SHIPPED_CALLS).toFixed(1)} us of CPU per attempt`,
  )
}

function perSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 1_000)
}

/** A redis-server for this run, or null where there is none. */
async function startRedis(): Promise<{ readonly url: string; stop(): void } | null> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] })
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('error', () => {
      resolve(false)
    })
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready to accept')) resolve(true)
    })
  })
  return isReady ? { url: `redis://127.0.0.1:${port}`, stop: () => child.kill() } : null
}

recordAlone()
tallyAlone()
journalled('journal: ring, fold, SQLite; 64 hosts, 300 devices', 'few')
journalled('journal: ring, fold, SQLite; every host new', 'distinct')
const redis = await startRedis()
if (redis === null) console.log('no redis-server here: shipping is not measured')
else {
  await shipped('journal: every host new, Redis up', redis.url)
  redis.stop()
}
await shipped('journal: every host new, Redis down', 'redis://127.0.0.1:1')

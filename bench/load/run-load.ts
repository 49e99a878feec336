/** The same load on the gate and on its peers, alternately in one run: `npm run bench -- load`. */
import { execFileSync } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BENCH_PROGRAMS, ensurePrograms, searchPath } from '../../test/support/debian-packages.ts'
import { circumstances, writeResults } from '../result-files.ts'
import { startDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'
import { STAFF, startGate } from './gate-under-load.ts'
import { connectTunnels, dnsperf, proxyRequests } from './loads.ts'
import type { LoadResult } from './loads.ts'
import { ORIGIN_ADDRESS, startSquid, startUnboundFilter, startUpstream } from './peers.ts'
import {
  allowedName,
  BLOCKED_NAMES,
  blockedName,
  writeBlockedNames,
  writeQueries,
  writeWarmUp,
} from './workload.ts'

/** Odd, so that the median is a round that really ran; fewer would be an anecdote. */
const ROUNDS = 3
/** Names that both proxies can resolve: squid reads them from a hosts file. */
const SITES = 200

interface Server {
  readonly name: string
  readonly daemon: Daemon
  readonly endpoint: string
}

interface Scenario {
  readonly name: string
  readonly unit: string
  readonly servers: readonly [gate: Server, peer: Server]
  readonly run: (endpoint: string) => Promise<LoadResult>
}

interface Measured {
  readonly server: string
  readonly perSecond: number
  readonly failed: number
  readonly cpuMicrosecondsEach: number
}

interface ScenarioResult {
  readonly scenario: string
  readonly unit: string
  readonly rounds: readonly { readonly gate: Measured; readonly peer: Measured }[]
  /** Medians of the per-round ratios: more than 1 means that the gate does better. */
  readonly rateRatio: number
  readonly cpuRatio: number
}

export async function runLoad(): Promise<void> {
  const { missing } = ensurePrograms(BENCH_PROGRAMS)
  if (missing.length > 0) throw new Error(`missing programs:\n  ${missing.join('\n  ')}`)
  await using open = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'schoolgate-bench-'))
  open.defer(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const keep = async <Kept extends Daemon>(starting: Promise<Kept>): Promise<Kept> => {
    const daemon = await starting
    open.defer(() => daemon.stop())
    return daemon
  }

  const originPort = await startOriginProcess(keep)
  const upstream = await keep(startUpstream(folder))
  const list = join(folder, 'blocked.txt')
  writeBlockedNames(list)
  const gate = await keep(
    startGate({
      upstream: `udp://${upstream.endpoint}`,
      connectPorts: [originPort],
      lists: [{ category: 'sec.malware', file: list }],
      subject: STAFF,
    }),
  )
  open.defer(() => gate.discard())
  const unbound = await keep(startUnboundFilter(folder, upstream.endpoint))
  const squid = await keep(startSquid(folder, originPort))

  const dns: Scenario['servers'] = [
    { name: 'schoolgate', daemon: gate, endpoint: gate.dns },
    { name: 'unbound', daemon: unbound, endpoint: unbound.endpoint },
  ]
  const proxies: Scenario['servers'] = [
    { name: 'schoolgate', daemon: gate, endpoint: gate.http },
    { name: 'squid', daemon: squid, endpoint: squid.endpoint },
  ]
  for (const { name, endpoint } of dns) await verifyDns(name, endpoint)
  const results: ScenarioResult[] = []
  for (const scenario of [await dnsScenario(folder, dns), ...proxyScenarios(proxies, originPort)]) {
    results.push(await alternate(scenario))
  }
  report(results, [gate, unbound, squid])
}

async function startOriginProcess(
  keep: <Kept extends Daemon>(starting: Promise<Kept>) => Promise<Kept>,
): Promise<number> {
  const script = join(import.meta.dirname, 'origin.ts')
  const pattern = /listening on (\d+)/
  const origin = await keep(
    startDaemon([process.execPath, script, ORIGIN_ADDRESS], (output) => pattern.test(output)),
  )
  return Number(pattern.exec(origin.output())?.[1])
}

/** A server that blocks nothing, or everything, would win every race. */
async function verifyDns(name: string, endpoint: string): Promise<void> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  resolver.setServers([endpoint])
  const [address] = await resolver.resolve4(allowedName(7))
  if (address !== ORIGIN_ADDRESS) throw new Error(`${name} resolves an allowed name to ${address}`)
  for (const index of [0, 1, BLOCKED_NAMES - 1]) {
    const answer = await resolver.resolve4(blockedName(index)).catch((): string[] => [])
    if (answer.includes(ORIGIN_ADDRESS))
      throw new Error(`${name} does not block ${blockedName(index)}`)
  }
}

async function dnsScenario(folder: string, servers: Scenario['servers']): Promise<Scenario> {
  const [queries, warmUp] = [join(folder, 'queries.txt'), join(folder, 'warm-up.txt')]
  writeQueries(queries)
  writeWarmUp(warmUp)
  for (const { endpoint } of servers) await dnsperf(endpoint, warmUp, 'once')
  return {
    name: 'DNS over UDP, warm cache, 10 % blocked',
    unit: 'queries',
    servers,
    run: (endpoint) => dnsperf(endpoint, queries),
  }
}

function proxyScenarios(servers: Scenario['servers'], originPort: number): readonly Scenario[] {
  const sites = Array.from({ length: SITES }, (_, index) => allowedName(index))
  const refused = Array.from({ length: SITES }, (_, index) => blockedName(index * 31))
  const page = (path: string) => sites.map((site) => `http://${site}:${originPort}${path}`)
  const tunnel = (names: readonly string[]) => names.map((name) => `${name}:${originPort}`)
  const blockedUrls = refused.map((name) => `http://${name}/`)
  return [
    {
      name: 'HTTP, 1 KiB pages',
      unit: 'requests',
      servers,
      run: (e) => proxyRequests(e, page('/1k'), 200),
    },
    {
      name: 'HTTP, 100 KiB pages',
      unit: 'requests',
      servers,
      run: (e) => proxyRequests(e, page('/100k'), 200),
    },
    {
      name: 'HTTP, blocked',
      unit: 'requests',
      servers,
      run: (e) => proxyRequests(e, blockedUrls, 403),
    },
    {
      name: 'CONNECT, open, one exchange, close',
      unit: 'tunnels',
      servers,
      run: (e) => connectTunnels(e, tunnel(sites), 200),
    },
    {
      name: 'CONNECT, blocked',
      unit: 'tunnels',
      servers,
      run: (e) => connectTunnels(e, tunnel(refused), 403),
    },
  ]
}

async function alternate(scenario: Scenario): Promise<ScenarioResult> {
  const [gate, peer] = scenario.servers
  // Untimed: the gate's code is compiled as it is met, and both fill their pools and caches.
  for (const { endpoint } of scenario.servers) await scenario.run(endpoint)
  const rounds: ScenarioResult['rounds'][number][] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // Who goes first changes, so that a machine that warms up or tires favours nobody.
    const peerFirst = round % 2 === 1
    const first = await measureOne(scenario, peerFirst ? peer : gate)
    const second = await measureOne(scenario, peerFirst ? gate : peer)
    rounds.push(peerFirst ? { gate: second, peer: first } : { gate: first, peer: second })
  }
  return {
    scenario: scenario.name,
    unit: scenario.unit,
    rounds,
    rateRatio: median(rounds.map((one) => one.gate.perSecond / one.peer.perSecond)),
    cpuRatio: median(
      rounds.map((one) => one.peer.cpuMicrosecondsEach / one.gate.cpuMicrosecondsEach),
    ),
  }
}

async function measureOne(scenario: Scenario, server: Server): Promise<Measured> {
  const before = server.daemon.cpuSeconds()
  const { done, failed, seconds, complaint } = await scenario.run(server.endpoint)
  const cpu = server.daemon.cpuSeconds() - before
  if (done === 0) throw new Error(`${scenario.name}: ${server.name} failed: ${complaint}`)
  const measured = {
    server: server.name,
    perSecond: Math.round(done / seconds),
    failed,
    cpuMicrosecondsEach: Math.round((cpu * 1e7) / done) / 10,
  }
  console.log(scenario.name, JSON.stringify(measured))
  return measured
}

function report(results: readonly ScenarioResult[], daemons: readonly Daemon[]): void {
  const [gate, unbound, squid] = daemons.map((daemon) =>
    Math.round(daemon.residentBytes() / 2 ** 20),
  )
  const about = circumstances('npm run bench -- load', {
    unbound: firstLine('unbound', '-V'),
    squid: firstLine('squid', '-v'),
    dnsperf: firstLine('dnsperf', '-h'),
  })
  writeResults('load', 'The gate beside its peers', {
    about,
    data: { scenarios: results, residentMiB: { schoolgate: gate, unbound, squid } },
    table: {
      head: ['load', 'schoolgate/s', 'peer/s', 'ratio', 'CPU us each', "peer's", 'ratio', 'failed'],
      rows: results.map((result) => row(result)),
    },
  })
  console.log(`resident MiB: schoolgate ${gate}, unbound ${unbound}, squid ${squid}`)
}

function row({ scenario, rounds, rateRatio, cpuRatio }: ScenarioResult): readonly string[] {
  const of = (pick: (round: ScenarioResult['rounds'][number]) => number) => median(rounds.map(pick))
  const peer = rounds[0]?.peer.server ?? ''
  const failed = rounds.reduce((sum, one) => sum + one.gate.failed, 0)
  const peerFailed = rounds.reduce((sum, one) => sum + one.peer.failed, 0)
  return [
    scenario,
    of((one) => one.gate.perSecond).toLocaleString('en'),
    `${of((one) => one.peer.perSecond).toLocaleString('en')} (${peer})`,
    rateRatio.toFixed(2),
    of((one) => one.gate.cpuMicrosecondsEach).toFixed(1),
    of((one) => one.peer.cpuMicrosecondsEach).toFixed(1),
    cpuRatio.toFixed(2),
    `${failed} / ${peerFailed}`,
  ]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

/** The version in what a program says of itself; Debian's programs differ in how to ask. */
function firstLine(program: string, flag: string): string {
  const env = { ...process.env, PATH: searchPath() }
  try {
    const said = execFileSync(program, [flag], { env, encoding: 'utf8', stdio: 'pipe' })
    return /\d+(?:\.\d+)+/.exec(said)?.[0] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

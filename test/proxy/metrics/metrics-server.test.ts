import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { openMetricsServer } from '../../../proxy/metrics/metrics-server.ts'
import { Meter } from '../../../proxy/metrics/meter.ts'
import { ThreadTotals } from '../../../proxy/metrics/thread-totals.ts'
import type { MetricsServer, MetricsSources } from '../../../proxy/metrics/metrics-server.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }
const opened: MetricsServer[] = []
const errors: string[] = []

afterEach(async () => {
  errors.length = 0
  for (const server of opened.splice(0)) await server.close()
})

async function open(sources: Partial<MetricsSources> = {}): Promise<string> {
  const server = await openMetricsServer(LOOPBACK, {
    collect: () => Promise.resolve([]),
    gauges: () => [],
    totals: new ThreadTotals(),
    readiness: () => ({ ready: true, degraded: [] }),
    version: '9.9.9',
    log: { error: (_details, message) => errors.push(message) },
    ...sources,
  })
  opened.push(server)
  return `http://${server.host}:${server.port}`
}

test('/metrics sums the threads, adds the gauges, and passes promtool without lint', async () => {
  const [one, two] = [new Meter(), new Meter()]
  one.counter('schoolgate_dns_queries_total', query('allow', 'none')).n = 5
  two.counter('schoolgate_dns_queries_total', query('allow', 'none')).n = 7
  const base = await open({
    collect: () => Promise.resolve([one.snapshot(), two.snapshot()]),
    gauges: () => [['schoolgate_policy_revision', {}, 42]],
  })
  const reply = await fetch(`${base}/metrics`)
  const page = await reply.text()
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(page).toContain(
    'schoolgate_dns_queries_total{transport="udp",verdict="allow",reason="none"} 12\n',
  )
  expect(page).toContain('schoolgate_policy_revision 42\n')
  expect(page).toContain(`schoolgate_build_info{version="9.9.9",node="${process.version}"} 1\n`)
  expect(page).toContain('process_resident_memory_bytes ')
  expect(execFileSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })).toBe('')
})

test('readers at the same time share one round through the threads', async () => {
  let rounds = 0
  const bothAsked = Promise.withResolvers<undefined>()
  const base = await open({
    collect: async () => {
      rounds += 1
      await bothAsked.promise
      return []
    },
    readiness: () => {
      bothAsked.resolve(undefined)
      return { ready: true, degraded: [] }
    },
  })
  const { hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  // Pipelined, so that the page that ends the round is asked for after both readers.
  const head = ' HTTP/1.1\r\nHost: gate\r\n'
  socket.write(
    `GET /metrics${head}\r\nGET /metrics${head}\r\nGET /readyz${head}Connection: close\r\n\r\n`,
  )
  expect((await text(socket)).match(/HTTP\/1\.1 200 /g)).toHaveLength(3)
  expect(rounds).toBe(1)
  await (await fetch(`${base}/metrics`)).text()
  expect(rounds).toBe(2)
})

test('a round that fails is a 500 for the reader and a line in the log, and the next one is tried', async () => {
  let fail = true
  const base = await open({
    collect: () => (fail ? Promise.reject(new Error('thread gone')) : Promise.resolve([])),
  })
  expect((await fetch(`${base}/metrics`)).status).toBe(500)
  expect(errors).toEqual(['cannot answer a metrics request'])
  fail = false
  expect((await fetch(`${base}/metrics`)).status).toBe(200)
})

const READINESS: readonly [
  says: string,
  ready: boolean,
  degraded: readonly string[],
  status: number,
][] = [
  ['200 while the gate decides and nothing is wrong', true, [], 200],
  ['200 with what is degraded while it can still decide', true, ['redis down'], 200],
  ['503 when it cannot decide', false, ['no policy'], 503],
]

for (const [says, ready, degraded, status] of READINESS) {
  test(`/readyz is ${says}`, async () => {
    const base = await open({ readiness: () => ({ ready, degraded }) })
    const reply = await fetch(`${base}/readyz`)
    expect(reply.status).toBe(status)
    expect(await reply.json()).toEqual({ ready, degraded })
    const page = await (await fetch(`${base}/metrics`)).text()
    expect(page).toContain(`schoolgate_ready ${ready ? 1 : 0}\n`)
    expect(page).toContain(`schoolgate_degraded ${degraded.length}\n`)
  })
}

const REQUESTS: readonly [says: string, method: string, path: string, status: number][] = [
  ['lives', 'GET', '/healthz', 200],
  ['answers a probe with a query string', 'GET', '/healthz?full=1', 200],
  ['answers HEAD', 'HEAD', '/metrics', 200],
  ['knows no other page', 'GET', '/', 404],
  ['knows no other page whatever the method', 'POST', '/admin', 404],
  ['takes no POST', 'POST', '/metrics', 405],
  ['takes no DELETE', 'DELETE', '/readyz', 405],
]

for (const [says, method, path, status] of REQUESTS) {
  test(`${says}: ${method} ${path} is ${status}`, async () => {
    const reply = await fetch(`${await open()}${path}`, { method })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null)
  })
}

const RAW: readonly [says: string, bytes: string, status: RegExp][] = [
  [
    'a head larger than the limit is refused',
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    /^HTTP\/1.1 431 /,
  ],
  ['what is not HTTP is refused', '\x16\x03\x01\x02\x00\x01\r\n\r\n', /^HTTP\/1.1 400 /],
]

for (const [says, bytes, status] of RAW) {
  test(says, async () => {
    const { hostname, port } = new URL(await open())
    const socket = connect(Number(port), hostname)
    socket.write(bytes)
    expect(await text(socket)).toMatch(status)
  })
}

test('an address that is taken is an error, not a silent gate', async () => {
  const { hostname, port } = new URL(await open())
  await expect(
    openMetricsServer({ host: hostname, port: Number(port) }, NO_SOURCES),
  ).rejects.toThrow('EADDRINUSE')
})

const NO_SOURCES: MetricsSources = {
  collect: () => Promise.resolve([]),
  gauges: () => [],
  totals: new ThreadTotals(),
  readiness: () => ({ ready: false, degraded: [] }),
  version: '0',
  log: { error: () => undefined },
}

function query(verdict: string, reason: string) {
  return { transport: 'udp', verdict, reason }
}

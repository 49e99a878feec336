import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { EXPOSITION_CONTENT_TYPE, writeExposition } from './exposition.ts'
import type { MetricName } from './metric-catalogue.ts'
import type { Labels, MeterSnapshot } from './meter.ts'
import type { ThreadTotals } from './thread-totals.ts'

/** A value that the control thread knows by itself: gauges, and counters that others keep for it. */
export type Reading = readonly [name: MetricName, labels: Labels, value: number]

/** What `/readyz` says: `ready` while the gate can decide, whatever is `degraded` meanwhile. */
export interface Readiness {
  readonly ready: boolean
  readonly degraded: readonly string[]
  /** What nobody may overlook though nothing is broken; left out of the page where there is none. */
  readonly notices?: readonly string[]
}

export interface MetricsSources {
  /** The latest snapshot of every living thread, the control thread's own meter included. */
  readonly collect: () => Promise<readonly MeterSnapshot[]>
  /** Told by whoever watches the threads when one of them is gone. */
  readonly totals: ThreadTotals
  readonly gauges: () => Promise<readonly Reading[]> | readonly Reading[]
  readonly readiness: () => Promise<Readiness> | Readiness
  readonly version: string
  readonly log: { readonly error: (details: object, message: string) => void }
}

export interface MetricsServer {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

/** A monitor, a second one and some curious people; more is somebody else's flood. */
const MAX_CONNECTIONS = 64
/** Nobody sends these pages a body or a long head; slow ones are cut. */
const HEAD_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 10_000
/** Longer than the usual scrape interval of 15 s, so that Prometheus keeps its connection. */
const KEEP_ALIVE_MS = 30_000
const MAX_HEAD_OCTETS = 8_192

/**
 * Serves `/metrics`, `/healthz` and `/readyz` from the control thread; rejects when the address can't
 * be bound. Counts of all threads are asked for when somebody reads them, never on a timer.
 */
export async function openMetricsServer(
  listen: { readonly host: string; readonly port: number },
  sources: MetricsSources,
): Promise<MetricsServer> {
  const page = new MetricsPage(sources)
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_OCTETS,
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      answer(request, page, sources).then(
        (reply) => {
          send(request, response, reply)
        },
        (cause: unknown) => {
          sources.log.error({ err: cause, path: request.url }, 'cannot answer a metrics request')
          send(request, response, plain(500, 'internal fault'))
        },
      )
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  const { address, port } = await listenOn(server, listen)
  return { host: address, port, close: () => closeServer(server) }
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

async function answer(
  request: IncomingMessage,
  page: MetricsPage,
  sources: MetricsSources,
): Promise<Reply> {
  const path = (request.url ?? '').split('?', 1)[0]
  const resource = path === undefined ? undefined : RESOURCES.get(path)
  if (resource === undefined) return plain(404, 'no such page; try /metrics, /healthz, /readyz')
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD')
  return resource(page, sources)
}

type Resource = (page: MetricsPage, sources: MetricsSources) => Reply | Promise<Reply>

const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  [
    '/metrics',
    async (page) => ({ status: 200, type: EXPOSITION_CONTENT_TYPE, body: await page.read() }),
  ],
  ['/healthz', () => plain(200, 'alive')],
  [
    '/readyz',
    async (_page, { readiness }) => {
      const { ready, degraded, notices = [] } = await readiness()
      const more = notices.length > 0 ? { notices } : {}
      const body = `${JSON.stringify({ ready, degraded, ...more })}\n`
      return { status: ready ? 200 : 503, type: 'application/json', body }
    },
  ],
])

function plain(status: number, text: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.statusCode = reply.status
  response.setHeader('content-type', reply.type)
  response.setHeader('content-length', Buffer.byteLength(reply.body))
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-content-type-options', 'nosniff')
  if (reply.status === 405) response.setHeader('allow', 'GET, HEAD')
  // An unread body would be taken for the next request's head on a kept connection.
  if (request.method !== 'GET' && request.method !== 'HEAD')
    response.setHeader('connection', 'close')
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}

/** The whole `/metrics` page; simultaneous readers share one round through the threads. */
class MetricsPage {
  readonly #sources: MetricsSources
  readonly #process = processRegistry()
  #reading: Promise<string> | null = null

  constructor(sources: MetricsSources) {
    this.#sources = sources
  }

  read(): Promise<string> {
    this.#reading ??= this.#write().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #write(): Promise<string> {
    const { collect, gauges, totals } = this.#sources
    const [living, ...values] = await Promise.all([collect(), gauges(), this.#ownReadings()])
    const { cells, histograms } = totals.sum(living)
    const ours = writeExposition({ cells: [...cells, ...values.flat()], histograms })
    return ours + (await this.#process.metrics())
  }

  async #ownReadings(): Promise<readonly Reading[]> {
    const { readiness, version } = this.#sources
    const { ready, degraded } = await readiness()
    return [
      ['schoolgate_build_info', { version, node: process.version }, 1],
      ['schoolgate_ready', {}, ready ? 1 : 0],
      ['schoolgate_degraded', {}, degraded.length],
    ]
  }
}

/** `prom-client`'s figures of this process whose names break Prometheus' rules: gauges in `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

function processRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return registry
}

function listenOn(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

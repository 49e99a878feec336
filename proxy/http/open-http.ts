import { networkInterfaces } from 'node:os'
import { TrustedRelays } from '../clients/relays/trusted-relays.ts'
import { FREE } from '../bandwidth/flow-meter.ts'
import type { RefusedVisit } from '../pages/gate-pages.ts'
import { RefusalMemory } from '../pages/refusal-memory.ts'
import type { Plane } from '../plane.ts'
import { Deadlines } from './deadlines.ts'
import { formatAuthority } from './authority.ts'
import { makeDial, type Dial } from './dial.ts'
import type { HttpConfig, HttpDeps } from './http-config.ts'
import type { ListenerDeps } from './http-listener.ts'
import { HttpListener } from './http-listener.ts'
import { formatAddress, parseAddress } from '../../rules/addresses/ip-address.ts'
import { Judge } from './judge.ts'
import { TIMEOUTS } from './limits.ts'
import { OriginPool } from './origin-pool.ts'
import { GATE_HOST, PageService } from './page-service.ts'
import { PORTAL_AT, PortalRelay } from './portal-relay.ts'
import { HTTP_PORT } from './request-head.ts'
import { Refusals } from './refusals.ts'
import { RequestCounts } from './request-counts.ts'
import type { Endpoint } from './target-guard.ts'
import { makeTargetGuard } from './target-guard.ts'
import { WarnPasses } from './warn-passes.ts'

export interface HttpService {
  /** Bound addresses; null where the configuration has no such listener. */
  readonly http: Endpoint | null
  readonly blockPage: Endpoint | null
  /** Cuts what the present engine and stances forbid; after a swap, a grant or a window's edge. Gives the number cut. */
  recheck(): number
  /** This thread's memory of an address, newest first: what the other threads ask for `/why`. */
  recent(address: string): readonly RefusedVisit[]
  /** Stops accepting, lets exchanges and tunnels end for up to `ms`, then cuts what is left. */
  drain(ms: number): Promise<void>
  close(): Promise<void>
}

/** Opens the explicit proxy and the block page's port of one data thread; rejects when a port can't be had. */
export async function openHttp(
  plane: Plane,
  config: HttpConfig,
  deps: HttpDeps,
): Promise<HttpService> {
  const built = build(plane, config, deps)
  const { proxy, page, bound } = built
  try {
    if (config.listen !== null) bound.http = await proxy.listen(config.listen)
    if (config.blockPage.listen !== null)
      bound.blockPage = await page.listen(config.blockPage.listen)
  } catch (problem) {
    await stop(built)
    throw problem
  }
  return serviceOf(plane, built)
}

interface Built {
  readonly proxy: HttpListener
  readonly page: HttpListener
  readonly judge: Judge
  readonly memory: RefusalMemory
  readonly passes: WarnPasses
  readonly pool: OriginPool
  readonly deadlines: Deadlines
  readonly bound: { http: Endpoint | null; blockPage: Endpoint | null }
}

function build(plane: Plane, config: HttpConfig, deps: HttpDeps): Built {
  const timeouts = { ...TIMEOUTS, ...deps.timeouts }
  const deadlines = new Deadlines(timeouts.sweepMs)
  const pool = new OriginPool(deadlines, timeouts.originIdleMs)
  const memory = new RefusalMemory()
  const passes = new WarnPasses(deps.warnKey, deps.warnPasses)
  const counts = new RequestCounts(plane.meter)
  const refusals = new Refusals(plane, deps, memory)
  const bound: Built['bound'] = { http: null, blockPage: null }
  const isGate = gateHosts(config)
  const portal = portalOf({ plane, config, deps, bound, connectMs: timeouts.connectMs })
  const pages = new PageService({ plane, deps, refusals, memory, counts, portal, isGate })
  const judge = new Judge({
    plane,
    deps,
    refusals,
    pages,
    passes,
    portal,
    counts,
    connectPorts: new Set(config.connectPorts),
    isOwnPage: (host, port) =>
      host === GATE_HOST || (isGate(host) && port === (bound.blockPage?.port ?? NO_PORT)),
  })
  const guard = makeTargetGuard({
    allowTargets: config.allowTargets,
    ownEndpoints: () => ownEndpoints(config, bound),
    localAddresses: localAddresses(),
  })
  const { connectMs } = timeouts
  const guarded = makeDial({ lookup: (host) => deps.lookup(host), guard, connectMs })
  const dial = withPortal(guarded, portal)
  const common = {
    ...{ ...cellsOf(plane), relays: relaysOf(plane, config.relays) },
    dial,
    pool,
    deadlines,
    timeouts,
    log: deps.log,
    failurePage: judge.failurePage.bind(judge),
    mayReach: judge.mayReach.bind(judge),
    ...metersOf(plane),
  }
  const proxy: ListenerDeps = { ...common, forms: 'proxy', judge: judge.judge.bind(judge) }
  const page: ListenerDeps = {
    ...common,
    ...{ forms: 'page', relays: relaysOf(plane, []) },
    judge: (address, head) =>
      portal.judge(address, head) ?? { kind: 'answer', page: pages.answer(address, head) },
  }
  return {
    proxy: new HttpListener(proxy),
    page: new HttpListener(page),
    ...{ judge, memory, passes, pool, deadlines, bound },
  }
}

/** The portal is behind the guard, on a private address: the one place that the gate itself goes to. */
function withPortal(guarded: Dial, portal: PortalRelay): Dial {
  return (host, port, mayReach) =>
    host === PORTAL_AT ? portal.dial() : guarded(host, port, mayReach)
}

interface PortalScene {
  readonly plane: Plane
  readonly config: HttpConfig
  readonly deps: HttpDeps
  readonly bound: Built['bound']
  readonly connectMs: number
}

function portalOf({ plane, config, deps, bound, connectMs }: PortalScene): PortalRelay {
  const { portal = null, blockPage } = config
  const configured = portal?.port === 0 ? null : portal
  const { portalKey: key, portalAt } = deps
  return new PortalRelay({
    plane,
    key: key ?? new Uint8Array(),
    // Without a key nobody could prove anything.
    endpoint: () => (key === undefined ? null : (portalAt?.() ?? configured)),
    url: () =>
      portal === null || bound.blockPage === null
        ? null
        : `http://${formatAuthority(blockPage.address, bound.blockPage.port, HTTP_PORT)}/portal`,
    connectMs,
  })
}

/** No request has this port. */
const NO_PORT = 0

function gateHosts(config: HttpConfig): (host: string) => boolean {
  const hosts = new Set([GATE_HOST])
  for (const text of [config.blockPage.address, config.blockPage.listen?.host ?? '']) {
    const address = parseAddress(text)
    if (address !== undefined) hosts.add(formatAddress(address))
  }
  return (host) => hosts.has(host)
}

function ownEndpoints(config: HttpConfig, bound: Built['bound']): readonly Endpoint[] {
  return [...config.ownEndpoints, bound.http, bound.blockPage].filter((each) => each !== null)
}

function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(
    (each) => each?.map(({ address }) => address) ?? [],
  )
}

function metersOf({ metering }: Plane): Pick<ListenerDeps, 'meter' | 'renewMeter'> {
  return {
    meter: (address, relayed) => metering?.flow(address, relayed) ?? FREE,
    renewMeter: (address, relayed, meter) => metering?.renew(address, relayed, meter),
  }
}

/** Of the block page's port there are none: devices come to it by themselves. */
function relaysOf({ meter }: Plane, networks: readonly string[] = []): TrustedRelays {
  return new TrustedRelays(networks, 'proxy_protocol', meter)
}

function cellsOf(plane: Plane): Pick<ListenerDeps, 'tunnelCells' | 'malformed' | 'faults'> {
  const { meter } = plane
  return {
    tunnelCells: {
      open: meter.counter('schoolgate_tunnels_open'),
      up: meter.counter('schoolgate_tunnel_bytes_total', { direction: 'up' }),
      down: meter.counter('schoolgate_tunnel_bytes_total', { direction: 'down' }),
    },
    malformed: meter.counter('schoolgate_http_malformed_total'),
    faults: meter.counter('schoolgate_http_faults_total'),
  }
}

function serviceOf(plane: Plane, built: Built): HttpService {
  const { proxy, page, judge, bound } = built
  const cutCell = plane.meter.counter('schoolgate_http_cut_total')
  return {
    http: bound.http,
    blockPage: bound.blockPage,
    recheck: () => {
      const cut = recheck(proxy, judge)
      cutCell.n += cut
      return cut
    },
    recent: (address) => built.memory.recent(address),
    drain: (ms) => drain(built, ms),
    close: () => {
      proxy.cutAll()
      page.cutAll()
      return stop(built)
    },
  }
}

function recheck(proxy: HttpListener, judge: Judge): number {
  let cut = 0
  for (const client of [...proxy.clients]) {
    const { relayed } = client
    if (relayed === null) continue
    if (judge.isForbidden(client.address, relayed)) {
      client.cut()
      cut += 1
    } else client.renewMeter()
  }
  return cut
}

async function drain(built: Built, ms: number): Promise<void> {
  const timer = setTimeout(() => {
    built.proxy.cutAll()
    built.page.cutAll()
  }, ms)
  await stop(built)
  clearTimeout(timer)
}

async function stop(built: Built): Promise<void> {
  await Promise.all([built.proxy.drain(), built.page.drain()])
  built.pool.close()
  built.deadlines.stop()
}

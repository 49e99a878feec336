import { randomBytes } from 'node:crypto'
import { getServers } from 'node:dns'
import { isIPv4 } from 'node:net'
import { TrustedRelays } from '../clients/relays/trusted-relays.ts'
import type { Plane } from '../plane.ts'
import type { ServerIdentity } from '../tls/server-identity.ts'
import { AnswerCache } from './answer-cache.ts'
import { DohCounts } from './doh/doh-counts.ts'
import type { DohAsker } from './doh/doh-server.ts'
import { listenDoh, type BoundDoh } from './doh/listen-doh.ts'
import { Flights } from './flights.ts'
import type { Bound, DnsLog, Endpoint } from './listener.ts'
import { listenTcp } from './listen-tcp.ts'
import { listenUdp } from './listen-udp.ts'
import { refusalsOf } from './chained-filter.ts'
import type { ChainedAnswer, ChainedFilter } from './chained-filter.ts'
import { chainAsker, hostLookup } from './lookup-host.ts'
import type { LookupHost } from './lookup-host.ts'
import { RelayedClients } from './relayed-clients.ts'
import { Resolver } from './resolver.ts'
import type { ChainedSource } from './resolver.ts'
import { parseUpstream, systemUpstreams } from './upstream-address.ts'
import type { UpstreamAddress } from './upstream-address.ts'
import { Upstreams } from './upstreams.ts'

export interface DnsConfig {
  readonly udp: Endpoint | null
  readonly tcp: Endpoint | null
  readonly doh?: DohConfig | null
  /** As `parseUpstream` reads them; the system's own where there are none. */
  readonly upstreams: readonly string[]
  /** Seconds. */
  readonly maxTtl: number
  readonly cacheEntries: number
  /** Networks of servers that pass questions on and say whose they are; none: nobody is believed. */
  readonly relays?: readonly string[]
  /** The filter that chained zones ask; null or absent where there is none. */
  readonly chain?: ChainedFilter | null
  /** IPv4, what a refused A query is answered with where a page may be shown. */
  readonly blockPageAddress: string
  readonly log: DnsLog
}

export interface DohConfig {
  readonly at: Endpoint
  readonly identity: ServerIdentity
  /** By the address of the connection and the token in the path. */
  readonly askerOf: (address: string, token: string | null) => DohAsker
}

export interface DnsService {
  readonly udp: Bound | null
  readonly tcp: Bound | null
  readonly doh: BoundDoh | null
  readonly lookup: LookupHost
  /** Null where no filter is chained. */
  readonly chain: Chain | null
  close(): Promise<void>
}

/** The chained filter, for requests that are not DNS. */
export interface Chain {
  readonly name: string
  /** Never rejects. */
  readonly ask: (host: string) => Promise<ChainedAnswer>
}

/** An answer of a few addresses with its name and its share of long ones, by the arena's octets. */
const OCTETS_PER_ENTRY = 256

/**
 * The DNS part of one data thread: cache, upstreams and listeners. Throws at start-up only: on an
 * upstream or address that the config check should have refused, and on a port that is taken.
 */
export async function openDns(plane: Plane, config: DnsConfig): Promise<DnsService> {
  await using open = new AsyncDisposableStack()
  const seconds = (): number => plane.now() / 1000
  const cache = openCache(config, plane)
  const upstreams = new Upstreams(upstreamsOf(config), plane.meter)
  open.defer(() => {
    upstreams.close()
  })
  const flights = new Flights({ upstreams, cache, meter: plane.meter }, seconds)
  const blockPage = addressOctets(config.blockPageAddress)
  const chain = openChain(plane, config, open)
  const relays = new TrustedRelays(config.relays ?? [], 'edns', plane.meter)
  const relayedBy = new RelayedClients(relays)
  const deps = { plane, cache, flights, chain, maxTtl: config.maxTtl, blockPage }
  // Not over HTTPS: there a device is known by its own token.
  const relayed = { ...deps, relayedBy }
  const { log } = config
  const { udp, tcp } = await listenBoth(config, {
    udp: (at) => listenUdp(at, new Resolver(relayed, 'udp'), log),
    tcp: (at) => listenTcp(at, new Resolver(relayed, 'tcp'), log),
  })
  if (udp !== null) open.use(udp)
  if (tcp !== null) open.use(tcp)
  const doh = await openDoh(plane.meter, config, new Resolver(deps, 'doh'))
  if (doh !== null) open.use(doh)
  const service = open.move()
  return {
    udp,
    tcp,
    doh,
    lookup: hostLookup({ cache, flights }, seconds),
    chain: chain === null ? null : { name: chain.name, ask: chainAsker(chain, seconds) },
    close: () => service.disposeAsync(),
  }
}

async function openDoh(
  meter: Plane['meter'],
  { doh, log }: DnsConfig,
  resolver: Resolver,
): Promise<BoundDoh | null> {
  if (!doh) return null
  const { at, identity, askerOf } = doh
  return listenDoh(at, identity, { resolver, askerOf, counts: new DohCounts(meter), log })
}

/** Somebody may have the TCP port of the number that UDP got; that it happens so often is no chance. */
const MAX_PORT_TRIES = 10

interface Listen {
  udp(at: Endpoint): Promise<Bound>
  tcp(at: Endpoint): Promise<Bound>
}

/**
 * Both listeners. Where both ports are left to the system they get one number: a client that is told to
 * retry over TCP (RFC 7766 section 5) knows no other.
 */
async function listenBoth(
  { udp, tcp }: Pick<DnsConfig, 'udp' | 'tcp'>,
  listen: Listen,
): Promise<Pick<DnsService, 'udp' | 'tcp'>> {
  if (udp?.port === 0 && tcp?.port === 0 && udp.host === tcp.host) return listenShared(udp, listen)
  return { udp: udp && (await listen.udp(udp)), tcp: tcp && (await listen.tcp(tcp)) }
}

async function listenShared(at: Endpoint, listen: Listen): Promise<{ udp: Bound; tcp: Bound }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await listen.udp(at)
    try {
      return { udp, tcp: await listen.tcp({ host: udp.host, port: udp.port }) }
    } catch (problem) {
      await udp[Symbol.asyncDispose]()
      if (attempt === MAX_PORT_TRIES) throw problem
    }
  }
}

function openChain(
  plane: Plane,
  config: DnsConfig,
  open: AsyncDisposableStack,
): ChainedSource | null {
  const { chain } = config
  if (!chain) return null
  const cache = openCache(config, plane)
  const upstreams = new Upstreams(upstreamsOf(chain), plane.meter)
  open.defer(() => {
    upstreams.close()
  })
  const deps = { upstreams, cache, meter: plane.meter, isRefusal: refusalsOf(chain) }
  return { name: chain.name, cache, flights: new Flights(deps, () => plane.now() / 1000) }
}

function openCache(config: DnsConfig, plane: Plane): AnswerCache {
  return new AnswerCache({
    entries: config.cacheEntries,
    octets: config.cacheEntries * OCTETS_PER_ENTRY,
    seed: randomBytes(4).readInt32LE(),
    entriesCell: plane.meter.counter('schoolgate_dns_cache_entries'),
    evictionsCell: plane.meter.counter('schoolgate_dns_cache_evictions_total'),
  })
}

/** Throws for an upstream that the config check should have refused. */
export function upstreamsOf(config: Pick<DnsConfig, 'upstreams'>): readonly UpstreamAddress[] {
  if (config.upstreams.length === 0) return systemUpstreams(getServers())
  return config.upstreams.map((text) => {
    const parsed = parseUpstream(text)
    if (parsed.kind === 'problem') throw new Error(parsed.message)
    return parsed.upstream
  })
}

function addressOctets(address: string): Uint8Array {
  if (!isIPv4(address)) throw new Error(`\`${address}\` is not an IPv4 address for the block page`)
  return Uint8Array.from(address.split('.'), Number)
}

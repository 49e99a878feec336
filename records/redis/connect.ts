import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'

/** Where a site's Redis is, as `records.redis` says it. */
export interface RedisAddress {
  readonly shape: 'standalone' | 'sentinel' | 'cluster'
  /** The server; or the sentinels; or some nodes of the cluster, which name the others. */
  readonly nodes: readonly RedisNode[]
  /** What the sentinels call the primary; null elsewhere. */
  readonly primary: string | null
  readonly user: string | null
  readonly password: string | null
  readonly database: number
  readonly isTls: boolean
  /** PEM file of the authority that signed the server's certificate; null for the system's. */
  readonly caFile: string | null
  readonly resp: 2 | 3
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export type RedisClient = Redis | Cluster

const FORM =
  /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/
type Parts = [
  scheme: string,
  form: string,
  login: string,
  hosts: string,
  path: string,
  query: string,
]

const NODE = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/
const DEFAULT_PORT = 6379
const DEFAULT_SENTINEL_PORT = 26_379

/**
 * Reads `redis://[user:password@]host[:port][/database]`, `redis+sentinel://h1[:p1],h2[:p2]/name` and
 * `redis+cluster://h1[:p1],h2[:p2]`; `rediss` for TLS. Options behind a `?`: `ca=FILE` and `resp=2`.
 * A string is what is wrong with the text; it repeats no password.
 */
export function readRedisAddress(text: string): RedisAddress | string {
  const parts = FORM.exec(text)
  if (parts === null)
    return 'is no Redis address: `redis://host:port`, `redis+sentinel://host:port,host:port/name` or `redis+cluster://host:port,host:port`'
  const [scheme, form, credentials, hosts, path, query] = Array.from(
    { length: 6 },
    (_, i) => parts[i + 1] ?? '',
  ) as Parts
  const shape = form === 'sentinel' || form === 'cluster' ? form : 'standalone'
  const nodes = readNodes(hosts, shape)
  if (typeof nodes === 'string') return nodes
  const options = readOptions(query)
  if (typeof options === 'string') return options
  const isTls = scheme === 'rediss'
  if (options.caFile !== null && !isTls) return 'names a `ca`, which only `rediss` uses'
  const place = readPath(path, shape)
  if (typeof place === 'string') return place
  const login = readLogin(credentials)
  return typeof login === 'string' ? login : { shape, nodes, ...place, ...login, isTls, ...options }
}

function readNodes(hosts: string, shape: RedisAddress['shape']): readonly RedisNode[] | string {
  const nodes: RedisNode[] = []
  for (const word of hosts.split(',')) {
    const [, host, port] = NODE.exec(word) ?? []
    const number = Number(port ?? (shape === 'sentinel' ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT))
    if (host === undefined || number === 0 || number > 65_535) return `\`${word}\` is no host:port`
    nodes.push({ host: host.replaceAll(/[[\]]/g, ''), port: number })
  }
  if (shape === 'standalone' && nodes.length > 1)
    return 'names several servers: say `redis+sentinel` or `redis+cluster`'
  return nodes
}

function readOptions(query: string): Pick<RedisAddress, 'caFile' | 'resp'> | string {
  let caFile: string | null = null
  let resp: 2 | 3 = 3
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'ca' && value !== '') caFile = value
    else if (key === 'resp' && (value === '2' || value === '3')) resp = value === '2' ? 2 : 3
    else return `has the option \`${key}\`, which means nothing here: \`ca=FILE\`, \`resp=2\``
  }
  return { caFile, resp }
}

function readPath(
  path: string,
  shape: RedisAddress['shape'],
): Pick<RedisAddress, 'primary' | 'database'> | string {
  switch (shape) {
    case 'sentinel':
      if (path === '') return "needs the primary's name behind the sentinels: `/name`"
      return { primary: path, database: 0 }
    case 'cluster':
      return path === '' || path === '0'
        ? { primary: null, database: 0 }
        : 'a cluster has no databases'
    case 'standalone':
      return /^\d{0,4}$/.test(path)
        ? { primary: null, database: Number(path) }
        : `\`${path}\` is no number of a database`
  }
}

function readLogin(credentials: string): Pick<RedisAddress, 'user' | 'password'> | string {
  if (credentials === '') return { user: null, password: null }
  const colon = credentials.indexOf(':')
  try {
    const [user, password] =
      colon < 0
        ? [decodeURIComponent(credentials), '']
        : [credentials.slice(0, colon), credentials.slice(colon + 1)].map(decodeURIComponent)
    return { user: user === '' || user === undefined ? null : user, password: password ?? null }
  } catch {
    return 'has a user or password that is not percent-encoded'
  }
}

/** Redis answers in a millisecond or hangs. */
const COMMAND_TIMEOUT_MS = 2_000
const CONNECT_TIMEOUT_MS = 2_000

/** A hung Redis does not answer a polite goodbye either. */
const DISCONNECT_TIMEOUT_MS = 200

export interface ClientOptions {
  /** What `CLIENT LIST` shows. */
  readonly name: string
  /** For a connection whose commands block. */
  readonly commandTimeoutMs?: number
}

/**
 * A client that lives for one connection and is not connected yet: it never reconnects, because whoever
 * comes back has to look first at where Redis stands. Throws for an unreadable CA file.
 */
export function makeRedisClient(address: RedisAddress, options: ClientOptions): RedisClient {
  const { shape, nodes, isTls, database, primary } = address
  const common = commonOptions(address, options)
  if (shape === 'cluster') return new Cluster([...nodes], clusterOptions(common))
  const single = {
    ...common,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    db: database,
  }
  if (shape === 'standalone') return new Redis({ ...single, ...nodes[0] })
  return new Redis({
    ...single,
    name: primary ?? '',
    sentinels: [...nodes],
    sentinelRetryStrategy: () => null,
    ...(isTls ? { enableTLSForSentinelMode: true, sentinelTLS: common.tls ?? {} } : {}),
  })
}

interface CommonOptions {
  readonly lazyConnect: boolean
  readonly maxRetriesPerRequest: number
  readonly enableReadyCheck: boolean
  readonly disableClientInfo: boolean
  readonly connectTimeout: number
  readonly commandTimeout: number
  readonly disconnectTimeout: number
  readonly connectionName: string
  readonly protocol: 2 | 3
  readonly username?: string
  readonly password?: string
  readonly tls?: { readonly ca?: string }
}

function commonOptions(
  { user, password, isTls, caFile, resp }: RedisAddress,
  { name, commandTimeoutMs = COMMAND_TIMEOUT_MS }: ClientOptions,
): CommonOptions {
  return {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    // A loading Redis refuses the first command by itself.
    enableReadyCheck: false,
    // It would need one more permission, and tells nobody here anything.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    connectionName: name,
    protocol: resp,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    ...(isTls ? { tls: caFile === null ? {} : { ca: readFileSync(caFile, 'utf8') } } : {}),
  }
}

function clusterOptions(common: CommonOptions) {
  return {
    lazyConnect: true,
    enableReadyCheck: false,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    redisOptions: common,
  }
}

/** Connects, or rejects within two seconds with the reason. */
export async function connectRedis(client: RedisClient): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const causes: Error[] = []
  client.on('error', (error: Error) => {
    causes[0] = error
  })
  const timer = setTimeout(() => {
    reject(causes[0] ?? new Error(`no answer within ${CONNECT_TIMEOUT_MS} ms`))
  }, CONNECT_TIMEOUT_MS)
  const work = client.connect()
  try {
    await Promise.race([work, promise])
  } catch (error) {
    // The command that fails with the connection says only that it is closed; this says why.
    throw causes[0] ?? error
  } finally {
    clearTimeout(timer)
    // The loser of the race: a connection that fails after its time is nobody's unhandled rejection.
    work.catch(() => undefined)
  }
}

/** Ends a connection at once; one that has ended already is left alone. */
export function endRedis(client: RedisClient): void {
  // ioredis waits for the end of a connection that has ended, and keeps the thread alive for it.
  if (client.status !== 'end') client.disconnect()
}

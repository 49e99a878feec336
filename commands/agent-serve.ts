import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { serveAgentApi } from '../dashboard/server/agent-server.ts'
import { PostureStore } from '../records/posture/posture-store.ts'
import { StoreRefused } from '../records/sqlite/open-database.ts'
import { EXIT, readArguments, textOf, type Options, type Parsed } from './arguments.ts'
import { recordsOf } from './backup.ts'
import type { DeskCommandDeps } from './desk-command.ts'
import { readMoment } from './journal-arguments.ts'
import { postureRulesOf } from './posture-rules-of.ts'
import { openSiteDesk, type SiteDesk } from './site-desk.ts'

const OPTIONS: Options = {
  ...{ records: { type: 'string' }, config: { type: 'string' }, listen: { type: 'string' } },
  ...{ certificate: { type: 'string' }, key: { type: 'string' }, clock: { type: 'string' } },
  ...{ 'school-ca': { type: 'string' }, 'school-proxy': { type: 'string' } },
}

interface Call {
  readonly directory: string
  readonly host: string
  readonly port: number
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  readonly school: { readonly proxy: string | null; readonly caSha256: string | null }
  /** Gate time less the system's, ms. */
  readonly offsetMs: number
}

/**
 * `agent serve`: takes enrolments and reports beside a gate until SIGTERM. By itself, because agents are on
 * the devices' network, where a school does not show its dashboard.
 */
export async function serveAgents(args: readonly string[], deps: DeskCommandDeps): Promise<number> {
  const call = parseCall(args, deps)
  if (typeof call === 'string') {
    deps.err(call)
    return EXIT.usage
  }
  try {
    const opened = await openSiteDesk(call.directory, deps)
    if (typeof opened === 'string') {
      deps.err(opened)
      return EXIT.no
    }
    await using site = opened
    using store = PostureStore.open(call.directory)
    return await serve(call, { site, store, deps })
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    deps.err(error.message)
    return EXIT.no
  }
}

async function serve(
  { host, port, tls, school, offsetMs }: Call,
  { site, store, deps }: { site: SiteDesk; store: PostureStore; deps: DeskCommandDeps },
): Promise<number> {
  const { writer, view, ledger } = site
  const api = {
    ...{ site: ledger.site() ?? '', writer, store, school },
    register: () => view.current(),
    rules: () => postureRulesOf(view.current()),
    now: () => deps.now() + offsetMs,
  }
  const server = await serveAgentApi(api, { host, port, tls })
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        resolve()
      })
  })
  deps.out(JSON.stringify({ ready: true, pid: process.pid, agents: server.url }))
  await stopped
  await server.stop()
  return EXIT.done
}

/** A text is what is wrong. */
function parseCall(args: readonly string[], deps: DeskCommandDeps): Call | string {
  const parsed = readArguments(args, OPTIONS)
  if (typeof parsed === 'string') return parsed
  if (parsed.positionals.length > 0) return 'agent serve takes options alone'
  const [records, config] = [textOf(parsed, 'records'), textOf(parsed, 'config')]
  const place = recordsOf({ records, config }, deps.resolveRecords)
  if ('problem' in place) return place.problem
  const listen = readListen(parsed)
  if (listen === null) return '--listen is an address and a port, as in 10.0.0.2:8443'
  const clock = readMoment(parsed, 'clock')
  if (typeof clock === 'object') return clock.problem
  const files = readFiles(parsed)
  if (typeof files === 'string') return files
  const { tls, caSha256 } = files
  if (tls === null && !isLoopback(listen.host))
    return 'agents are answered over TLS: --certificate FILE --key FILE'
  const offsetMs = clock === undefined ? 0 : clock - deps.now()
  const school = { proxy: textOf(parsed, 'school-proxy') ?? null, caSha256 }
  return { directory: place.directory, ...listen, tls, school, offsetMs }
}

function readListen(parsed: Parsed): Pick<Call, 'host' | 'port'> | null {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(textOf(parsed, 'listen') ?? '') ?? []
  const address = host.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) === 0 ? null : { host: address, port: Number(port) }
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.')
}

function readFiles(parsed: Parsed): (Pick<Call, 'tls'> & { caSha256: string | null }) | string {
  const [certificate, key, ca] = ['certificate', 'key', 'school-ca'].map((name) =>
    textOf(parsed, name),
  )
  if ((certificate === undefined) !== (key === undefined))
    return '--certificate and --key go together'
  try {
    const tls =
      certificate === undefined || key === undefined
        ? null
        : { cert: readFileSync(certificate), key: readFileSync(key) }
    const caSha256 =
      ca === undefined
        ? null
        : new X509Certificate(readFileSync(ca)).fingerprint256.replaceAll(':', '').toLowerCase()
    return { tls, caSha256 }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

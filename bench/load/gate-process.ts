import { join } from 'node:path'
import { startDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'

export interface GateProcess extends Daemon {
  /** `address:port`, from the ready line. */
  readonly dns: string
  readonly http: string
  readonly metrics: string
}

export interface GateOptions {
  readonly records: string
  readonly upstream: string
  readonly connectPorts: readonly number[]
  readonly lists: readonly { readonly category: string; readonly file: string }[]
}

const ROOT = join(import.meta.dirname, '..', '..')

/** The example school's gate on free ports, every stranger a member of staff on a school device. */
export async function startGate(options: GateOptions): Promise<GateProcess> {
  const settings = {
    'dns.udp': '127.0.0.1:0',
    'dns.tcp': '127.0.0.1:0',
    'http.listen': '127.0.0.1:0',
    'blockPage.listen': '127.0.0.1:0',
    'metrics.listen': '127.0.0.1:0',
    'records.directory': options.records,
    'dns.upstreams': [options.upstream],
    'http.allowTargets': ['127.0.0.0/8'],
    'http.connectPorts': options.connectPorts,
    'lists.extra': options.lists,
    'subjects.default': { role: 'staff', ownership: 'school' },
    'dashboard.enabled': false,
  }
  const sets = Object.entries(settings).flatMap(([key, value]) => [
    '--set',
    `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ])
  const daemon = await startDaemon(
    [join(ROOT, 'schoolgate'), 'start', '--config', join(ROOT, 'examples/gate.yaml'), ...sets],
    (output) => readyLineOf(output) !== undefined,
  )
  const ready = readyLineOf(daemon.output()) ?? {}
  const endpoint = (name: string) => {
    const text = ready[name]
    if (typeof text !== 'string') throw new Error(`the ready line has no \`${name}\``)
    return text
  }
  return { ...daemon, dns: endpoint('dns'), http: endpoint('http'), metrics: endpoint('metrics') }
}

function readyLineOf(output: string): Readonly<Record<string, unknown>> | undefined {
  const line = output.split('\n').find((one) => one.startsWith('{"ready":true'))
  // The last line of a chunk may be cut; it is whole when the next one has begun.
  return line?.endsWith('}') === true ? (JSON.parse(line) as Record<string, unknown>) : undefined
}

/** `127.0.0.1:5353` taken apart. */
export function splitEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const colon = endpoint.lastIndexOf(':')
  return { host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)) }
}

import { execFile } from 'node:child_process'
import { createConnection } from 'node:net'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { searchPath } from '../../test/support/debian-packages.ts'
import { seededRandom } from './workload.ts'
import { TUNNEL_REPLY_OCTETS, TUNNEL_REQUEST_OCTETS } from './origin.ts'

/** What one load did to one server. */
export interface LoadResult {
  readonly done: number
  /** Lost, timed out or answered wrongly: a fast server that fails is not fast. */
  readonly failed: number
  readonly seconds: number
  /** What the first wrong answer was; empty where there was none. */
  readonly complaint: string
}

/** Enough to keep a server busy, few enough that its queue does not overflow (shared/bench/dns.md). */
const DNS_OUTSTANDING = 100
const CONNECTIONS = 50
const SECONDS = 5

/** dnsperf over the file of queries, for a while (`seconds`) or once through. */
export async function dnsperf(
  endpoint: string,
  queries: string,
  extent: 'timed' | 'once' = 'timed',
): Promise<LoadResult> {
  const { host, port } = splitEndpoint(endpoint)
  const args = ['-s', host, '-p', `${port}`, '-d', queries, '-q', `${DNS_OUTSTANDING}`, '-c', '10']
  const bound = extent === 'once' ? ['-n', '1'] : ['-l', `${SECONDS}`]
  const { stdout } = await promisify(execFile)('dnsperf', [...args, ...bound], {
    env: { ...process.env, PATH: searchPath() },
  })
  return {
    done: figure(stdout, /Queries completed:\s+(\d+)/),
    failed: figure(stdout, /Queries lost:\s+(\d+)/) + unanswered(stdout),
    seconds: figure(stdout, /Run time \(s\):\s+([\d.]+)/),
    complaint: /Response codes:.*/.exec(stdout)?.[0] ?? '',
  }
}

/** Answers that help nobody: whatever is neither data nor the word that there is none. */
function unanswered(output: string): number {
  const codes = /Response codes:(.*)/.exec(output)?.[1] ?? ''
  return [...codes.matchAll(/([A-Z]+) (\d+)/g)]
    .filter(([, code]) => code !== 'NOERROR' && code !== 'NXDOMAIN')
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}

function figure(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1]
  if (found === undefined) throw new Error(`dnsperf said something else:\n${output}`)
  return Number(found)
}

/** autocannon through an explicit proxy: absolute-form requests over kept connections. */
export async function proxyRequests(
  proxy: string,
  urls: readonly string[],
  status: number,
): Promise<LoadResult> {
  const random = seededRandom()
  const requests = urls.map((url) => ({ path: url, headers: { host: new URL(url).host } }))
  const result = await autocannon({
    url: `http://${proxy}`,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests,
    // Each client in an order of its own: in step they would all ask one site at a time, and no pool
    // of origin connections is made for fifty at once to each of two hundred sites.
    setupClient: (client) => {
      client.setRequests(shuffled(requests, random))
    },
  })
  const right = result.statusCodeStats?.[`${status}` as '200']?.count ?? 0
  const all = Object.values(result.statusCodeStats ?? {}).reduce(
    (sum, { count }) => sum + (count ?? 0),
    0,
  )
  const failed = all - right + result.errors + result.timeouts
  const complaint = JSON.stringify(result.statusCodeStats)
  return { done: right, failed, seconds: result.duration, complaint }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/** CONNECT, one exchange as long as a TLS handshake, close; as often as it goes. `status` is expected. */
export async function connectTunnels(
  proxy: string,
  targets: readonly string[],
  status: number,
): Promise<LoadResult> {
  const started = performance.now()
  const deadline = started + SECONDS * 1_000
  let done = 0
  let failed = 0
  let complaint = ''
  let next = 0
  const client = async () => {
    while (performance.now() < deadline) {
      const target = targets[next++ % targets.length] ?? ''
      const fault = await oneTunnel(proxy, target, status)
      if (fault === '') done += 1
      else failed += 1
      if (complaint === '') complaint = fault
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  return { done, failed, seconds: (performance.now() - started) / 1_000, complaint }
}

const TUNNEL_REQUEST = Buffer.alloc(TUNNEL_REQUEST_OCTETS, 0x16)
const TUNNEL_TIMEOUT_MS = 10_000

/** What went wrong, or nothing. */
function oneTunnel(proxy: string, target: string, status: number): Promise<string> {
  const { host, port } = splitEndpoint(proxy)
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, noDelay: true })
    let head = ''
    let received = 0
    const end = (fault: string) => {
      socket.destroy()
      resolve(fault)
    }
    socket.setTimeout(TUNNEL_TIMEOUT_MS, () => {
      end('time-out')
    })
    socket.on('error', ({ message }) => {
      end(message)
    })
    socket.on('close', () => {
      end('closed early')
    })
    socket.on('connect', () => {
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    })
    socket.on('data', (chunk) => {
      if (head !== '') {
        received += chunk.length
        if (received >= TUNNEL_REPLY_OCTETS) end('')
        return
      }
      head = chunk.toString('latin1')
      const answered = Number(head.slice(9, 12))
      if (answered !== status) end(head)
      else if (status === 200) socket.write(TUNNEL_REQUEST)
      else end('')
    })
  })
}

function splitEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const colon = endpoint.lastIndexOf(':')
  return { host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)) }
}

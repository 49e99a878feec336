import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2'
import { onTestFinished } from 'vitest'
import type { DohAsker } from '../../../../proxy/dns/doh/doh-server.ts'
import { selfSigned } from '../../../../proxy/tls/self-signed.ts'
import type { ServerIdentity } from '../../../../proxy/tls/server-identity.ts'
import type { Script } from '../../../support/scripted-plane.ts'
import { openScene, type DnsScene } from '../dns-scene.ts'

export function identityFor(name = 'localhost'): ServerIdentity {
  const { certificate, key } = selfSigned([name, '127.0.0.1'], Date.now())
  return { certificate, key, isSelfSigned: true, expires: Infinity }
}

export interface DohScene extends DnsScene {
  readonly port: number
  /** Whoever asks is known, unless a test says otherwise here, by token. */
  readonly askers: Map<string, DohAsker>
  readonly outcome: (outcome: string) => number
}

/** The DNS part of a data thread with DNS over HTTPS on a free loopback port. */
export async function openDohScene(
  upstreams: readonly string[] = [],
  script: Script = {},
): Promise<DohScene> {
  const askers = new Map<string, DohAsker>()
  const askerOf = (address: string, token: string | null): DohAsker =>
    token === null ? { kind: 'known', source: address } : (askers.get(token) ?? { kind: 'unknown' })
  const at = { host: '127.0.0.1', port: 0 }
  const scene = await openScene(upstreams, script, {
    doh: { at, identity: identityFor(), askerOf },
  })
  const outcome = (wanted: string): number =>
    scene.plane.meter.counter('schoolgate_doh_requests_total', { outcome: wanted }).n
  return { ...scene, port: scene.dns.doh?.port ?? 0, askers, outcome }
}

export interface DohAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** A connection of HTTP/2 that goes with the test. */
export function openSession(port: number): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  session.on('error', () => undefined)
  onTestFinished(() => {
    session.destroy()
  })
  return session
}

/** One request to its end; rejects when it is reset. */
export function request(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: Uint8Array,
): Promise<DohAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let answer: Record<string, unknown> = {}
    const chunks: Buffer[] = []
    stream.on('response', (received) => (answer = { ...received }))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      resolve({ status: Number(answer[':status']), headers: answer, body: Buffer.concat(chunks) })
    })
    stream.on('error', reject)
    if (body !== undefined) stream.end(body)
  })
}

export function get(query: Uint8Array, path = '/dns-query'): OutgoingHttpHeaders {
  return { ':path': `${path}?dns=${Buffer.from(query).toString('base64url')}` }
}

export function post(more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  return {
    ...{ ':method': 'POST', ':path': '/dns-query', 'content-type': 'application/dns-message' },
    ...more,
  }
}

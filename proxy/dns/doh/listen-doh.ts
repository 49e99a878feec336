import { once } from 'node:events'
import { createServer as createHttp1, type Server as Http1Server } from 'node:http'
import { createServer as createHttp2, type Http2Server } from 'node:http2'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTls, type Server as TlsServer } from 'node:tls'
import type { ServerIdentity } from '../../tls/server-identity.ts'
import type { Bound, Endpoint } from '../listener.ts'
import { DohClients, type DohClient } from './doh-clients.ts'
import { MessageExchange, StreamExchange } from './doh-exchange.ts'
import {
  HANDSHAKE_MS,
  IDLE_MS,
  MAX_HEADERS,
  MAX_HEADER_OCTETS,
  MAX_SESSION_MIB,
  MAX_STREAMS,
  RESET_BURST,
  RESETS_PER_SECOND,
  SWEEP_MS,
} from './doh-limits.ts'
import { DohServer, type DohServerParts } from './doh-server.ts'

export interface BoundDoh extends Bound {
  /** New connections are met with this certificate. */
  use(identity: ServerIdentity): void
}

/** Serves DNS over HTTPS, HTTP/2 and HTTP/1.1 by what the client says it speaks. Rejects when it can't bind. */
export async function listenDoh(
  at: Endpoint,
  identity: ServerIdentity,
  parts: DohServerParts,
): Promise<BoundDoh> {
  const listener = new DohListener(identity, parts)
  const { server } = listener
  server.listen({ host: at.host, port: at.port, reusePort: true })
  await once(server, 'listening')
  server.on('error', (error) => {
    parts.log.warn({ err: error }, 'the dns-over-https listener had an error')
  })
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    use: (next) => {
      listener.use(next)
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      listener.stop()
      await closed
    },
  }
}

/**
 * A socket is counted before any TLS, so that a flood of connections costs no handshakes; then servers of TLS and
 * HTTP read from it, which never listen by themselves.
 */
class DohListener {
  readonly server: Server
  readonly #parts: DohServerParts
  readonly #doh: DohServer
  readonly #clients = new DohClients()
  /** By the far end, which the sockets of all layers know. */
  readonly #known = new Map<string, DohClient>()
  readonly #tls: TlsServer
  readonly #http1: Http1Server
  readonly #http2: Http2Server
  readonly #sweeping: NodeJS.Timeout

  constructor(identity: ServerIdentity, parts: DohServerParts) {
    this.#parts = parts
    this.#doh = new DohServer(parts)
    this.#tls = this.#openTls(identity)
    this.#http1 = this.#openHttp1()
    this.#http2 = this.#openHttp2()
    this.server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket)
    })
    this.#sweeping = setInterval(() => {
      for (const late of this.#clients.sweep(performance.now())) this.#doh.refuse(late, 408)
    }, SWEEP_MS)
  }

  use(identity: ServerIdentity): void {
    this.#tls.setSecureContext(contextOf(identity))
  }

  stop(): void {
    clearInterval(this.#sweeping)
    this.#clients.closeAll()
  }

  #accept(socket: Socket): void {
    // Resets and broken pipes are how clients leave; `close` follows and clears up.
    socket.on('error', ignore)
    const client = this.#clients.admit(socket, performance.now())
    if (client === null) {
      this.#parts.counts.count('turned_away')
      socket.destroy()
      return
    }
    const end = farEnd(socket)
    this.#known.set(end, client)
    socket.once('close', () => this.#known.delete(end))
    this.#tls.emit('connection', socket)
  }

  #openTls(identity: ServerIdentity): TlsServer {
    const server = createTls({
      ...contextOf(identity),
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
    })
    server.on('secureConnection', (socket) => {
      socket.on('error', ignore)
      const http = socket.alpnProtocol === 'h2' ? this.#http2 : this.#http1
      http.emit('connection', socket)
    })
    server.on('tlsClientError', (_error, socket) => {
      this.#parts.counts.count('no_tls')
      socket.destroy()
    })
    return server
  }

  #openHttp2(): Http2Server {
    const server = createHttp2({
      maxHeaderListPairs: MAX_HEADERS,
      maxSessionMemory: MAX_SESSION_MIB,
      streamResetBurst: RESET_BURST,
      streamResetRate: RESETS_PER_SECOND,
      settings: {
        maxConcurrentStreams: MAX_STREAMS,
        maxHeaderListSize: MAX_HEADER_OCTETS,
        enablePush: false,
      },
    })
    server.on('session', (session) => {
      const client = this.#known.get(farEnd(session.socket))
      session.on('error', ignore)
      if (client === undefined) {
        session.destroy()
        return
      }
      session.on('stream', (stream, headers) => {
        this.#doh.serve(client, new StreamExchange(stream, headers))
      })
      // A session that was ended for its frames leaves the socket to whoever floods it.
      session.on('close', () => {
        client.close()
      })
    })
    // Frames that nobody may send: the session is over by then.
    server.on('sessionError', () => {
      this.#parts.counts.count('broken')
    })
    return server
  }

  #openHttp1(): Http1Server {
    const server = createHttp1(
      { maxHeaderSize: MAX_HEADER_OCTETS, keepAliveTimeout: IDLE_MS },
      (request, response) => {
        const client = this.#known.get(farEnd(request.socket))
        if (client === undefined) request.socket.destroy()
        else this.#doh.serve(client, new MessageExchange(request, response))
      },
    )
    server.maxHeadersCount = MAX_HEADERS
    server.on('clientError', (_error, socket) => {
      this.#parts.counts.count('broken')
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      else socket.destroy()
    })
    return server
  }
}

function contextOf({ certificate, key }: ServerIdentity) {
  return { cert: certificate, key, minVersion: 'TLSv1.2' as const }
}

function farEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? 0}`
}

function ignore(): void {
  // The socket is being destroyed anyway.
}

import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { awaitProxyHeader } from '../clients/relays/await-proxy-header.ts'
import type { ClientDeps } from './client-deps.ts'
import { ClientConnection } from './client-connection.ts'
import { MAX_CLIENTS, MAX_CLIENTS_PER_ADDRESS } from './limits.ts'
import type { Endpoint } from './target-guard.ts'

export type ListenerDeps = Omit<ClientDeps, 'onClose' | 'isDraining'>

/** One bound port and the clients on it. */
export class HttpListener {
  readonly clients = new Set<ClientConnection>()
  readonly #deps: ClientDeps
  readonly #server: Server
  readonly #perAddress = new Map<string, number>()
  /** Of relays that have not said yet whose connection it is. */
  readonly #waiting = new Set<Socket>()
  #draining = false

  constructor(deps: ListenerDeps) {
    this.#deps = {
      ...deps,
      isDraining: () => this.#draining,
      onClose: (client) => {
        this.#forget(client)
      },
    }
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true },
      (socket) => {
        this.#accept(socket)
      },
    )
    this.#server.maxConnections = MAX_CLIENTS
  }

  /** Rejects when the port can't be had. `reusePort`: every data thread listens on the same one. */
  listen(endpoint: Endpoint): Promise<Endpoint> {
    return new Promise((settle, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host: endpoint.host, port: endpoint.port, reusePort: true }, () => {
        this.#server.off('error', reject)
        // Later ones are of accepting (no descriptor left): the listener goes on with the next client.
        this.#server.on('error', (err) => {
          this.#deps.log.warn({ err }, 'a client could not be accepted')
        })
        const bound = this.#server.address() as AddressInfo
        settle({ host: bound.address, port: bound.port })
      })
    })
  }

  /** Stops accepting and closes idle clients; settles when the last client is gone. */
  drain(): Promise<void> {
    this.#draining = true
    const gone = new Promise<void>((settle) => {
      this.#server.close(() => {
        settle()
      })
    })
    for (const socket of this.#waiting) socket.destroy()
    for (const client of [...this.clients]) if (client.isIdle) client.cut()
    return gone
  }

  cutAll(): void {
    for (const client of [...this.clients]) client.cut()
  }

  #accept(socket: Socket): void {
    // First of all: a socket without it turns a client's RST into the end of the thread.
    socket.on('error', () => undefined)
    const address = socket.remoteAddress
    if (address === undefined) {
      socket.destroy()
      return
    }
    if (!this.#deps.relays.has(address)) {
      this.#serve(socket, address)
      return
    }
    this.#waiting.add(socket)
    socket.once('close', () => this.#waiting.delete(socket))
    awaitProxyHeader(socket, { address, relays: this.#deps.relays }, (client) => {
      this.#waiting.delete(socket)
      this.#serve(socket, client)
    })
  }

  #serve(socket: Socket, address: string): void {
    const count = this.#perAddress.get(address) ?? 0
    if (count >= MAX_CLIENTS_PER_ADDRESS) {
      socket.destroy()
      return
    }
    this.#perAddress.set(address, count + 1)
    this.clients.add(new ClientConnection(socket, address, this.#deps))
  }

  #forget(client: ClientConnection): void {
    this.clients.delete(client)
    const count = this.#perAddress.get(client.address) ?? 1
    if (count === 1) this.#perAddress.delete(client.address)
    else this.#perAddress.set(client.address, count - 1)
  }
}

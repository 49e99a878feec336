import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { RawClient } from './raw-client.ts'

/** An origin on loopback whose connections a test plays by hand. */
export class RawOrigin implements AsyncDisposable {
  readonly port: number
  readonly connections: RawClient[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #waiting: (() => void)[] = []

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      this.connections.push(new RawClient(socket))
      for (const waker of this.#waiting.splice(0)) waker()
    })
  }

  static async open(): Promise<RawOrigin> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RawOrigin(server)
  }

  get authority(): string {
    return `origin.test:${this.port}`
  }

  /** The n-th connection, from 0. */
  async connection(n: number): Promise<RawClient> {
    for (;;) {
      const there = this.connections[n]
      if (there !== undefined) return there
      await new Promise<void>((settle) => {
        this.#waiting.push(settle)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

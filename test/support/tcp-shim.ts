import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * A wire with faults between a client and a server of the test: `delay` slows what is under way in both
 * directions, `hang` keeps connections open and silent, `cut` ends them and refuses new ones.
 */
export class TcpShim implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #held: (() => void)[] = []
  #delayMs = 0
  #isHung = false
  #isCut = false

  static async before(targetPort: number): Promise<TcpShim> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpShim(server, targetPort)
  }

  private constructor(server: Server, targetPort: number) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client) => {
      if (this.#isCut) {
        client.destroy()
        return
      }
      const target = connect(targetPort, '127.0.0.1')
      this.#join(client, target)
      this.#join(target, client)
    })
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  delay(ms: number): void {
    this.#delayMs = ms
  }

  hang(): void {
    this.#isHung = true
  }

  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** All well again; what was held arrives late, as after a hang of the network. */
  heal(): void {
    this.#delayMs = 0
    this.#isHung = false
    this.#isCut = false
    for (const send of this.#held.splice(0)) send()
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.setNoDelay(true)
    from.on('data', (chunk) => {
      const send = (): void => {
        if (to.writable) to.write(chunk)
      }
      if (this.#isHung) this.#held.push(send)
      else if (this.#delayMs > 0) setTimeout(send, this.#delayMs)
      else send()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

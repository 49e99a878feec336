import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { Endpoint } from '../../../proxy/http/target-guard.ts'

/** A client that says exactly the bytes it is told to say. */
export class RawClient {
  readonly socket: Socket
  /** Everything received, as latin1. */
  received = ''
  /** How the connection ended from the client's side; null while it is open. */
  end: 'fin' | 'reset' | null = null
  readonly #wakers = new Set<() => void>()

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {
      this.end = 'reset'
      this.#wake()
    })
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1')
      this.#wake()
    })
    socket.on('end', () => {
      this.end ??= 'fin'
      this.#wake()
    })
    socket.on('close', () => {
      this.end ??= 'fin'
      this.#wake()
    })
  }

  static async to(endpoint: Endpoint, localAddress = '127.0.0.1'): Promise<RawClient> {
    const { host, port } = endpoint
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true, localAddress })
    const client = new RawClient(socket)
    await once(socket, 'connect')
    return client
  }

  say(text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** Waits until what was received matches; throws with it when the connection ends before. */
  async hears(wanted: RegExp | string): Promise<string> {
    const isThere = (): boolean =>
      typeof wanted === 'string' ? this.received.includes(wanted) : wanted.test(this.received)
    while (!isThere()) {
      if (this.end !== null) throw new Error(`ended (${this.end}) after: ${this.received}`)
      await this.#change()
    }
    return this.received
  }

  /** Everything received until the other side ended, and how. */
  async untilEnd(): Promise<{ received: string; end: 'fin' | 'reset' }> {
    while (this.end === null) await this.#change()
    this.socket.destroy()
    return { received: this.received, end: this.end }
  }

  #change(): Promise<void> {
    return new Promise((settle) => {
      const waker = (): void => {
        this.#wakers.delete(waker)
        settle()
      }
      this.#wakers.add(waker)
    })
  }

  #wake(): void {
    for (const waker of [...this.#wakers]) waker()
  }
}

/** One request, one connection: says it and waits for the end. */
export async function exchange(
  endpoint: Endpoint,
  text: string,
): Promise<{ received: string; end: 'fin' | 'reset' }> {
  const client = await RawClient.to(endpoint)
  return client.say(text).untilEnd()
}

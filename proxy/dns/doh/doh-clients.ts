import type { Socket } from 'node:net'
import type { DohExchange } from './doh-exchange.ts'
import { IDLE_MS, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, REQUEST_MS } from './doh-limits.ts'

const NONE: readonly DohExchange[] = []

/** A connection that has been still for less is not given up for another. */
const SHED_AFTER_MS = 5_000

/** One connection. Times are ms of a clock that is never set back. */
export class DohClient {
  readonly address: string
  readonly #socket: Socket
  /** Requests whose body is still coming, since when. */
  readonly coming = new Map<DohExchange, number>()
  /** Queries that wait for an upstream. */
  waiting = 0
  /** When the last answer was sent whole; at first when it came. */
  lastSent: number

  constructor(socket: Socket, address: string, now: number) {
    this.#socket = socket
    this.address = address
    this.lastSent = now
  }

  /** Requests whose body has not come in time. */
  late(now: number): readonly DohExchange[] {
    if (this.coming.size === 0) return NONE
    return [...this.coming].flatMap(([one, since]) => (now - since >= REQUEST_MS ? one : []))
  }

  close(): void {
    this.#socket.destroy()
  }
}

/**
 * The connections of one thread: how many, of whom, and for how long they may be still. One look a second at
 * all of them costs less than a timer each, and what drips octet by octet resets no timer here.
 */
export class DohClients {
  readonly #clients = new Set<DohClient>()
  readonly #perAddress = new Map<string, number>()

  get size(): number {
    return this.#clients.size
  }

  /** Null where there is no room for it: the caller closes the socket. */
  admit(socket: Socket, now: number): DohClient | null {
    const address = socket.remoteAddress
    // Undefined when the client has left already.
    if (address === undefined) return null
    const count = (this.#perAddress.get(address) ?? 0) + 1
    if (count > MAX_CONNECTIONS_PER_ADDRESS) return null
    if (this.#clients.size >= MAX_CONNECTIONS && !this.#shed(now)) return null
    const client = new DohClient(socket, address, now)
    this.#clients.add(client)
    this.#perAddress.set(address, count)
    socket.once('close', () => {
      this.#clients.delete(client)
      const left = (this.#perAddress.get(address) ?? 1) - 1
      if (left === 0) this.#perAddress.delete(address)
      else this.#perAddress.set(address, left)
    })
    return client
  }

  /** Closes what has been still for too long; gives the requests whose body has not come in time. */
  sweep(now: number): readonly DohExchange[] {
    const late: DohExchange[] = []
    for (const client of this.#clients) {
      if (now - client.lastSent >= IDLE_MS) client.close()
      else late.push(...client.late(now))
    }
    return late
  }

  closeAll(): void {
    for (const client of this.#clients) client.close()
  }

  /** Whoever has been still for longest makes room: connections that are held open must not shut others out. */
  #shed(now: number): boolean {
    let stillest: DohClient | null = null
    for (const client of this.#clients)
      if (stillest === null || client.lastSent < stillest.lastSent) stillest = client
    if (stillest === null || now - stillest.lastSent < SHED_AFTER_MS) return false
    stillest.close()
    return true
  }
}

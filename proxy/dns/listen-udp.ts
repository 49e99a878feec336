import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Bound, DnsLog, Endpoint } from './listener.ts'
import { ANSWER_ROOM_OCTETS, LATER } from './resolver.ts'
import type { Resolver } from './resolver.ts'

/** A thousand clients after the bell come within one turn of the loop; what overflows is lost unseen. */
const RECEIVE_BUFFER_OCTETS = 4 << 20

/**
 * Serves DNS over UDP. With `reusePort` every data thread has a socket on the same port and the kernel
 * spreads the clients over them. Rejects when it can't bind.
 */
export async function listenUdp(at: Endpoint, resolver: Resolver, log: DnsLog): Promise<Bound> {
  const socket = createSocket({
    type: isIP(at.host) === 6 ? 'udp6' : 'udp4',
    reusePort: true,
    recvBufferSize: RECEIVE_BUFFER_OCTETS,
    // Answers go to addresses, never names: without this each send would wait a tick for a look-up of one.
    lookup: (address, _options, done) => {
      done(null, address, isIP(address))
    },
  })
  const server = new UdpServer(socket, resolver, log)
  socket.on('message', (query, from) => {
    server.receive(query, from)
  })
  // Asked for first: with a look-up that answers at once, `bind` listens before it returns.
  const listening = once(socket, 'listening')
  socket.bind(at.port, at.host)
  await listening
  // A client that is gone may come back as an error of the socket: the next packet is another client's.
  socket.on('error', (error) => {
    log.warn({ err: error }, 'udp socket of the resolver had an error')
  })
  const { address, port } = socket.address()
  return {
    host: address,
    port,
    async [Symbol.asyncDispose]() {
      server.stop()
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

class UdpServer {
  readonly #socket: Socket
  readonly #resolver: Resolver
  readonly #log: DnsLog
  #answer: Uint8Array = new Uint8Array(ANSWER_ROOM_OCTETS)
  #isOpen = true

  constructor(socket: Socket, resolver: Resolver, log: DnsLog) {
    this.#socket = socket
    this.#resolver = resolver
    this.#log = log
  }

  stop(): void {
    this.#isOpen = false
  }

  receive(query: Uint8Array, from: RemoteInfo): void {
    // A reply to port 0 can't be sent, and only a forger would ask for it.
    if (from.port === 0) {
      this.#resolver.counts.malformed.n += 1
      return
    }
    try {
      const octets = this.#resolver.answerNow(query, from.address, this.#answer)
      if (octets === LATER) void this.#answerLater(query, from)
      else if (octets > 0) this.#sendReused(octets, from)
    } catch (error) {
      this.#answerFault(query, from, error)
    }
  }

  async #answerLater(query: Uint8Array, from: RemoteInfo): Promise<void> {
    try {
      const answer = await this.#resolver.answerLater(query, from.address)
      if (this.#isOpen) this.#socket.send(answer, from.port, from.address)
    } catch (error) {
      this.#answerFault(query, from, error)
    }
  }

  /**
   * Sends from the one buffer that all answers are written to. The kernel nearly always takes a datagram
   * at once, inside `send`, and then the buffer is free again. When its queue is full Node keeps a
   * pointer to the buffer until later; then that buffer is left to it and we go on with another. A ring
   * of buffers would only make it unlikely that an answer in flight is overwritten by another client's.
   */
  #sendReused(octets: number, to: RemoteInfo): void {
    this.#socket.send(this.#answer, 0, octets, to.port, to.address)
    if (this.#socket.getSendQueueCount() > 0) this.#answer = new Uint8Array(ANSWER_ROOM_OCTETS)
  }

  /** One query met a bug of ours: its client hears so, and the others are served on. */
  #answerFault(query: Uint8Array, from: RemoteInfo, error: unknown): void {
    this.#log.error({ err: error }, 'a dns query over udp was answered with servfail')
    const answer = new Uint8Array(ANSWER_ROOM_OCTETS)
    const octets = this.#resolver.answerFault(query, answer)
    if (octets > 0 && this.#isOpen) {
      this.#socket.send(answer.slice(0, octets), from.port, from.address)
    }
  }
}

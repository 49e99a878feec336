import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Bound, DnsLog, Endpoint } from './listener.ts'
import { MessageReader, framed } from './message-framing.ts'
import { ANSWER_ROOM_OCTETS, LATER } from './resolver.ts'
import type { Resolver } from './resolver.ts'

/** RFC 7766 section 6.2.3 asks for seconds: long enough for the next page, short enough for slow attackers. */
const IDLE_MS = 10_000
/** All connections of one thread, each at most a message and its answers: bounds memory and descriptors. */
const MAX_CONNECTIONS = 1024
/** A classroom behind one address would be an error of the set-up; one device needs a handful. */
const MAX_CONNECTIONS_PER_ADDRESS = 32
/** Queries of one connection that wait for an upstream; then nothing more is read from it until one is answered. */
const MAX_WAITING_PER_CONNECTION = 64
/** Answers the client does not read: beyond this we read no more of its questions. */
const MAX_UNREAD_OCTETS = 256 << 10
/** A query is a name and some options; padding (RFC 8467) brings it to 128 octets or few times that. */
const MAX_QUERY_OCTETS = 4096

/** Serves DNS over TCP (RFC 7766): pipelined queries, answers as they come. Rejects when it can't bind. */
export async function listenTcp(at: Endpoint, resolver: Resolver, log: DnsLog): Promise<Bound> {
  const clients = new Set<Socket>()
  const perAddress = new Map<string, number>()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const address = socket.remoteAddress
    // Undefined when the client has left already.
    const count = address === undefined ? 0 : (perAddress.get(address) ?? 0) + 1
    if (
      address === undefined ||
      clients.size >= MAX_CONNECTIONS ||
      count > MAX_CONNECTIONS_PER_ADDRESS
    ) {
      resolver.counts.turnedAway.n += 1
      socket.on('error', ignore)
      socket.destroy()
      return
    }
    clients.add(socket)
    perAddress.set(address, count)
    socket.once('close', () => {
      clients.delete(socket)
      const left = (perAddress.get(address) ?? 1) - 1
      if (left === 0) perAddress.delete(address)
      else perAddress.set(address, left)
    })
    new TcpClient(socket, address, { resolver, log }).serve()
  })
  server.listen({ host: at.host, port: at.port, reusePort: true })
  await once(server, 'listening')
  server.on('error', (error) => {
    log.warn({ err: error }, 'tcp listener of the resolver had an error')
  })
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const client of clients) client.destroy()
      await closed
    },
  }
}

function ignore(): void {
  // The socket is being destroyed anyway.
}

class TcpClient {
  readonly #socket: Socket
  readonly #address: string
  readonly #resolver: Resolver
  readonly #log: DnsLog
  readonly #reader = new MessageReader(MAX_QUERY_OCTETS)
  #waiting = 0
  #hasEnded = false

  constructor(
    socket: Socket,
    address: string,
    deps: { readonly resolver: Resolver; readonly log: DnsLog },
  ) {
    this.#socket = socket
    this.#address = address
    this.#resolver = deps.resolver
    this.#log = deps.log
  }

  serve(): void {
    const socket = this.#socket
    socket.setTimeout(IDLE_MS)
    socket.on('timeout', () => socket.destroy())
    // Resets and broken pipes are how clients leave; `close` follows and clears up.
    socket.on('error', ignore)
    // A client may end its side and still read: the server was told to leave ours open.
    socket.on('end', () => {
      this.#hasEnded = true
      this.#endIfDone()
    })
    socket.on('drain', () => {
      this.#resumeIfReady()
    })
    socket.on('data', (chunk: Buffer) => {
      const readable = this.#reader.push(chunk, (query) => {
        this.#receive(query)
      })
      if (readable) return
      this.#resolver.counts.malformed.n += 1
      socket.destroy()
    })
  }

  #receive(query: Uint8Array): void {
    try {
      const octets = this.#resolver.answerNow(query, this.#address, scratch)
      if (octets === LATER) void this.#answerLater(query)
      else if (octets > 0) this.#send(scratch.subarray(0, octets))
    } catch (error) {
      this.#answerFault(query, error)
    }
  }

  async #answerLater(query: Uint8Array): Promise<void> {
    this.#waiting += 1
    if (this.#waiting >= MAX_WAITING_PER_CONNECTION) this.#socket.pause()
    try {
      this.#send(await this.#resolver.answerLater(query, this.#address))
    } catch (error) {
      this.#answerFault(query, error)
    }
    this.#waiting -= 1
    this.#resumeIfReady()
    this.#endIfDone()
  }

  #send(answer: Uint8Array): void {
    if (!this.#socket.writable) return
    this.#socket.write(framed(answer))
    if (this.#socket.writableLength > MAX_UNREAD_OCTETS) this.#socket.pause()
  }

  #resumeIfReady(): void {
    if (this.#waiting < MAX_WAITING_PER_CONNECTION && !this.#socket.writableNeedDrain) {
      this.#socket.resume()
    }
  }

  #endIfDone(): void {
    if (this.#hasEnded && this.#waiting === 0) this.#socket.end()
  }

  /** One query met a bug of ours: its client hears so, and the connection goes on. */
  #answerFault(query: Uint8Array, error: unknown): void {
    this.#log.error({ err: error }, 'a dns query over tcp was answered with servfail')
    const octets = this.#resolver.answerFault(query, scratch)
    if (octets > 0) this.#send(scratch.subarray(0, octets))
  }
}

/** Answers are copied behind their length before they are sent, so all connections may share it. */
const scratch = new Uint8Array(ANSWER_ROOM_OCTETS)

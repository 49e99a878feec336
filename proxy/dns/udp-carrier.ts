import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Carrier, Exchange, Reply } from './exchange.ts'
import { freshId, randomId } from './query-ids.ts'
import type { UpstreamAddress } from './upstream-address.ts'
import type { UpstreamQuery } from './wire/upstream-query.ts'
import { HEADER_OCTETS } from './wire/numbers.ts'
import { repeatsQuestion, u16 } from './wire/question.ts'

/**
 * Forwarding over UDP so that an answer can't be guessed (RFC 5452): each query has a random id and one
 * of `SOCKETS` source ports, which the kernel chose at random and which are given up after
 * `QUERIES_PER_SOCKET` queries. A fresh socket per query would be a little better against guessing and
 * costs three more system calls; with these numbers a forger who sees nothing still has to hit one port
 * of 28,000 and one id of 65,536 before the true answer comes.
 *
 * Sockets are connected: the kernel drops what comes from another address or port, and tells us when the
 * upstream's host says that nobody listens, long before a time-out would.
 */
export function udpCarrier(upstream: UpstreamAddress, onMismatch: () => void): Carrier {
  const open: (UdpPort | undefined)[] = new Array<UdpPort | undefined>(SOCKETS).fill(undefined)
  return {
    send(query, listener): Exchange {
      const place = randomId() % SOCKETS
      let port = open[place]
      if (port === undefined || port.isSpent) {
        port?.retire()
        port = new UdpPort(upstream, onMismatch)
        open[place] = port
      }
      return port.send(query, listener)
    },
    close(): void {
      for (const port of open) port?.close()
      open.fill(undefined)
    },
  }
}

/** Source ports in use at a time, per upstream. */
const SOCKETS = 16
/** How long, in queries, a port is worth finding out. */
const QUERIES_PER_SOCKET = 128
/** A burst of misses must not lose its answers in the kernel's default buffer of 200 KiB. */
const RECEIVE_BUFFER_OCTETS = 1 << 20

interface Waiting {
  readonly query: UpstreamQuery
  readonly listener: (reply: Reply) => void
}

class UdpPort {
  readonly #socket: Socket
  readonly #onMismatch: () => void
  readonly #waiting = new Map<number, Waiting>()
  #unsent: Uint8Array[] | null = []
  #queries = 0
  #state: 'open' | 'retired' | 'closed' = 'open'

  constructor(upstream: UpstreamAddress, onMismatch: () => void) {
    this.#onMismatch = onMismatch
    this.#socket = createSocket({
      type: isIP(upstream.host) === 6 ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_OCTETS,
    })
    this.#socket.on('message', (message) => {
      this.#receive(message)
    })
    // Connected sockets hear of ICMP errors: nobody listens there, or no way leads there.
    this.#socket.on('error', () => {
      this.#fail()
    })
    this.#socket.once('connect', () => {
      this.#flush()
    })
    this.#socket.connect(upstream.port, upstream.host)
  }

  get isSpent(): boolean {
    return this.#state !== 'open' || this.#queries >= QUERIES_PER_SOCKET
  }

  send(query: UpstreamQuery, listener: (reply: Reply) => void): Exchange {
    const id = freshId(this.#waiting)
    const packet = query.bytes.slice()
    packet[0] = id >>> 8
    packet[1] = id
    this.#queries += 1
    this.#waiting.set(id, { query, listener })
    if (this.#unsent === null) this.#transmit(packet)
    else this.#unsent.push(packet)
    return {
      cancel: () => {
        this.#waiting.delete(id)
        this.#closeIfDone()
      },
    }
  }

  /** Takes no more queries; closes when those under way have ended. */
  retire(): void {
    if (this.#state === 'open') this.#state = 'retired'
    this.#closeIfDone()
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#waiting.clear()
    this.#socket.close()
  }

  #flush(): void {
    const unsent = this.#unsent ?? []
    this.#unsent = null
    if (this.#state === 'closed') return
    for (const packet of unsent) this.#transmit(packet)
  }

  /** The kernel tells "nobody listens" to whichever comes first, the next receive or the next send. */
  #transmit(packet: Uint8Array): void {
    this.#socket.send(packet, (error) => {
      if (error !== null) this.#fail()
    })
  }

  #receive(message: Uint8Array): void {
    const waiting = message.length < HEADER_OCTETS ? undefined : this.#waiting.get(u16(message, 0))
    if (waiting === undefined || !isReplyTo(message, waiting.query)) {
      // Late after a cancel, or forged. Go on waiting: the true one may still come.
      this.#onMismatch()
      return
    }
    this.#waiting.delete(u16(message, 0))
    waiting.listener(replyOf(message))
    this.#closeIfDone()
  }

  #fail(): void {
    if (this.#state === 'closed') return
    const all = [...this.#waiting.values()]
    this.close()
    for (const { listener } of all) listener({ kind: 'failed' })
  }

  #closeIfDone(): void {
    if (this.#state === 'retired' && this.#waiting.size === 0) this.close()
  }
}

/**
 * A response, of opcode 0, to exactly our question. A server that can't read EDNS may leave the question
 * out of its FORMERR or NOTIMP (RFC 6891 section 7): that is a reply too, if no more than a refusal.
 */
export function isReplyTo(message: Uint8Array, query: UpstreamQuery): boolean {
  if (message.length < HEADER_OCTETS || (u16(message, 2) & 0xf800) !== 0x8000) return false
  if (u16(message, 4) === 0) return ((message[3] ?? 0) & 0x0f) !== 0
  return repeatsQuestion(message, query.bytes, query.questionEnd)
}

function replyOf(message: Uint8Array): Reply {
  return ((message[2] ?? 0) & 0x02) !== 0 ? { kind: 'truncated' } : { kind: 'answer', message }
}

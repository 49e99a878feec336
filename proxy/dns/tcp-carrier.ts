import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import type { Carrier, Exchange, Reply } from './exchange.ts'
import { MessageReader, framed } from './message-framing.ts'
import { freshId } from './query-ids.ts'
import { isReplyTo } from './udp-carrier.ts'
import type { UpstreamAddress } from './upstream-address.ts'
import type { UpstreamQuery } from './wire/upstream-query.ts'
import { HEADER_OCTETS, MAX_MESSAGE_OCTETS } from './wire/numbers.ts'
import { u16 } from './wire/question.ts'

/**
 * Forwarding over TCP: one connection, kept while it is used, with the queries pipelined and the answers
 * in any order (RFC 7766 section 6.2). A query that meets a connection which the upstream was just closing
 * is put once more on a new one, because that race is nobody's fault.
 */
export function tcpCarrier(upstream: UpstreamAddress): Carrier {
  let line: TcpLine | undefined
  return {
    send(query, listener): Exchange {
      if (line?.isUsable !== true) line = new TcpLine(upstream)
      const wasUsed = line.hasAnswered
      let exchange = line.send(query, (reply) => {
        if (reply.kind !== 'failed' || !wasUsed) {
          listener(reply)
          return
        }
        if (line?.isUsable !== true) line = new TcpLine(upstream)
        exchange = line.send(query, listener)
      })
      return {
        cancel: () => {
          exchange.cancel()
        },
      }
    },
    close(): void {
      line?.close()
      line = undefined
    },
  }
}

/** Shorter than the ten seconds most resolvers keep an idle client, so that we are the one who closes. */
const IDLE_MS = 5000

interface Waiting {
  readonly query: UpstreamQuery
  readonly listener: (reply: Reply) => void
}

class TcpLine {
  readonly #socket: Socket
  readonly #reader = new MessageReader(MAX_MESSAGE_OCTETS)
  readonly #waiting = new Map<number, Waiting>()
  hasAnswered = false
  isUsable = true

  constructor(upstream: UpstreamAddress) {
    this.#socket = createConnection({ host: upstream.host, port: upstream.port, noDelay: true })
    this.#socket.setTimeout(IDLE_MS)
    this.#socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk, (message) => {
        this.#receive(message)
      })
    })
    this.#socket.on('timeout', () => this.#socket.destroy())
    // The upstream said that it will send no more: what still waits must go elsewhere.
    this.#socket.on('end', () => this.#socket.destroy())
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.on('close', () => {
      this.#fail()
    })
  }

  send(query: UpstreamQuery, listener: (reply: Reply) => void): Exchange {
    const id = freshId(this.#waiting)
    const packet = framed(query.bytes)
    packet[2] = id >>> 8
    packet[3] = id
    this.#waiting.set(id, { query, listener })
    this.#socket.write(packet)
    return { cancel: () => this.#waiting.delete(id) }
  }

  close(): void {
    this.isUsable = false
    this.#waiting.clear()
    this.#socket.destroy()
  }

  #receive(message: Uint8Array): void {
    const id = message.length < HEADER_OCTETS ? -1 : u16(message, 0)
    const waiting = this.#waiting.get(id)
    if (waiting === undefined || !isReplyTo(message, waiting.query)) return
    this.hasAnswered = true
    this.#waiting.delete(id)
    waiting.listener({ kind: 'answer', message })
  }

  #fail(): void {
    this.isUsable = false
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { listener } of all) listener({ kind: 'failed' })
  }
}

import type { OutgoingHttpHeaders } from 'node:http'
import type { DnsLog } from '../listener.ts'
import { ANSWER_ROOM_OCTETS, LATER, type Resolver } from '../resolver.ts'
import { leastTtl } from '../wire/least-ttl.ts'
import { HEADER_OCTETS, RCODE_FORMERR } from '../wire/numbers.ts'
import { asksForPadding, padAnswer } from '../wire/padding.ts'
import type { DohClient } from './doh-clients.ts'
import type { DohCounts, DohOutcome } from './doh-counts.ts'
import type { DohExchange } from './doh-exchange.ts'
import { MAX_QUERY_OCTETS, MAX_WAITING } from './doh-limits.ts'
import { DNS_MESSAGE, readDohRequest, type RefusedStatus } from './doh-request.ts'
import { GuessBook } from './guess-book.ts'

/** Who asks: a source for the resolver, or why there is none. */
export type DohAsker =
  | { readonly kind: 'known'; readonly source: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked' }

export interface DohServerParts {
  readonly resolver: Resolver
  /** By the address of the connection, and the token of the path, which is null for everybody's. */
  readonly askerOf: (address: string, token: string | null) => DohAsker
  readonly counts: DohCounts
  readonly log: DnsLog
}

const WHY: Readonly<Record<RefusedStatus, readonly [outcome: DohOutcome, sentence: string]>> = {
  400: ['bad_request', 'no DNS query: `?dns=` in base64url, or a body that is one (RFC 8484)'],
  404: ['not_found', 'nothing is answered here'],
  405: ['method', 'DNS queries come by GET or POST'],
  408: ['timeout', 'the query took too long to come'],
  413: ['too_large', `a query has at most ${MAX_QUERY_OCTETS} octets`],
  414: ['too_large', `a query has at most ${MAX_QUERY_OCTETS} octets`],
  415: ['media_type', `a query is of type ${DNS_MESSAGE}`],
  429: ['too_many', 'too many queries at once, or unknown addresses: try again later'],
}

/**
 * DNS over HTTPS (RFC 8484), between request and response; `listen-doh.ts` has the sockets. A query goes the same
 * way as over any other transport, so that it is judged the same.
 */
export class DohServer {
  readonly #parts: DohServerParts
  readonly #guesses = new GuessBook()

  constructor(parts: DohServerParts) {
    this.#parts = parts
  }

  /** Never throws: what goes wrong with one request is answered, and counted. */
  serve(client: DohClient, exchange: DohExchange): void {
    exchange.onSent(() => {
      client.lastSent = performance.now()
    })
    const request = readDohRequest(exchange.head)
    if (request.kind === 'refused' && request.status === 404) {
      this.refuse(exchange, 404)
      return
    }
    // Whoever has no token learns nothing from how the rest of the request is answered.
    const asker = this.#parts.askerOf(client.address, request.token)
    if (asker.kind !== 'known') this.#refuseToken(client, exchange, asker.kind)
    else if (request.kind === 'refused') this.refuse(exchange, request.status)
    else if (request.kind === 'query') this.#answer(client, exchange, asker.source, request.query)
    else this.#takeBody(client, exchange, asker.source)
  }

  refuse(exchange: DohExchange, status: RefusedStatus, outcome?: DohOutcome): void {
    const [usual, sentence] = WHY[status]
    this.#parts.counts.count(outcome ?? usual)
    const body = Buffer.from(`${sentence}\n`)
    exchange.respond(status, { ...PLAIN, ...MORE[status], 'content-length': body.length }, body)
  }

  /** The same for both, or a token that was given up could be told from one that never was. */
  #refuseToken(client: DohClient, exchange: DohExchange, kind: 'unknown' | 'revoked'): void {
    const isTold = this.#guesses.count(client.address, performance.now())
    this.refuse(exchange, isTold ? 404 : 429, `${kind}_token`)
  }

  #takeBody(client: DohClient, exchange: DohExchange, source: string): void {
    client.coming.set(exchange, performance.now())
    exchange.onClose(() => client.coming.delete(exchange))
    exchange.readBody(MAX_QUERY_OCTETS, (body) => {
      client.coming.delete(exchange)
      if (body === null) this.refuse(exchange, 413)
      else this.#answer(client, exchange, source, body)
    })
  }

  #answer(client: DohClient, exchange: DohExchange, source: string, query: Uint8Array): void {
    const { resolver } = this.#parts
    try {
      const octets = resolver.answerNow(query, source, scratch)
      if (octets !== LATER) this.#send(exchange, query, octets)
      else if (client.waiting >= MAX_WAITING) this.refuse(exchange, 429)
      else void this.#answerLater(client, exchange, source, query)
    } catch (error) {
      this.#answerFault(exchange, query, error)
    }
  }

  async #answerLater(
    client: DohClient,
    exchange: DohExchange,
    source: string,
    query: Uint8Array,
  ): Promise<void> {
    client.waiting += 1
    try {
      const answer = await this.#parts.resolver.answerLater(query, source)
      scratch.set(answer)
      this.#send(exchange, query, answer.length)
    } catch (error) {
      this.#answerFault(exchange, query, error)
    }
    client.waiting -= 1
  }

  /** What is in `scratch`; what was no query that anybody could read has no answer in DNS, and gets HTTP's. */
  #send(exchange: DohExchange, query: Uint8Array, octets: number): void {
    const isUnread = octets === HEADER_OCTETS && ((scratch[3] ?? 0) & 0x0f) === RCODE_FORMERR
    if (octets === 0 || isUnread) {
      this.refuse(exchange, 400)
      return
    }
    const maxAge = leastTtl(scratch.subarray(0, octets))
    const length = asksForPadding(query) ? padAnswer(scratch, octets) : octets
    this.#parts.counts.count('answered')
    // A copy: it is sent after the next query has been answered in the same room.
    exchange.respond(200, headersOf(length, maxAge), Buffer.from(scratch.subarray(0, length)))
  }

  /** One query met a bug of ours: its client hears so, and the connection goes on. */
  #answerFault(exchange: DohExchange, query: Uint8Array, error: unknown): void {
    const { log, counts, resolver } = this.#parts
    log.error({ err: error }, 'a dns query over https was answered with servfail')
    counts.count('fault')
    const octets = resolver.answerFault(query, scratch)
    exchange.respond(200, headersOf(octets, 0), Buffer.from(scratch.subarray(0, octets)))
  }
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

const MORE: Readonly<Partial<Record<RefusedStatus, OutgoingHttpHeaders>>> = {
  405: { allow: 'GET, POST' },
  429: { 'retry-after': '60' },
}

/** `private`: an answer is this device's, at this moment, and no shared cache's (RFC 8484 section 5.1 bounds its age). */
function headersOf(octets: number, maxAge: number): OutgoingHttpHeaders {
  return {
    'content-type': DNS_MESSAGE,
    'content-length': octets,
    'cache-control': `private, max-age=${maxAge}`,
  }
}

/** Answers are copied before they are sent, so all connections may share it. */
const scratch = new Uint8Array(ANSWER_ROOM_OCTETS)

import { observe } from '../metrics/meter.ts'
import type { Cell, HistogramCell, Meter } from '../metrics/meter.ts'
import type { Carrier, Exchange, Reply } from './exchange.ts'
import { tcpCarrier } from './tcp-carrier.ts'
import { udpCarrier } from './udp-carrier.ts'
import type { UpstreamAddress } from './upstream-address.ts'
import type { UpstreamQuery } from './wire/upstream-query.ts'
import { RCODE_NOERROR, RCODE_NXDOMAIN, RCODE_YXDOMAIN } from './wire/numbers.ts'

/** What all upstreams together made of a query; `silent` nobody answered in time, `unreachable` the network refused. */
export type Forwarded =
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable' }

/**
 * How long a try may keep the query to itself before the next upstream is asked too. A resolver with
 * the answer at hand takes a few ms, one that has to walk from the root some hundred.
 */
const PATIENCE_MS = 800
/** Stub resolvers give up after five seconds (resolv.conf(5)); an answer later than that answers nobody. */
const DEADLINE_MS = 4500
/** Times each upstream is asked: a packet may get lost, two in a row mean more than that. */
const ROUNDS = 2
/** How long a silent upstream is asked last before one query tries it first again. */
const SICK_MS = 10_000

/**
 * Puts queries to the configured resolvers. Tries overlap: when an upstream says nothing for
 * `PATIENCE_MS` the next is asked as well, and the first good answer wins, so that a slow resolver costs
 * patience and never the answer. An upstream that was silent or refused is asked last for `SICK_MS`.
 */
export class Upstreams {
  readonly #all: readonly Upstream[]
  readonly #underWay = new Set<Attempt>()

  constructor(addresses: readonly UpstreamAddress[], meter: Meter) {
    this.#all = addresses.map((address) => new Upstream(address, meter))
  }

  /** Never rejects; ends within `DEADLINE_MS`. After `close` it never ends. */
  ask(query: UpstreamQuery): Promise<Forwarded> {
    return new Promise((resolve) => {
      const order = this.#inOrder()
      const rounds = Array.from({ length: ROUNDS }, () => order).flat()
      const attempt = new Attempt(query, rounds, (outcome) => {
        this.#underWay.delete(attempt)
        resolve(outcome)
      })
      this.#underWay.add(attempt)
      attempt.start()
    })
  }

  close(): void {
    for (const attempt of this.#underWay) attempt.abandon()
    this.#underWay.clear()
    for (const upstream of this.#all) upstream.close()
  }

  /** As configured, but the sick last. One that has been sick long enough is tried first, by one query. */
  #inOrder(): readonly Upstream[] {
    const now = performance.now()
    const well = this.#all.filter((upstream) => upstream.takeWell(now))
    if (well.length === this.#all.length) return this.#all
    return [...well, ...this.#all.filter((upstream) => !well.includes(upstream))]
  }
}

/** The Prometheus buckets of one resolver's answers, in seconds. */
const LATENCY_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

class Upstream {
  readonly #udp: Carrier | undefined
  readonly #tcp: Carrier
  readonly #latency: HistogramCell
  readonly #results: Readonly<Record<Result, Cell>>
  #sickUntil = 0

  constructor(address: UpstreamAddress, meter: Meter) {
    const upstream = address.label
    const cellOf = (result: Result): Cell =>
      meter.counter('schoolgate_upstream_queries_total', { upstream, result })
    this.#results = {
      answered: cellOf('answered'),
      refused: cellOf('refused'),
      truncated: cellOf('truncated'),
      timeout: cellOf('timeout'),
      failed: cellOf('failed'),
      mismatch: cellOf('mismatch'),
    }
    this.#latency = meter.histogram(
      'schoolgate_upstream_latency_seconds',
      { upstream },
      LATENCY_BUCKETS,
    )
    this.#tcp = tcpCarrier(address)
    this.#udp =
      address.transport === 'udp'
        ? udpCarrier(address, () => {
            this.count('mismatch')
          })
        : undefined
  }

  /** By UDP where configured; by TCP otherwise, and for the whole of a truncated answer. */
  send(query: UpstreamQuery, whole: 'whole' | 'any', listener: (reply: Reply) => void): Exchange {
    const carrier = whole === 'whole' ? this.#tcp : (this.#udp ?? this.#tcp)
    return carrier.send(query, listener)
  }

  count(result: Result): void {
    this.#results[result].n += 1
  }

  answeredAfter(ms: number): void {
    observe(this.#latency, ms / 1000)
    this.#sickUntil = 0
  }

  fellSick(): void {
    this.#sickUntil = performance.now() + SICK_MS
  }

  /** True for the well; and once per `SICK_MS` for a sick one, so that one query finds out and not all. */
  takeWell(now: number): boolean {
    if (this.#sickUntil === 0) return true
    if (now < this.#sickUntil) return false
    this.#sickUntil = now + SICK_MS
    return true
  }

  close(): void {
    this.#udp?.close()
    this.#tcp.close()
  }
}

type Result = 'answered' | 'refused' | 'truncated' | 'timeout' | 'failed' | 'mismatch'

/** One query on its way through the upstreams. */
class Attempt {
  readonly #query: UpstreamQuery
  readonly #rounds: readonly Upstream[]
  readonly #settle: (outcome: Forwarded) => void
  readonly #exchanges: Exchange[] = []
  readonly #deadline: NodeJS.Timeout
  #patience: NodeJS.Timeout | undefined
  #next = 0
  #pending = 0
  /** The best of the bad: an error rcode is an answer if nobody has a better one. */
  #refusal: Uint8Array | undefined
  #heardNothing = false
  #isOver = false

  constructor(
    query: UpstreamQuery,
    rounds: readonly Upstream[],
    settle: (outcome: Forwarded) => void,
  ) {
    this.#query = query
    this.#rounds = rounds
    this.#settle = settle
    this.#deadline = setTimeout(() => {
      this.#heardNothing = true
      this.#giveUp()
    }, DEADLINE_MS)
  }

  start(): void {
    clearTimeout(this.#patience)
    const upstream = this.#rounds[this.#next]
    if (upstream === undefined) {
      if (this.#pending === 0) this.#giveUp()
      return
    }
    this.#next += 1
    this.#pending += 1
    this.#send(upstream, 'any')
    this.#patience = setTimeout(() => {
      this.#heardNothing = true
      upstream.count('timeout')
      upstream.fellSick()
      this.start()
    }, PATIENCE_MS)
  }

  abandon(): void {
    this.#isOver = true
    clearTimeout(this.#patience)
    clearTimeout(this.#deadline)
    for (const exchange of this.#exchanges) exchange.cancel()
  }

  #send(upstream: Upstream, whole: 'whole' | 'any'): void {
    const sentAt = performance.now()
    const exchange = upstream.send(this.#query, whole, (reply) => {
      if (!this.#isOver) this.#receive(upstream, reply, performance.now() - sentAt)
    })
    this.#exchanges.push(exchange)
  }

  #receive(upstream: Upstream, reply: Reply, tookMs: number): void {
    switch (reply.kind) {
      case 'truncated':
        upstream.count('truncated')
        this.#send(upstream, 'whole')
        return
      case 'failed':
        upstream.count('failed')
        upstream.fellSick()
        this.#fail()
        return
      case 'answer':
        upstream.answeredAfter(tookMs)
        this.#judge(upstream, reply.message)
    }
  }

  #judge(upstream: Upstream, message: Uint8Array): void {
    if (isConclusive(message)) {
      upstream.count('answered')
      this.#finish({ kind: 'answer', message })
      return
    }
    upstream.count('refused')
    this.#refusal ??= message
    this.#fail()
  }

  /** This try is over: ask the next at once, or, with no next and nobody left to hear from, give up. */
  #fail(): void {
    this.#pending -= 1
    // A second round would only hear the same words again: it is for packets that were lost.
    if (this.#refusal !== undefined && this.#next >= this.#rounds.length / ROUNDS) {
      if (this.#pending === 0) this.#giveUp()
      return
    }
    this.start()
  }

  #giveUp(): void {
    if (this.#refusal !== undefined) this.#finish({ kind: 'answer', message: this.#refusal })
    else this.#finish({ kind: this.#heardNothing ? 'silent' : 'unreachable' })
  }

  #finish(outcome: Forwarded): void {
    this.abandon()
    this.#settle(outcome)
  }
}

/** Of these three another upstream would say the same; anything else may be its own trouble. */
export function isConclusiveRcode(rcode: number): boolean {
  return rcode === RCODE_NOERROR || rcode === RCODE_NXDOMAIN || rcode === RCODE_YXDOMAIN
}

/** As `isConclusiveRcode`, for a whole message. */
export function isConclusive(message: Uint8Array): boolean {
  return isConclusiveRcode((message[3] ?? 0) & 0x0f)
}

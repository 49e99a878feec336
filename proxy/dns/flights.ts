import type { Cell, Meter } from '../metrics/meter.ts'
import { STALE_SECONDS } from './answer-cache.ts'
import type { IsRefusal } from './chained-filter.ts'
import type { AnswerCache } from './answer-cache.ts'
import { isConclusive, isConclusiveRcode } from './upstreams.ts'
import type { Forwarded, Upstreams } from './upstreams.ts'
import { LOWER } from './wire/names.ts'
import {
  EDE_BLOCKED,
  EDE_NETWORK_ERROR,
  EDE_NONE,
  EDE_NOT_READY,
  EDE_NO_REACHABLE_AUTHORITY,
  HEADER_OCTETS,
  RCODE_NOERROR,
  RCODE_SERVFAIL,
} from './wire/numbers.ts'
import { packAnswer, packFailure, packedRcode } from './wire/packed-answer.ts'
import type { PackedAnswer } from './wire/packed-answer.ts'
import type { Question } from './wire/question.ts'
import { upstreamQuery, type UpstreamQuery } from './wire/upstream-query.ts'

/** What a flight brings home; `fixedTtl` is -1 unless the answer is stale. */
export interface Landing {
  readonly packed: PackedAnswer
  readonly fixedTtl: number
}

/**
 * Questions on their way to the upstreams. Equal ones (name, type, DO, CD) share a flight, so that a
 * class of thirty that opens one page asks once; what comes home goes into the cache.
 */
export class Flights {
  readonly #upstreams: Pick<Upstreams, 'ask'>
  readonly #cache: AnswerCache
  /** Seconds on the gate's clock, the one the cache counts by. */
  readonly #seconds: () => number
  readonly #isRefusal: IsRefusal | null
  readonly #underWay = new Map<string, Flight>()
  readonly #turnedAway: Cell
  readonly #stale: Cell
  #waiting = 0

  constructor(
    deps: {
      readonly upstreams: Pick<Upstreams, 'ask'>
      readonly cache: AnswerCache
      readonly meter: Meter
      /** Where the upstreams are a filter; what it refuses is packed as `EDE_BLOCKED`. */
      readonly isRefusal?: IsRefusal
    },
    seconds: () => number,
  ) {
    this.#upstreams = deps.upstreams
    this.#cache = deps.cache
    this.#seconds = seconds
    this.#isRefusal = deps.isRefusal ?? null
    this.#turnedAway = deps.meter.counter('schoolgate_dns_turned_away_total')
    this.#stale = deps.meter.counter('schoolgate_dns_stale_answers_total')
  }

  /** Never rejects. `query` is kept until the flight lands, so it must not be overwritten meanwhile. */
  async ask(query: Uint8Array, question: Question): Promise<Landing> {
    const key = keyOf(query, question)
    const shared = this.#underWay.get(key)
    if (
      this.#waiting >= MAX_WAITING ||
      (shared === undefined && this.#underWay.size >= MAX_FLIGHTS)
    ) {
      this.#turnedAway.n += 1
      return TURNED_AWAY
    }
    this.#waiting += 1
    try {
      return await (shared ?? this.#takeOff(key, { query, question }))
    } finally {
      this.#waiting -= 1
    }
  }

  #takeOff(key: string, asked: Asked): Flight {
    const flight = this.#fly(asked).finally(() => {
      this.#underWay.delete(key)
    })
    const landing = this.#orStale(flight, asked)
    this.#underWay.set(key, landing)
    return landing
  }

  async #fly(asked: Asked): Promise<Landing> {
    const query = upstreamQuery(asked.query, asked.question)
    const forwarded = await this.#upstreams.ask(query)
    const packed = this.#refusalOf(forwarded, query) ?? packForwarded(forwarded, query.questionEnd)
    if (!isConclusiveRcode(packedRcode(packed, 0))) {
      // Kept in place of the failure: RFC 8767 section 4 prefers an old answer to none.
      const stale = this.#takeStale(asked)
      if (stale !== undefined) return stale
    }
    this.#cache.put(asked.query, asked.question, packed, this.#seconds())
    return { packed, fixedTtl: -1 }
  }

  #refusalOf(forwarded: Forwarded, { questionEnd }: UpstreamQuery): PackedAnswer | null {
    if (forwarded.kind !== 'answer' || this.#isRefusal === null) return null
    if (!this.#isRefusal(forwarded.message, questionEnd)) return null
    return packFailure(RCODE_NOERROR, EDE_BLOCKED, REFUSAL_SECONDS)
  }

  /** A client hears the stale answer when the upstreams are slow; the flight goes on and fills the cache. */
  #orStale(flight: Flight, asked: Asked): Flight {
    if (!this.#cache.hasStale(asked.query, asked.question, this.#seconds())) return flight
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const stale = this.#takeStale(asked)
        if (stale !== undefined) resolve(stale)
      }, STALE_AFTER_MS)
      flight.then(resolve, reject).finally(() => {
        clearTimeout(timer)
      })
    })
  }

  #takeStale(asked: Asked): Landing | undefined {
    const now = this.#seconds()
    const packed = this.#cache.holdStale(asked.query, asked.question, now)
    if (packed === undefined) return undefined
    this.#stale.n += 1
    return { packed, fixedTtl: STALE_SECONDS }
  }
}

type Flight = Promise<Landing>

interface Asked {
  readonly query: Uint8Array
  readonly question: Question
}

/** Different questions under way at once: a school's burst after the bell is some hundred. */
const MAX_FLIGHTS = 4096
/** Clients that wait for them, all told; each holds its packet and a promise. */
const MAX_WAITING = 16_384
/** RFC 8767 section 5: the client response timer. */
const STALE_AFTER_MS = 1800
/** RFC 9520 section 3.2: remember a failure for a second at least; five spare a dead upstream most retries. */
const FAILURE_SECONDS = 5

/** What the other filter refuses now it may let through after somebody's change there. */
const REFUSAL_SECONDS = 60

const TURNED_AWAY: Landing = {
  packed: packFailure(RCODE_SERVFAIL, EDE_NOT_READY, 0),
  fixedTtl: -1,
}

/** Garbage counts as a failure of the network: whoever sent it, it was not a DNS answer. */
function packForwarded(forwarded: Forwarded, questionEnd: number): PackedAnswer {
  if (forwarded.kind === 'silent') return failure(RCODE_SERVFAIL, EDE_NO_REACHABLE_AUTHORITY)
  if (forwarded.kind === 'unreachable') return failure(RCODE_SERVFAIL, EDE_NETWORK_ERROR)
  const { message } = forwarded
  if (!isConclusive(message)) return failure((message[3] ?? 0) & 0x0f, EDE_NONE)
  return packAnswer(message, questionEnd) ?? failure(RCODE_SERVFAIL, EDE_NETWORK_ERROR)
}

function failure(rcode: number, extendedError: number): PackedAnswer {
  return packFailure(rcode, extendedError, FAILURE_SECONDS)
}

function keyOf(query: Uint8Array, question: Question): string {
  let key = String.fromCharCode(
    question.type,
    (question.dnssecOk ? 1 : 0) | (question.checkingDisabled ? 2 : 0),
  )
  for (let i = HEADER_OCTETS; i < question.nameEnd; i += 1) {
    key += String.fromCharCode(LOWER[query[i] ?? 0] ?? 0)
  }
  return key
}

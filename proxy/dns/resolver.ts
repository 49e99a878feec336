import type { AttemptKind } from '../../records/attempt.ts'
import type { Decider } from '../../rules/decider.ts'
import { isObserved } from '../../rules/verdict.ts'
import type { Ruling } from '../../rules/verdict.ts'
import type { Cell } from '../metrics/meter.ts'
import type { Plane, Subject } from '../plane.ts'
import { STALE_SECONDS } from './answer-cache.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { Flights, Landing } from './flights.ts'
import { isCanary, isProbe } from './canary-names.ts'
import type { RelayedClients } from './relayed-clients.ts'
import type { OwnQuery } from './own-query.ts'
import { PlacedTargets } from './placed-targets.ts'
import { QueryCounts } from './query-counts.ts'
import type { DnsTransport } from './query-counts.ts'
import { WordsOfRulings } from './ruling-words.ts'
import { SafeHosts } from './safe-hosts.ts'
import type { SafeHost } from './safe-hosts.ts'
import {
  CLASS_IN,
  EDE_BLOCKED,
  EDE_NONE,
  HEADER_OCTETS,
  MAX_MESSAGE_OCTETS,
  RCODE_FORMERR,
  RCODE_NOERROR,
  RCODE_NOTIMP,
  RCODE_NXDOMAIN,
  RCODE_REFUSED,
  RCODE_SERVFAIL,
  TYPE_A,
  TYPE_AAAA,
  TYPE_ANY,
  TYPE_CNAME,
  TYPE_HTTPS,
  TYPE_SVCB,
} from './wire/numbers.ts'
import { packFailure } from './wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from './wire/question.ts'
import type { Question, Reading } from './wire/question.ts'
import {
  writeBadVersion,
  writeError,
  writeHeaderOnly,
  writeMinimalAny,
  writeRefusal,
} from './wire/refusals.ts'
import { SafeAnswerWriter } from './wire/safe-answer.ts'
import { udpLimit, wordless, writePacked } from './wire/write-answer.ts'

/** What `answerNow` gives instead of octets: send nothing, or ask `answerLater`. */
export const NO_ANSWER = 0
export const LATER = -1

export interface ResolverDeps {
  readonly plane: Plane
  readonly cache: AnswerCache
  readonly flights: Pick<Flights, 'ask'>
  /** The filter that chained zones ask in place of the upstreams, with a cache of its own. */
  readonly chain?: ChainedSource | null
  /** Seconds; no answer of ours is remembered longer, so that a change of policy is felt. */
  readonly maxTtl: number
  /** IPv4 address of the block page, four octets. */
  readonly blockPage: Uint8Array
  /** Who may say whose question it is; absent: nobody. */
  readonly relayedBy?: RelayedClients
}

/** Where the names of chained zones are asked. */
export interface ChainedSource {
  readonly name: string
  readonly cache: AnswerCache
  readonly flights: Pick<Flights, 'ask'>
}

/**
 * The life of a query between packet and packet, for one transport; listeners do the I/O.
 *
 * `answerNow` gives what needs no waiting: refusals, blocked names, cache hits. It allocates nothing of
 * its own, which is why its arguments live in fields that are filled again for each packet.
 * INVARIANT: those fields mean nothing across an `await`; `answerLater` fills them anew after it.
 */
export class Resolver {
  readonly #deps: ResolverDeps
  readonly #transport: DnsTransport
  /** Listeners add what they see and the resolver can't. */
  readonly counts: QueryCounts
  readonly #hits: Cell
  readonly #misses: Cell
  readonly #question: Question = emptyQuestion()
  readonly #asked = { query: NO_OCTETS, question: this.#question, limit: 0 }
  readonly #name = { bytes: NO_OCTETS, offset: HEADER_OCTETS, at: 0 }
  readonly #place = { bytes: NO_OCTETS, at: 0 }
  readonly #own: OwnQuery = { query: NO_OCTETS, question: this.#question }
  #safe: SafeHost | null = null
  readonly #safeHosts = new SafeHosts()
  readonly #safeWriter = new SafeAnswerWriter()
  readonly #safeAnswer = { name: NO_OCTETS, place: this.#place }
  readonly #targets = new PlacedTargets()
  readonly #ttl = { age: 0, cap: 0, fixed: -1 }
  readonly #scratch = new Uint8Array(ANSWER_ROOM_OCTETS)
  readonly #refusal = {
    rcode: RCODE_NOERROR,
    ttl: 0,
    page: null as Uint8Array | null,
    extended: wordless(EDE_NONE),
  }
  readonly #words = new WordsOfRulings()

  constructor(deps: ResolverDeps, transport: DnsTransport) {
    const { meter } = deps.plane
    this.#deps = deps
    this.#transport = transport
    this.counts = new QueryCounts(meter, transport)
    this.#hits = meter.counter('schoolgate_dns_cache_hits_total')
    this.#misses = meter.counter('schoolgate_dns_cache_misses_total')
  }

  /**
   * Octets of the answer in `into` (which has `ANSWER_ROOM_OCTETS`), `NO_ANSWER` or
   * `LATER`. The order of the questions is the behaviour:
   *
   * 1. Read. What is not a query gets an error, or nothing; it has no name that could be decided.
   * 2. Refuse what we answer to nobody (class, zone transfer): it must not reach policy, which knows
   *    names of class IN only, nor an upstream.
   * 3. Canaries, before policy: any address, be it the block page's, tells the browser to bypass us.
   * 4. Who asks, then the decision; above the cache, because the same name is open to a teacher and
   *    closed to a pupil, and an answer at hand must never skip the question.
   * 5. Blocked: recorded and answered. ANY, once allowed, gets RFC 8482's minimum.
   * 6. What is open in a safe mode only: its safe host is asked for in its place, in the same cache.
   * 7. The cache, and the targets of what it holds: an alias is judged anew for each asker.
   */
  answerNow(query: Uint8Array, address: string, into: Uint8Array): number {
    const octets = this.#answer(query, address, into)
    if (octets > 0) this.counts.answeredNow()
    return octets
  }

  #answer(query: Uint8Array, address: string, into: Uint8Array): number {
    const reading = readQuestion(query, this.#question)
    const settled = this.#settleUndecidable(query, reading, into)
    if (settled >= 0) return settled
    const { plane } = this.#deps
    const now = plane.now()
    if (this.#question.namesClient) this.#deps.relayedBy?.count(query, this.#question, address)
    const subject = plane.subjectAt(this.#clientOf(query, this.#question, address))
    const engine = plane.engine()
    const ruling = engine.decideWire(subject.stance, query, HEADER_OCTETS)
    this.#setTimes(subject, now)
    if (ruling.action === 'block') return this.#block(engine, subject, ruling, into)
    if (ruling.openedBy !== 'systems') plane.letThrough?.note(subject, query, HEADER_OCTETS)
    if (this.#question.type === TYPE_ANY) return this.#answerAny(engine, subject, ruling, into)
    this.#safe = this.#safeHostOf(ruling)
    const wanted = this.#safe === null ? this.#own : this.#safe.queryOf(this.#question.type)
    const { cache } = this.#sourceFor(subject, ruling)
    if (!this.#placeCached(wanted, cache, now / 1000)) return LATER
    return this.#answerPlaced(engine, subject, ruling, into)
  }

  /**
   * The answer to a query that `answerNow` put off. `query` is kept until then. What the upstream says is
   * judged by the engine and the subject of the moment in which it arrives: a policy that changed
   * meanwhile is in force for it, and where that wants another host's addresses, they are asked for.
   * The array is the caller's to keep.
   */
  async answerLater(query: Uint8Array, from: string): Promise<Uint8Array> {
    const started = performance.now()
    this.#misses.n += 1
    const own = { query, question: emptyQuestion() }
    readQuestion(query, own.question)
    const address = this.#clientOf(query, own.question, from)
    let octets = LATER
    for (let asks = 0; octets === LATER && asks < MAX_ASKS; asks += 1) {
      this.#enter(query)
      const { plane } = this.#deps
      const subject = plane.subjectAt(address)
      const ruling = plane.engine().decideWire(subject.stance, query, HEADER_OCTETS)
      const safe = this.#safeHostOf(ruling)
      const { flights } = this.#sourceFor(subject, ruling)
      const wanted = safe === null ? own : safe.queryOf(own.question.type)
      const landing = wanted === null ? NOTHING : await flights.ask(wanted.query, wanted.question)
      octets = this.#answerLanded(query, address, { landing, safe })
    }
    if (octets === LATER) octets = this.answerFault(query, this.#scratch)
    this.counts.answeredAfter((performance.now() - started) / 1000)
    return this.#scratch.slice(0, octets)
  }

  /** `LATER` where another host's addresses are due by now than those that landed. */
  #answerLanded(
    query: Uint8Array,
    address: string,
    { landing, safe }: { readonly landing: Landing; readonly safe: SafeHost | null },
  ): number {
    const { plane } = this.#deps
    this.#enter(query)
    const subject = plane.subjectAt(address)
    const engine = plane.engine()
    const ruling = engine.decideWire(subject.stance, query, HEADER_OCTETS)
    this.#setTimes(subject, plane.now())
    if (ruling.action === 'block') return this.#block(engine, subject, ruling, this.#scratch)
    this.#safe = this.#safeHostOf(ruling)
    if (this.#safe !== safe) return LATER
    this.#place.bytes = landing.packed
    this.#place.at = 0
    this.#ttl.age = 0
    this.#ttl.fixed = landing.fixedTtl
    return this.#answerPlaced(engine, subject, ruling, this.#scratch)
  }

  /** Whose question it is: whoever sent it, unless a trusted relay names somebody. */
  #clientOf(query: Uint8Array, question: Question, from: string): string {
    const { relayedBy } = this.#deps
    return question.namesClient && relayedBy ? relayedBy.clientOf(query, question, from) : from
  }

  #enter(query: Uint8Array): void {
    readQuestion(query, this.#question)
    this.#setAsked(query)
  }

  /** The answer when our own code threw over this query: SERVFAIL, counted; never throws itself. */
  answerFault(query: Uint8Array, into: Uint8Array): number {
    this.counts.faults.n += 1
    return query.length < HEADER_OCTETS ? NO_ANSWER : writeHeaderOnly(query, RCODE_SERVFAIL, into)
  }

  #settleUndecidable(query: Uint8Array, reading: Reading, into: Uint8Array): number {
    if (reading !== 'query') return this.#answerUnread(query, reading, into)
    this.#setAsked(query)
    const { type } = this.#question
    if (this.#question.class !== CLASS_IN || isTransferOrMeta(type)) {
      this.counts.undecided('refused')
      return writeError(this.#asked, RCODE_REFUSED, EDE_NONE, into)
    }
    if (!isCanary(query, this.#question.nameEnd)) return LATER
    this.counts.undecided('bypass:canary')
    const refusal = this.#refusal
    refusal.rcode = RCODE_NXDOMAIN
    refusal.ttl = CANARY_TTL_SECONDS
    refusal.page = null
    refusal.extended = wordless(EDE_NONE)
    return writeRefusal(this.#asked, refusal, into)
  }

  #answerUnread(query: Uint8Array, reading: Exclude<Reading, 'query'>, into: Uint8Array): number {
    switch (reading) {
      case 'badvers':
        this.#setAsked(query)
        return writeBadVersion(this.#asked, into)
      case 'notimp':
        return writeHeaderOnly(query, RCODE_NOTIMP, into)
      case 'formerr':
        this.counts.malformed.n += 1
        return writeHeaderOnly(query, RCODE_FORMERR, into)
      case 'drop':
        this.counts.malformed.n += 1
        return NO_ANSWER
    }
  }

  /** The host that stands in for the name; null where its own answer is given. */
  #safeHostOf({ safeHost }: Ruling): SafeHost | null {
    if (safeHost === null || !leadsToHost(this.#question.type)) return null
    return this.#safeHosts.at(safeHost)
  }

  /** Puts what the cache has into `#place`; null asks for nothing. False when it must be fetched. */
  #placeCached(wanted: OwnQuery | null, cache: AnswerCache, seconds: number): boolean {
    if (wanted === null) {
      this.#place.bytes = NOTHING.packed
      this.#place.at = 0
      return true
    }
    const slot = cache.find(wanted.query, wanted.question, seconds)
    if (slot < 0) return false
    this.#hits.n += 1
    this.#place.bytes = cache.arena
    this.#place.at = cache.packedAt(slot)
    this.#ttl.age = cache.ageOf(slot, seconds)
    this.#ttl.fixed = cache.isStale(slot, seconds) ? STALE_SECONDS : -1
    return true
  }

  /** `#place` holds an answer for an allowed name, or for its safe host; the targets have the last word. */
  #answerPlaced(engine: Decider, subject: Subject, named: Ruling, into: Uint8Array): number {
    const ruling = this.#judgePlaced(engine, subject, named)
    if (ruling.action === 'block') return this.#block(engine, subject, ruling, into)
    this.#count(engine, subject, ruling)
    this.#noteObserved(subject, ruling)
    return this.#safe === null
      ? writePacked(this.#asked, this.#place, this.#ttl, into)
      : this.#writeSafe(this.#safe, into)
  }

  #judgePlaced(engine: Decider, subject: Subject, named: Ruling): Ruling {
    const { bytes, at } = this.#place
    const { chain } = this.#deps
    if (bytes[at + 1] === EDE_BLOCKED && chain)
      return engine.refusedUpstream(subject.stance, chain.name)
    const { stance } = subject
    const safe = this.#safe
    const ruling = safe === null ? named : engine.judgeTarget(stance, named, safe.name, 0)
    return this.#targets.judge(engine, stance, ruling, this.#place)
  }

  /**
   * The other filter is asked in place of the upstreams, or what it refuses would be answered after all.
   * Not for help lines: nobody's filter may close them.
   */
  #sourceFor(subject: Subject, ruling: Ruling): Pick<ChainedSource, 'cache' | 'flights'> {
    const isAsked = subject.chained === true && ruling.openedBy !== 'wellbeing'
    return isAsked ? (this.#deps.chain ?? this.#deps) : this.#deps
  }

  /**
   * HTTPS and SVCB records have no say here: with their hints, or another target, a client would pass by
   * the safe host. No data of that type makes it use the addresses (RFC 9460 section 3).
   */
  #writeSafe(safe: SafeHost, into: Uint8Array): number {
    const { type } = this.#question
    if (type === TYPE_HTTPS || type === TYPE_SVCB) {
      const refusal = this.#refusal
      refusal.rcode = RCODE_NOERROR
      refusal.ttl = this.#ttl.cap
      refusal.page = null
      refusal.extended = wordless(EDE_NONE)
      return writeRefusal(this.#asked, refusal, into)
    }
    this.#safeAnswer.name = safe.name
    return this.#safeWriter.write(this.#asked, this.#safeAnswer, this.#ttl, into)
  }

  #answerAny(engine: Decider, subject: Subject, ruling: Ruling, into: Uint8Array): number {
    this.#count(engine, subject, ruling)
    this.#noteObserved(subject, ruling)
    return writeMinimalAny(this.#asked, this.#ttl.cap, into)
  }

  #block(engine: Decider, subject: Subject, ruling: Ruling, into: Uint8Array): number {
    this.#count(engine, subject, ruling)
    const kind = attemptKindOf(this.#question.type)
    this.#deps.plane.recorder.lookup(subject, ruling, kind, this.#name)
    const refusal = this.#refusal
    refusal.rcode = RCODE_NOERROR
    refusal.ttl = Math.min(BLOCKED_TTL_SECONDS, this.#ttl.cap)
    refusal.page = this.#leadsToPage(engine, subject) ? this.#deps.blockPage : null
    refusal.extended = this.#words.of(engine, ruling)
    return writeRefusal(this.#asked, refusal, into)
  }

  /** Without the answer to its probe a device that is in the portal would take the network for broken. */
  #leadsToPage(engine: Decider, { stance, carriesCa }: Subject): boolean {
    if (engine.blockedAnswer(stance, carriesCa) === 'page') return true
    return stance.profile === 'portal' && isProbe(this.#name.bytes, this.#question.nameEnd)
  }

  /** In a zone that is only observed what would be refused is answered, and noted. */
  #noteObserved(subject: Subject, ruling: Ruling): void {
    if (!isObserved(ruling)) return
    const kind = attemptKindOf(this.#question.type)
    this.#deps.plane.recorder.lookup(subject, ruling, kind, this.#name)
  }

  #count(engine: Decider, subject: Subject, ruling: Ruling): void {
    this.counts.decided(engine, ruling)
    this.#deps.plane.tally.countWire(subject, ruling, this.#name)
  }

  #setAsked(query: Uint8Array): void {
    this.#asked.query = query
    this.#asked.limit = this.#transport === 'udp' ? udpLimit(this.#question) : MAX_MESSAGE_OCTETS
    this.#name.bytes = query
    this.#own.query = query
  }

  /**
   * Rounded down, to 0 in the last second before an edge: a device that asks twice within a second costs
   * less than a bell that rings a second late.
   */
  #setTimes(subject: Subject, now: number): void {
    this.#name.at = now
    const untilEdge = Math.floor((subject.validUntil - now) / 1000)
    this.#ttl.cap = Math.max(0, Math.min(this.#deps.maxTtl, untilEdge))
  }
}

const NO_OCTETS: Uint8Array = new Uint8Array(0)

/** Room for any answer: what is written is measured against the limit of the transport before. */
export const ANSWER_ROOM_OCTETS = MAX_MESSAGE_OCTETS

/** Design.md section 4: what is refused now may be open after a grant, and is asked again soon. */
const BLOCKED_TTL_SECONDS = 5

/** Canaries never change, but a browser that just joined should not wait long after an update of ours. */
const CANARY_TTL_SECONDS = 300

/** A policy that changes twice while one query waits is a flood of changes, and the client asks again. */
const MAX_ASKS = 3

/** What stands in for an answer where none is needed. */
const NOTHING: Landing = { packed: packFailure(RCODE_NOERROR, EDE_NONE, 0), fixedTtl: -1 }

/** Types by which a client finds its way to a web server; mail and the like go where they went. */
function leadsToHost(type: number): boolean {
  return (
    type === TYPE_A ||
    type === TYPE_AAAA ||
    type === TYPE_CNAME ||
    type === TYPE_HTTPS ||
    type === TYPE_SVCB
  )
}

/** 128 to 255 are for questions about the protocol itself (RFC 6895 section 3.1); of these only ANY has an answer here. */
function isTransferOrMeta(type: number): boolean {
  return (type >= 128 && type < TYPE_ANY) || type === 41 || type === 0
}

function attemptKindOf(type: number): AttemptKind {
  if (type === TYPE_A) return 'a'
  if (type === TYPE_AAAA) return 'aaaa'
  return type === TYPE_HTTPS ? 'https' : 'other_type'
}

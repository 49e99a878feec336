import { parseHostname } from '../../rules/names/hostname.ts'
import type { ChainedAnswer } from './chained-filter.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { Flights } from './flights.ts'
import { expandName, sameName, skipName, wireNameOf } from './wire/names.ts'
import {
  EDE_BLOCKED,
  HEADER_OCTETS,
  MAX_MESSAGE_OCTETS,
  RCODE_SERVFAIL,
  TYPE_A,
  TYPE_AAAA,
  TYPE_CNAME,
} from './wire/numbers.ts'
import { ownQuery } from './own-query.ts'
import { u16 } from './wire/question.ts'
import type { Question } from './wire/question.ts'
import { writePacked } from './wire/write-answer.ts'

/** Addresses of a host, IPv4 first; none where it has none, can't be a name, or nobody answered in time. */
export type LookupHost = (host: string) => Promise<readonly string[]>

/**
 * Resolves for the gate itself (the HTTP proxy connects to what this says), through the same cache and
 * upstreams as the devices' queries. Not filtered: whoever asks has decided already.
 */
export function hostLookup(
  deps: { readonly cache: AnswerCache; readonly flights: Pick<Flights, 'ask'> },
  seconds: () => number,
): LookupHost {
  async function resolve(host: string, type: number): Promise<readonly string[]> {
    const { query, question } = ownQuery(wireNameOf(host), type)
    const slot = deps.cache.find(query, question, seconds())
    if (slot >= 0) {
      const place = { bytes: deps.cache.arena, at: deps.cache.packedAt(slot) }
      return addressesIn(query, question, place)
    }
    const landing = await deps.flights.ask(query, question)
    return addressesIn(query, question, { bytes: landing.packed, at: 0 })
  }
  return async (host) => {
    const name = parseHostname(host)
    if (name === undefined) return []
    const six = resolve(name, TYPE_AAAA)
    const four = await resolve(name, TYPE_A)
    return [...four, ...(four.length > 0 ? await within(SIX_PATIENCE_MS, six) : await six)]
  }
}

/** What a chained filter says of a host, by the same cache as the devices' queries. */
export function chainAsker(
  deps: { readonly cache: AnswerCache; readonly flights: Pick<Flights, 'ask'> },
  seconds: () => number,
): (host: string) => Promise<ChainedAnswer> {
  return async (host) => {
    const name = parseHostname(host)
    // An address has no name to be refused by.
    if (name === undefined) return 'lets through'
    const { query, question } = ownQuery(wireNameOf(name), TYPE_A)
    const slot = deps.cache.find(query, question, seconds())
    const place =
      slot >= 0
        ? { bytes: deps.cache.arena, at: deps.cache.packedAt(slot) }
        : { bytes: (await deps.flights.ask(query, question)).packed, at: 0 }
    if (place.bytes[place.at + 1] === EDE_BLOCKED) return 'refuses'
    return place.bytes[place.at] === RCODE_SERVFAIL ? 'silent' : 'lets through'
  }
}

/** With an IPv4 address at hand a lost AAAA answer must not hold a page up (as RFC 8305 section 3, turned round). */
const SIX_PATIENCE_MS = 100
/** Enough for any happy-eyeballs attempt; a host with more is served by any of them. */
const MAX_ADDRESSES = 16
/** Aliases in one answer; longer chains are circles or mistakes (RFC 1034 section 3.6.2). */
const MAX_ALIASES = 16

function within(ms: number, answer: Promise<readonly string[]>): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve([])
    }, ms)
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer)
    })
  })
}

const scratch = new Uint8Array(MAX_MESSAGE_OCTETS)

/** Addresses of the name that the answer's aliases lead to from the question's. */
export function addressesIn(
  query: Uint8Array,
  question: Question,
  place: { readonly bytes: Uint8Array; readonly at: number },
): readonly string[] {
  const asked = { query, question, limit: MAX_MESSAGE_OCTETS }
  const octets = writePacked(asked, place, { age: 0, cap: 0, fixed: 0 }, scratch)
  const records = recordsOf(scratch.subarray(0, octets), question.end)
  let owner = query.subarray(HEADER_OCTETS, question.nameEnd)
  for (let i = 0; i < MAX_ALIASES; i += 1) {
    const own = records.filter((record) => sameName(record.owner, 0, owner, 0))
    const found = own.filter(({ type }) => type === question.type)
    if (found.length > 0)
      return found.slice(0, MAX_ADDRESSES).flatMap(({ data }) => addressOf(data))
    const alias = own.find(({ type }) => type === TYPE_CNAME)
    if (alias === undefined) return []
    owner = alias.data
  }
  return []
}

interface AnswerRecord {
  readonly owner: Uint8Array
  readonly type: number
  /** The address; or the target, expanded. */
  readonly data: Uint8Array
}

function recordsOf(message: Uint8Array, from: number): readonly AnswerRecord[] {
  const records: AnswerRecord[] = []
  let at = from
  for (let left = u16(message, 6); left > 0; left -= 1) {
    const fixed = skipName(message, at, message.length)
    const owner = expanded(message, at)
    if (fixed < 0 || owner === undefined || fixed + 10 > message.length) break
    const type = u16(message, fixed)
    const end = fixed + 10 + u16(message, fixed + 8)
    const data =
      type === TYPE_CNAME ? expanded(message, fixed + 10) : message.slice(fixed + 10, end)
    if (data === undefined) break
    records.push({ owner, type, data })
    at = end
  }
  return records
}

function expanded(message: Uint8Array, at: number): Uint8Array | undefined {
  const name = new Uint8Array(256)
  const octets = expandName(message, at, name, 0)
  return octets < 0 ? undefined : name.subarray(0, octets)
}

function addressOf(data: Uint8Array): readonly string[] {
  if (data.length === 4) return [data.join('.')]
  if (data.length !== 16) return []
  const groups = Array.from({ length: 8 }, (_, i) => u16(data, 2 * i).toString(16))
  // The URL parser writes IPv6 as RFC 5952 wants it, so that callers may compare texts.
  const url = URL.parse(`http://[${groups.join(':')}]/`)
  return url === null ? [] : [url.hostname.slice(1, -1)]
}

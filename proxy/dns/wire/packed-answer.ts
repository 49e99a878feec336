import { expandName, skipName } from './names.ts'
import {
  RCODE_NOERROR,
  RCODE_NXDOMAIN,
  TYPE_CNAME,
  TYPE_DNAME,
  TYPE_HTTPS,
  TYPE_OPT,
  TYPE_RRSIG,
  TYPE_SOA,
  TYPE_SVCB,
} from './numbers.ts'
import { u16 } from './question.ts'

/**
 * An upstream's answer, checked once and laid out so that answering from it is a copy: what the cache
 * keeps and what a late answer is written from.
 *
 *     +0   rcode
 *     +1   extended error (RFC 8914) to tell with it, 0 for none
 *     +2   answer records
 *     +4   authority records
 *     +6   octets of the body
 *     +8   TTL positions                          +10  octets of the targets
 *     +12  life in seconds, four octets: the least TTL, or by RFC 2308 when negative
 *     +16  TTL positions, two octets each, counted from the start of the body
 *     ...  targets: CNAME, HTTPS and SVCB target names, uncompressed, end to end
 *     ...  body: answer and authority records as they came
 *
 * The body's compression pointers count from the start of the message. They stay right because the body
 * follows a question of the same length, and show the asker's own spelling because they lead into it.
 *
 * The additional section is left out: a stub needs nothing of it, and its names were judged by nobody.
 * The targets are kept expanded, so that every hit can be judged again under the asker's policy.
 */
export type PackedAnswer = Uint8Array

export const PACKED_HEADER_OCTETS = 16

/** More targets than any real alias chain or service binding; a longer list is garbage. */
const MAX_TARGETS = 32
/** Room for as many of ordinary length; names that need more were made to cost us time. */
const TARGET_ROOM_OCTETS = 2048
/** More records than 64 KiB of A records hold would be a lie in the header. */
const MAX_RECORDS = 4096
/** RFC 2308 section 5 asks for a limit of hours; a school opens new sites during a lesson. */
const MAX_NEGATIVE_SECONDS = 900
/** RFC 8767 section 4 caps TTLs; a day is as long as serve-stale reaches, too. */
const MAX_LIFE_SECONDS = 86_400

export function packedRcode(packed: Uint8Array, at: number): number {
  return packed[at] ?? 0
}

export function packedLife(packed: Uint8Array, at: number): number {
  return u32(packed, at + 12)
}

/** A failure as an answer: no records, remembered for `lifeSeconds`. */
export function packFailure(
  rcode: number,
  extendedError: number,
  lifeSeconds: number,
): PackedAnswer {
  const packed = new Uint8Array(PACKED_HEADER_OCTETS)
  packed[0] = rcode
  packed[1] = extendedError
  putU32(packed, 12, lifeSeconds)
  return packed
}

/**
 * Packs a response whose question (ending at `questionEnd`) has been checked; undefined when its
 * records are malformed. Never throws, whatever the bytes.
 */
export function packAnswer(response: Uint8Array, questionEnd: number): PackedAnswer | undefined {
  const answers = u16(response, 6)
  const authority = u16(response, 8)
  if (answers + authority > MAX_RECORDS) return undefined
  const walk = new RecordWalk(response, questionEnd)
  for (let i = 0; i < answers + authority; i += 1) {
    if (!walk.step(i < answers)) return undefined
  }
  const rcode = (response[3] ?? 0) & 0x0f
  const life = lifeOf(rcode, walk)
  const body = response.subarray(questionEnd, walk.at)
  const targetsAt = PACKED_HEADER_OCTETS + 2 * walk.ttls.length
  const packed = new Uint8Array(targetsAt + walk.targetOctets + body.length)
  packed[0] = rcode
  putU16(packed, 2, answers)
  putU16(packed, 4, authority)
  putU16(packed, 6, body.length)
  putU16(packed, 8, walk.ttls.length)
  putU16(packed, 10, walk.targetOctets)
  putU32(packed, 12, life)
  walk.ttls.forEach((position, i) => {
    putU16(packed, PACKED_HEADER_OCTETS + 2 * i, position - questionEnd)
  })
  packed.set(walk.targets.subarray(0, walk.targetOctets), targetsAt)
  packed.set(body, targetsAt + walk.targetOctets)
  clampNegative(packed, walk, questionEnd)
  return packed
}

/** One pass over answer and authority records, noting what the packed form needs. */
class RecordWalk {
  readonly #bytes: Uint8Array
  at: number
  readonly ttls: number[] = []
  leastTtl = Number.POSITIVE_INFINITY
  readonly targets = new Uint8Array(TARGET_ROOM_OCTETS)
  targetOctets = 0
  #targetCount = 0
  /** Some record that is not an alias answers the question. */
  conclusive = false
  /** Offset of the SOA's TTL in the authority section, or 0. */
  soaTtlAt = 0
  /** min(SOA TTL, SOA MINIMUM): how long the absence holds (RFC 2308 section 5). */
  negativeSeconds = 0

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** False when the record is malformed or may not be passed on. */
  step(inAnswer: boolean): boolean {
    const bytes = this.#bytes
    const fixed = skipName(bytes, this.at, bytes.length)
    if (fixed < 0 || fixed + 10 > bytes.length) return false
    const type = u16(bytes, fixed)
    const data = fixed + 10
    const end = data + u16(bytes, fixed + 8)
    // OPT belongs to the additional section alone; anywhere else its "TTL" is not one.
    if (end > bytes.length || type === TYPE_OPT) return false
    const ttl = ttlAt(bytes, fixed + 4)
    this.ttls.push(fixed + 4)
    this.leastTtl = Math.min(this.leastTtl, ttl)
    this.at = end
    if (inAnswer) return this.#noteAnswer(type, data, end)
    if (type === TYPE_SOA && this.soaTtlAt === 0 && end - data >= 22) {
      this.soaTtlAt = fixed + 4
      this.negativeSeconds = Math.min(ttl, ttlAt(bytes, end - 4))
    }
    return true
  }

  #noteAnswer(type: number, data: number, end: number): boolean {
    if (type === TYPE_CNAME) return this.#noteTarget(data, end)
    // A signature or a DNAME beside an alias says nothing yet about what the alias leads to.
    if (type === TYPE_RRSIG || type === TYPE_DNAME) return true
    this.conclusive = true
    if (type !== TYPE_HTTPS && type !== TYPE_SVCB) return true
    return end - data >= 3 && this.#noteTarget(data + 2, end)
  }

  #noteTarget(at: number, end: number): boolean {
    const written = expandName(this.#bytes, at, this.targets, this.targetOctets)
    if (written < 0 || skipName(this.#bytes, at, end) < 0) return false
    // The root as a target means "the owner itself" (RFC 9460 section 2.5), which has been judged.
    if (written === 1) return true
    this.targetOctets += written
    this.#targetCount += 1
    return this.#targetCount <= MAX_TARGETS
  }
}

function lifeOf(rcode: number, walk: RecordWalk): number {
  if (isNegative(rcode, walk)) {
    // Without an SOA nothing says for how long, and RFC 2308 section 5 says not to keep it.
    if (walk.soaTtlAt === 0) return 0
    return Math.min(walk.leastTtl, walk.negativeSeconds, MAX_NEGATIVE_SECONDS)
  }
  return walk.ttls.length === 0 ? 0 : Math.min(walk.leastTtl, MAX_LIFE_SECONDS)
}

function isNegative(rcode: number, walk: RecordWalk): boolean {
  return rcode === RCODE_NXDOMAIN || (rcode === RCODE_NOERROR && !walk.conclusive)
}

/** The client's own negative cache goes by the SOA's TTL, so it must say what ours says. */
function clampNegative(packed: Uint8Array, walk: RecordWalk, questionEnd: number): void {
  if (!isNegative(packed[0] ?? 0, walk) || walk.soaTtlAt === 0) return
  const bodyAt = packed.length - u16(packed, 6)
  const at = bodyAt + walk.soaTtlAt - questionEnd
  putU32(packed, at, Math.min(walk.negativeSeconds, MAX_NEGATIVE_SECONDS))
}

/** RFC 2181 section 8: a TTL with its highest bit set counts as 0. */
function ttlAt(bytes: Uint8Array, at: number): number {
  const ttl = u32(bytes, at)
  return ttl > 0x7fff_ffff ? 0 : ttl
}

export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2)
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

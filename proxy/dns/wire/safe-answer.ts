import { skipName } from './names.ts'
import {
  HEADER_OCTETS,
  RCODE_NOERROR,
  RCODE_NXDOMAIN,
  TYPE_A,
  TYPE_AAAA,
  TYPE_CNAME,
} from './numbers.ts'
import { PACKED_HEADER_OCTETS, packedRcode, putU16, putU32, u32 } from './packed-answer.ts'
import { u16 } from './question.ts'
import { writeError, writeSoa } from './refusals.ts'
import type { Asked } from './refusals.ts'
import {
  EXTENDED_ERROR_OCTETS,
  leavingTtl,
  OPT_OCTETS,
  wordless,
  writeHead,
  writeOpt,
} from './write-answer.ts'
import type { PackedPlace, TtlRule } from './write-answer.ts'

/** The safe host's name in wire form, and where its own answer lies. */
export interface SafeAnswer {
  name: Uint8Array
  place: PackedPlace
}

/** Owner by pointer, type, class, TTL and length: what stands before a record's data here. */
const FIXED_OCTETS = 12
/** As many as `lookup-host.ts` takes; more would only make the packet long. */
const MAX_ADDRESSES = 16

/**
 * Writes the answer to a name that is reached at another host: an alias to that host, then its
 * addresses from its own packed answer. Aliases that the host has itself are left out, so that the
 * addresses are shown as its own. Without any, the alias stands with an SOA of ours: no data of that
 * type (RFC 2308 section 2.2), or NXDOMAIN as the packed answer says.
 *
 * Allocates nothing: what one answer needs lies in fields that the next one fills again.
 */
export class SafeAnswerWriter {
  #into: Uint8Array = NO_OCTETS
  /** Where the alias begins, and where the next record is written. */
  #start = 0
  #end = 0
  #written = 0
  /** The packed answer's records: offset of the next one, how many are left. */
  #from = 0
  #left = 0

  /** Gives the octets written. */
  write(asked: Asked, safe: SafeAnswer, ttl: TtlRule, into: Uint8Array): number {
    const { query, question, limit } = asked
    const { bytes, at } = safe.place
    const rcode = packedRcode(bytes, at)
    const error = wordless(bytes[at + 1] ?? 0)
    if (rcode !== RCODE_NOERROR && rcode !== RCODE_NXDOMAIN)
      return writeError(asked, rcode, bytes[at + 1] ?? 0, into)
    this.#into = into
    this.#start = writeHead(query, question, rcode, into)
    // Its life is the shortest of what it leads to, or it would outlive the addresses in a cache.
    const seconds = this.#leastTtl(safe.place, question.type, ttl)
    this.#writeAlias(safe.name, seconds)
    this.#writeAddresses(safe.place, question.type, ttl)
    putU16(into, 6, this.#written)
    const whole = this.#written > 1 || question.type === TYPE_CNAME
    const end = whole ? this.#end : writeSoa(into, this.#end, seconds)
    const optional = question.hasOpt ? OPT_OCTETS + EXTENDED_ERROR_OCTETS : 0
    if (end + optional <= limit) return writeOpt(question, into, end, error)
    writeHead(query, question, rcode, into)
    into[2] = (into[2] ?? 0) | 0x02
    return writeOpt(question, into, this.#start, error)
  }

  #leastTtl(place: PackedPlace, type: number, ttl: TtlRule): number {
    let least = ttl.cap
    this.#begin(place)
    for (let at = this.#next(place, type); at >= 0; at = this.#next(place, type))
      least = Math.min(least, leavingTtl(u32(place.bytes, at + 4), ttl))
    return least
  }

  /** Its owner is the name of the question. */
  #writeAlias(name: Uint8Array, seconds: number): void {
    this.#written = 1
    this.#end = this.#start
    this.#writeFixed(HEADER_OCTETS, TYPE_CNAME, seconds, name.length)
    for (let i = 0; i < name.length; i += 1) this.#into[this.#end + i] = name[i] ?? 0
    this.#end += name.length
  }

  /** Their owner is the alias's target, which stands behind the alias's fixed part. */
  #writeAddresses(place: PackedPlace, type: number, ttl: TtlRule): void {
    const octets = octetsOf(type)
    this.#begin(place)
    for (let at = this.#next(place, type); at >= 0; at = this.#next(place, type)) {
      if (this.#written > MAX_ADDRESSES) return
      const seconds = leavingTtl(u32(place.bytes, at + 4), ttl)
      this.#writeFixed(this.#start + FIXED_OCTETS, type, seconds, octets)
      for (let i = 0; i < octets; i += 1) {
        this.#into[this.#end + i] = place.bytes[at + 10 + i] ?? 0
      }
      this.#end += octets
      this.#written += 1
    }
  }

  #writeFixed(owner: number, type: number, seconds: number, octets: number): void {
    putU16(this.#into, this.#end, 0xc000 | owner)
    putU16(this.#into, this.#end + 2, type)
    putU16(this.#into, this.#end + 4, 1)
    putU32(this.#into, this.#end + 6, seconds)
    putU16(this.#into, this.#end + 10, octets)
    this.#end += FIXED_OCTETS
  }

  #begin({ bytes, at }: PackedPlace): void {
    this.#left = u16(bytes, at + 2)
    this.#from = at + PACKED_HEADER_OCTETS + 2 * u16(bytes, at + 8) + u16(bytes, at + 10)
  }

  /**
   * Offset of the type field of the next address, or -1. The packed answer was walked when it came:
   * its records are whole, and nothing after its end is read.
   */
  #next({ bytes }: PackedPlace, type: number): number {
    while (this.#left > 0) {
      this.#left -= 1
      const fixed = skipName(bytes, this.#from, bytes.length)
      if (fixed < 0) return -1
      const length = u16(bytes, fixed + 8)
      this.#from = fixed + 10 + length
      if (u16(bytes, fixed) === type && length === octetsOf(type)) return fixed
    }
    return -1
  }
}

const NO_OCTETS: Uint8Array = new Uint8Array(0)

/** Of an address of this type; of any other type there is none to copy. */
function octetsOf(type: number): number {
  if (type === TYPE_A) return 4
  return type === TYPE_AAAA ? 16 : -1
}

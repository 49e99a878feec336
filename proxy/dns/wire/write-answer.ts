import type { Question } from './question.ts'
import { u16 } from './question.ts'
import { PACKED_HEADER_OCTETS, putU16, putU32, u32 } from './packed-answer.ts'
import {
  EDE_NONE,
  EDNS_UDP_OCTETS,
  HEADER_OCTETS,
  MAX_PLAIN_UDP_OCTETS,
  RCODE_NOERROR,
} from './numbers.ts'

/** How the TTLs of one answer leave: counted down by `age`, never above `cap`, or all `fixed` if that is >= 0. */
export interface TtlRule {
  age: number
  cap: number
  fixed: number
}

/** Octets an answer may have over UDP: 512 without EDNS, else what the client takes up to our own limit. */
export function udpLimit(question: Question): number {
  if (!question.hasOpt) return MAX_PLAIN_UDP_OCTETS
  return Math.min(Math.max(question.udpOctets, MAX_PLAIN_UDP_OCTETS), EDNS_UDP_OCTETS)
}

export const OPT_OCTETS = 11

/** Header and question of an answer without records yet; gives the offset after them. AA, AD and Z stay 0. */
export function writeHead(
  query: Uint8Array,
  question: Question,
  rcode: number,
  into: Uint8Array,
): number {
  for (let i = 0; i < question.end; i += 1) into[i] = query[i] ?? 0
  into[2] = 0x80 | ((query[2] ?? 0) & 0x01)
  into[3] = 0x80 | ((query[3] ?? 0) & 0x10) | (rcode & 0x0f)
  into[4] = 0
  into[5] = 1
  for (let i = 6; i < HEADER_OCTETS; i += 1) into[i] = 0
  return question.end
}

/** OPT of our own (RFC 6891): size, DO mirrored (RFC 3225 section 3), and an extended error if it is not 0. */
export function writeOpt(
  question: Question,
  into: Uint8Array,
  at: number,
  extended: { readonly code: number; readonly text: Uint8Array },
): number {
  if (!question.hasOpt) return at
  into[11] = 1
  into[at] = 0
  putU16(into, at + 1, 41)
  putU16(into, at + 3, EDNS_UDP_OCTETS)
  putU16(into, at + 5, 0)
  putU16(into, at + 7, question.dnssecOk ? 0x8000 : 0)
  const end = writeExtendedError(into, at + OPT_OCTETS, extended)
  putU16(into, at + 9, end - at - OPT_OCTETS)
  return end
}

const OPTION_EXTENDED_ERROR = 15

/** RFC 8914 section 2: option, length, info-code, text in UTF-8 without a terminator. */
function writeExtendedError(
  into: Uint8Array,
  at: number,
  extended: { readonly code: number; readonly text: Uint8Array },
): number {
  if (extended.code === EDE_NONE) return at
  const { code, text } = extended
  putU16(into, at, OPTION_EXTENDED_ERROR)
  putU16(into, at + 2, 2 + text.length)
  putU16(into, at + 4, code)
  for (let i = 0; i < text.length; i += 1) into[at + 6 + i] = text[i] ?? 0
  return at + 6 + text.length
}

export const EXTENDED_ERROR_OCTETS = 6

const NO_TEXT = new Uint8Array(0)

/** Extended errors without words, one object per code, so that none is made per answer. */
const WORDLESS = Array.from({ length: 32 }, (_, code) => ({ code, text: NO_TEXT }))
const NO_ERROR = { code: EDE_NONE, text: NO_TEXT }

export function wordless(code: number): { readonly code: number; readonly text: Uint8Array } {
  return WORDLESS[code] ?? NO_ERROR
}

/** Where a packed answer lies; the cache's arena holds many, a late answer's array holds one. */
export interface PackedPlace {
  bytes: Uint8Array
  at: number
}

/**
 * Writes the answer packed at `place` to `into` and gives its octets. When it would pass `limit` the
 * answer is empty and says TC, so that the client asks again over TCP. Allocates nothing.
 */
export function writePacked(
  asked: { readonly query: Uint8Array; readonly question: Question; readonly limit: number },
  place: PackedPlace,
  ttl: TtlRule,
  into: Uint8Array,
): number {
  const { query, question, limit } = asked
  const { bytes, at } = place
  const extended = wordless(bytes[at + 1] ?? 0)
  const bodyAt = writeHead(query, question, bytes[at] ?? RCODE_NOERROR, into)
  const length = u16(bytes, at + 6)
  const optional = question.hasOpt ? OPT_OCTETS + EXTENDED_ERROR_OCTETS : 0
  if (bodyAt + length + optional > limit) {
    into[2] = (into[2] ?? 0) | 0x02
    return writeOpt(question, into, bodyAt, extended)
  }
  putU16(into, 6, u16(bytes, at + 2))
  putU16(into, 8, u16(bytes, at + 4))
  const from = at + PACKED_HEADER_OCTETS + 2 * u16(bytes, at + 8) + u16(bytes, at + 10)
  for (let i = 0; i < length; i += 1) into[bodyAt + i] = bytes[from + i] ?? 0
  patchTtls(place, ttl, into, bodyAt)
  return writeOpt(question, into, bodyAt + length, extended)
}

function patchTtls(place: PackedPlace, ttl: TtlRule, into: Uint8Array, bodyAt: number): void {
  const { bytes, at } = place
  const count = u16(bytes, at + 8)
  for (let i = 0; i < count; i += 1) {
    const position = bodyAt + u16(bytes, at + PACKED_HEADER_OCTETS + 2 * i)
    putU32(into, position, leavingTtl(u32(into, position), ttl))
  }
}

/** Seconds that a record which came with `came` leaves with. */
export function leavingTtl(came: number, ttl: TtlRule): number {
  if (ttl.fixed >= 0) return Math.min(ttl.fixed, ttl.cap)
  // RFC 2181 section 8: the highest bit makes it 0.
  const left = came > 0x7fff_ffff ? 0 : came - ttl.age
  return Math.max(0, Math.min(left, ttl.cap))
}

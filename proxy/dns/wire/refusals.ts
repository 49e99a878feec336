import { putU16, putU32 } from './packed-answer.ts'
import type { Question } from './question.ts'
import { HEADER_OCTETS, RCODE_NOERROR, TYPE_A, TYPE_HINFO, TYPE_SOA } from './numbers.ts'
import { EXTENDED_ERROR_OCTETS, OPT_OCTETS, wordless, writeHead, writeOpt } from './write-answer.ts'

/** A query as the writers need it; `limit` is the most octets its answer may have. */
export interface Asked {
  readonly query: Uint8Array
  readonly question: Question
  readonly limit: number
}

/** An answer of twelve octets to what could not be read: there is no question to repeat. */
export function writeHeaderOnly(query: Uint8Array, rcode: number, into: Uint8Array): number {
  for (let i = 0; i < HEADER_OCTETS; i += 1) into[i] = 0
  into[0] = query[0] ?? 0
  into[1] = query[1] ?? 0
  into[2] = 0x80 | ((query[2] ?? 0) & 0x79)
  into[3] = 0x80 | (rcode & 0x0f)
  return HEADER_OCTETS
}

/** An answer that is nothing but its rcode; `extendedError` 0 for none. */
export function writeError(
  asked: Asked,
  rcode: number,
  extendedError: number,
  into: Uint8Array,
): number {
  const at = writeHead(asked.query, asked.question, rcode, into)
  return writeOpt(asked.question, into, at, wordless(extendedError))
}

/** BADVERS is 16: its upper bits live in the OPT (RFC 6891 section 6.1.3). */
export function writeBadVersion(asked: Asked, into: Uint8Array): number {
  const at = writeHead(asked.query, asked.question, RCODE_NOERROR, into)
  const end = writeOpt(asked.question, into, at, wordless(0))
  into[at + 5] = 1
  return end
}

/** What a refused name is answered with. `page` null means no data, whatever was asked. */
export interface Refusal {
  rcode: number
  ttl: number
  page: Uint8Array | null
  extended: { readonly code: number; readonly text: Uint8Array }
}

/**
 * A refused name: the page's address for A where there is one, else no data (or NXDOMAIN) with an SOA of
 * our own, because without one no client may remember the absence (RFC 2308 section 5) and each would
 * ask again at once. The text is cut to what fits `limit`.
 */
export function writeRefusal(asked: Asked, refusal: Refusal, into: Uint8Array): number {
  const { question, limit } = asked
  const { extended } = refusal
  const at = writeHead(asked.query, question, refusal.rcode, into)
  const shown = question.type === TYPE_A ? refusal.page : null
  const end =
    shown === null ? writeSoa(into, at, refusal.ttl) : writeAddress(into, at, shown, refusal.ttl)
  const room = limit - end - OPT_OCTETS - EXTENDED_ERROR_OCTETS
  if (extended.text.length <= room) return writeOpt(question, into, end, extended)
  return writeOpt(question, into, end, { code: extended.code, text: cutUtf8(extended.text, room) })
}

/** RFC 8482 section 4.2: ANY gets one synthesised HINFO, so that nobody can use us to amplify. */
export function writeMinimalAny(asked: Asked, ttl: number, into: Uint8Array): number {
  const at = writeHead(asked.query, asked.question, RCODE_NOERROR, into)
  into[7] = 1
  const data = writeRecordHead(into, at, { type: TYPE_HINFO, ttl, dataOctets: HINFO.length })
  into.set(HINFO, data)
  return writeOpt(asked.question, into, data + HINFO.length, wordless(0))
}

/** Words of an extended error as UTF-8, at most `MAX_TEXT_OCTETS`, whole characters only. */
export function extendedErrorText(words: string): Uint8Array {
  const bytes = new TextEncoder().encode(words)
  return bytes.length <= MAX_TEXT_OCTETS ? bytes : cutUtf8(bytes, MAX_TEXT_OCTETS)
}

/** A sentence; longer ones would push small clients over 512 octets. */
const MAX_TEXT_OCTETS = 240

const HINFO = Uint8Array.from([7, ...new TextEncoder().encode('RFC8482'), 0])

/** `schoolgate.invalid. hostmaster.schoolgate.invalid.`: `.invalid` can never be somebody's (RFC 2606). */
const SOA_NAMES = Uint8Array.from([
  ...[10, ...new TextEncoder().encode('schoolgate'), 7, ...new TextEncoder().encode('invalid'), 0],
  ...[10, ...new TextEncoder().encode('hostmaster')],
  ...[10, ...new TextEncoder().encode('schoolgate'), 7, ...new TextEncoder().encode('invalid'), 0],
])
const SOA_SERIAL = 1
const SOA_REFRESH = 3600
const SOA_RETRY = 600
const SOA_EXPIRE = 86_400

/** An SOA of our own in the authority section, owned by the name of the question. Gives the offset after it. */
export function writeSoa(into: Uint8Array, at: number, ttl: number): number {
  into[9] = 1
  const dataOctets = SOA_NAMES.length + 20
  const data = writeRecordHead(into, at, { type: TYPE_SOA, ttl, dataOctets })
  for (let i = 0; i < SOA_NAMES.length; i += 1) into[data + i] = SOA_NAMES[i] ?? 0
  const numbers = data + SOA_NAMES.length
  putU32(into, numbers, SOA_SERIAL)
  putU32(into, numbers + 4, SOA_REFRESH)
  putU32(into, numbers + 8, SOA_RETRY)
  putU32(into, numbers + 12, SOA_EXPIRE)
  putU32(into, numbers + 16, ttl)
  return data + dataOctets
}

function writeAddress(into: Uint8Array, at: number, address: Uint8Array, ttl: number): number {
  into[7] = 1
  const data = writeRecordHead(into, at, { type: TYPE_A, ttl, dataOctets: 4 })
  for (let i = 0; i < 4; i += 1) into[data + i] = address[i] ?? 0
  return data + 4
}

/** Owner is the question's name, by pointer. Gives the offset of the record's data. */
function writeRecordHead(
  into: Uint8Array,
  at: number,
  record: { readonly type: number; readonly ttl: number; readonly dataOctets: number },
): number {
  putU16(into, at, 0xc000 | HEADER_OCTETS)
  putU16(into, at + 2, record.type)
  putU16(into, at + 4, 1)
  putU32(into, at + 6, record.ttl)
  putU16(into, at + 10, record.dataOctets)
  return at + 12
}

/** Never ends inside a character: octets 10xxxxxx continue one (RFC 3629 section 3). */
function cutUtf8(bytes: Uint8Array, octets: number): Uint8Array {
  let end = Math.max(0, Math.min(octets, bytes.length))
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}

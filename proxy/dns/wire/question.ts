import { skipName } from './names.ts'
import {
  HEADER_OCTETS,
  MAX_ADDITIONAL_RECORDS,
  MAX_WIRE_NAME_OCTETS,
  OPTION_CLIENT_SUBNET,
  OPTION_UMBRELLA,
  TYPE_OPT,
} from './numbers.ts'

/**
 * What a query asks, as offsets and numbers: one object is filled again for each packet, so that
 * reading one allocates nothing. Only what the last `readQuestion` called `query` is meaningful.
 */
export interface Question {
  /** The name is `bytes[12 .. nameEnd)`, uncompressed, root octet included. */
  nameEnd: number
  type: number
  class: number
  /** Offset after the question section. */
  end: number
  recursionDesired: boolean
  checkingDisabled: boolean
  hasOpt: boolean
  /** The client's UDP payload size; 0 without OPT. */
  udpOctets: number
  dnssecOk: boolean
  /** An option says whose question a relay passes on; the options are `bytes[optionsFrom .. optionsEnd)`. */
  namesClient: boolean
  optionsFrom: number
  optionsEnd: number
}

/**
 * `query` is to be answered; `drop` must not be (no header, or itself a response: answering one could
 * bounce between two servers for ever); the rest say with which error to answer.
 */
export type Reading = 'query' | 'drop' | 'formerr' | 'notimp' | 'badvers'

export function emptyQuestion(): Question {
  return {
    nameEnd: 0,
    type: 0,
    class: 0,
    end: 0,
    recursionDesired: false,
    checkingDisabled: false,
    hasOpt: false,
    udpOctets: 0,
    dnssecOk: false,
    namesClient: false,
    optionsFrom: 0,
    optionsEnd: 0,
  }
}

/** Reads one message of a client. Never throws, whatever the bytes; allocates nothing. */
export function readQuestion(bytes: Uint8Array, into: Question): Reading {
  if (bytes.length < HEADER_OCTETS) return 'drop'
  const flags = u16(bytes, 2)
  if ((flags & 0x8000) !== 0) return 'drop'
  if ((flags & 0x7800) !== 0) return 'notimp'
  // One question only (RFC 9619); a query has no answers, and what it puts there nobody would read.
  if (u16(bytes, 4) !== 1 || u16(bytes, 6) !== 0 || u16(bytes, 8) !== 0) return 'formerr'
  const nameEnd = endOfQuestionName(bytes)
  if (nameEnd < 0 || nameEnd + 4 > bytes.length) return 'formerr'
  into.nameEnd = nameEnd
  into.type = u16(bytes, nameEnd)
  into.class = u16(bytes, nameEnd + 2)
  into.end = nameEnd + 4
  into.recursionDesired = (flags & 0x0100) !== 0
  into.checkingDisabled = (flags & 0x0010) !== 0
  into.hasOpt = false
  into.udpOctets = 0
  into.dnssecOk = false
  into.namesClient = false
  return readAdditional(bytes, into)
}

/** Does this response answer exactly this question? Case aside: some servers fold it. */
export function repeatsQuestion(response: Uint8Array, query: Uint8Array, end: number): boolean {
  if (response.length < end || u16(response, 4) !== 1) return false
  const nameEnd = end - 4
  for (let i = HEADER_OCTETS; i < end; i += 1) {
    const theirs = response[i] ?? 0
    const ours = query[i] ?? 0
    if (theirs !== ours && (i >= nameEnd || !sameLetter(theirs, ours))) return false
  }
  return true
}

export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function sameLetter(a: number, b: number): boolean {
  const lower = a | 0x20
  return (a ^ b) === 0x20 && lower >= 0x61 && lower <= 0x7a
}

/** A pointer in the question has nothing before it to point at but the header: a malformed name. */
function endOfQuestionName(bytes: Uint8Array): number {
  let at = HEADER_OCTETS
  for (;;) {
    const label = bytes[at]
    if (label === undefined || label > 63) return -1
    at += label + 1
    if (at - HEADER_OCTETS > MAX_WIRE_NAME_OCTETS) return -1
    if (label === 0) return at
  }
}

function readAdditional(bytes: Uint8Array, into: Question): Reading {
  const count = u16(bytes, 10)
  if (count > MAX_ADDITIONAL_RECORDS) return 'formerr'
  let at = into.end
  let version = 0
  for (let i = 0; i < count; i += 1) {
    const fixed = skipName(bytes, at, bytes.length)
    if (fixed < 0 || fixed + 10 > bytes.length) return 'formerr'
    const end = fixed + 10 + u16(bytes, fixed + 8)
    if (end > bytes.length) return 'formerr'
    if (u16(bytes, fixed) === TYPE_OPT) {
      // RFC 6891 section 6.1.1: at most one, and its owner is the root.
      if (into.hasOpt || fixed !== at + 1 || !readOptions(bytes, fixed + 10, end, into)) {
        return 'formerr'
      }
      version = readOpt(bytes, fixed, into)
    }
    at = end
  }
  return version === 0 ? 'query' : 'badvers'
}

/** Notes size and DO; gives the EDNS version. */
function readOpt(bytes: Uint8Array, fixed: number, into: Question): number {
  into.hasOpt = true
  into.udpOctets = u16(bytes, fixed + 2)
  into.dnssecOk = ((bytes[fixed + 6] ?? 0) & 0x80) !== 0
  return bytes[fixed + 5] ?? 0
}

/**
 * False where they are not whole. They are stepped over and never obeyed (no cookies); whether one names
 * a client is noted, for those who are trusted to say so.
 */
function readOptions(bytes: Uint8Array, from: number, end: number, into: Question): boolean {
  let at = from
  while (at + 4 <= end) {
    const code = u16(bytes, at)
    if (code === OPTION_CLIENT_SUBNET || code === OPTION_UMBRELLA) into.namesClient = true
    at += 4 + u16(bytes, at + 2)
  }
  into.optionsFrom = from
  into.optionsEnd = end
  return at === end
}

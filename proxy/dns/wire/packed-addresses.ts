import { skipName } from './names.ts'
import { TYPE_A, TYPE_AAAA, TYPE_HTTPS, TYPE_SVCB } from './numbers.ts'
import { PACKED_HEADER_OCTETS } from './packed-answer.ts'
import { u16 } from './question.ts'

/** SvcParamKeys (RFC 9460 section 14.3.2) whose values are addresses that a browser connects to. */
const IPV4HINT = 4
const IPV6HINT = 6
const IPV4_OCTETS = 4
const IPV6_OCTETS = 16

/** Where a packed answer is. */
interface Place {
  readonly bytes: Uint8Array
  readonly at: number
}

/** How many records of the packed answer are in its answer section. */
export function answerRecords(bytes: Uint8Array, at: number): number {
  return Math.min(u16(bytes, at + 2), u16(bytes, at + 8))
}

/**
 * Sets `found` to the address number `wanted` (from 0) of an answer record: the data of A and AAAA, the
 * hints of HTTPS and SVCB. False when it has no such one. Allocates nothing; the records were checked
 * when the answer was packed, and what is torn within them has no addresses.
 */
export function findRecordAddress(
  { bytes, at }: Place,
  record: number,
  wanted: number,
  found: { at: number; octets: number },
): boolean {
  const ttls = u16(bytes, at + 8)
  const body = at + PACKED_HEADER_OCTETS + 2 * ttls + u16(bytes, at + 10)
  const ttl = body + u16(bytes, at + PACKED_HEADER_OCTETS + 2 * record)
  const type = u16(bytes, ttl - 4)
  const data = ttl + 6
  const octets = u16(bytes, ttl + 4)
  if (type === TYPE_A || type === TYPE_AAAA) {
    found.at = data
    found.octets = octets
    return wanted === 0 && octets === (type === TYPE_A ? IPV4_OCTETS : IPV6_OCTETS)
  }
  if (type !== TYPE_HTTPS && type !== TYPE_SVCB) return false
  return findHint(bytes, { from: data, end: data + octets }, wanted, found)
}

function findHint(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  wanted: number,
  found: { at: number; octets: number },
): boolean {
  // RFC 9460 section 2.2: the target name is not compressed.
  let at = skipName(bytes, from + 2, end)
  let left = wanted
  while (at >= 0 && at + 4 <= end) {
    const key = u16(bytes, at)
    const length = u16(bytes, at + 2)
    const size = key === IPV4HINT ? IPV4_OCTETS : key === IPV6HINT ? IPV6_OCTETS : 0
    at += 4
    if (at + length > end) return false
    const hints = size === 0 ? 0 : Math.floor(length / size)
    if (left < hints) {
      found.at = at + left * size
      found.octets = size
      return true
    }
    left -= hints
    at += length
  }
  return false
}

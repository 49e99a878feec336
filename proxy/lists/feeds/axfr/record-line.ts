import { formatAddress, type Address } from '../../../../rules/addresses/ip-address.ts'
import { TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_SOA } from '../../../dns/wire/numbers.ts'
import { nameAt, type WireRecord } from './read-message.ts'

/**
 * The record as a line of a zone file for `rules/lists/rpz`; null where its data is malformed. What that
 * reader judges no rule by is left out: times to live, the data of other types, and of the SOA all, so that a
 * new serial alone makes no new copy.
 */
export function recordLine(bytes: Uint8Array, record: WireRecord): string | null {
  const data = dataOf(bytes, record)
  return data === null ? null : `${textName(record.owner)} ${data}\n`
}

function dataOf(bytes: Uint8Array, { type, dataAt, end }: WireRecord): string | null {
  switch (type) {
    case TYPE_SOA:
      return 'SOA'
    case TYPE_CNAME: {
      const target = nameAt(bytes, dataAt)
      return target === null ? null : `CNAME ${textName(target)}`
    }
    case TYPE_A:
      return end - dataAt === 4 ? `A ${bytes.subarray(dataAt, end).join('.')}` : null
    case TYPE_AAAA:
      return end - dataAt === 16 ? `AAAA ${formatAddress(wordsAt(bytes, dataAt))}` : null
    default:
      return `TYPE${type} ; ${end - dataAt} octets left out`
  }
}

function wordsAt(bytes: Uint8Array, at: number): Address {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16)
  return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)]
}

/** The presentation form with the root dot (RFC 1035 section 5.1): no octet of a label ends the line. */
export function textName(name: Uint8Array): string {
  let text = ''
  for (let at = 0; (name[at] ?? 0) !== 0; at += (name[at] ?? 0) + 1) {
    for (let i = at + 1; i <= at + (name[at] ?? 0); i += 1) text += ESCAPED[name[i] ?? 0] ?? ''
    text += '.'
  }
  return text === '' ? '.' : text
}

/** Letters, digits, `-`, `_` and the wildcard stand for themselves, all else is `\DDD`. */
const ESCAPED: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet)
  return /[a-z0-9_*-]/i.test(character) && octet < 128
    ? character
    : `\\${String(octet).padStart(3, '0')}`
})

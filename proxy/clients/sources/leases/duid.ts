import { readMacAddress, type MacAddress } from '../../../../rules/identity/mac-address.ts'

/** RFC 8415 section 11.1: two octets of type and at most 128 more. */
const MAX_DUID_OCTETS = 130

const HEX_OCTETS = /^[0-9a-f]{1,2}(?:[:-]?[0-9a-f]{2})*$/i

/** RFC 4361 section 6.1: a DHCPv4 client that names itself as it does over DHCPv6. */
const CLIENT_ID_WITH_DUID = 'ff'
/** `ff` and four octets of the interface's number. */
const LETTERS_BEFORE_DUID = 10

const LINK_LAYER_AND_TIME = '0001'
const LINK_LAYER = '0003'
const ETHERNET = '0001'

/** A DUID as plain hex digits, from `00:01:00:01:..`, `00-01-..` or `0001..`; null for what is none. */
export function readDuid(text: string): string | null {
  if (text.length > MAX_DUID_OCTETS * 3 || !HEX_OCTETS.test(text)) return null
  const digits = text.replaceAll(/[:-]/g, '').toLowerCase()
  return digits.length % 2 === 0 && digits.length > 4 ? digits : null
}

/** The DUID in a DHCPv4 client identifier, hex digits; null in one of another kind. */
export function duidOfClientId(text: string): string | null {
  const digits = readDuid(text)
  if (digits?.startsWith(CLIENT_ID_WITH_DUID) !== true) return null
  return readDuid(digits.slice(LETTERS_BEFORE_DUID))
}

/**
 * The hardware address inside a DUID that was made of one (RFC 8415 sections 11.2 and 11.4). It is of
 * whichever interface the system chose on its first day: a hint, as hardware addresses are.
 */
export function macOfDuid(duid: string): MacAddress | null {
  const [type, hardware] = [duid.slice(0, 4), duid.slice(4, 8)]
  if (hardware !== ETHERNET) return null
  if (type === LINK_LAYER) return readMacAddress(duid.slice(8))
  return type === LINK_LAYER_AND_TIME ? readMacAddress(duid.slice(16)) : null
}

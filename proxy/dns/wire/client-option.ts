import { formatAddressOctets } from '../../clients/relays/address-octets.ts'
import { OPTION_CLIENT_SUBNET, OPTION_UMBRELLA } from './numbers.ts'
import { u16 } from './question.ts'

const FAMILY_IPV4 = 1
const FAMILY_IPV6 = 2

const UMBRELLA_MAGIC = [0x4f, 0x44, 0x4e, 0x53]
const UMBRELLA_VERSION = 1
const UMBRELLA_HEAD_OCTETS = 6
/** Octets of each field by its type; those of other types can't be stepped over. */
const UMBRELLA_FIELDS: Readonly<Record<number, number>> = { 4: 4, 8: 4, 16: 4, 32: 16, 64: 8 }
const UMBRELLA_IPV4 = 16
const UMBRELLA_IPV6 = 32

/** An address; `unnamed` where the options name none or a network; `malformed` where they make no sense. */
export type ClientOption =
  { readonly address: string } | { readonly address: null; readonly isMalformed: boolean }

const UNNAMED = { address: null, isMalformed: false } as const
const MALFORMED = { address: null, isMalformed: true } as const

/**
 * Whose question a relay says that it passes on, by the options in `bytes[from..end)`, which are whole.
 * Two that differ are believed in neither. Never throws.
 */
export function readClientOption(bytes: Uint8Array, from: number, end: number): ClientOption {
  let found: ClientOption = UNNAMED
  for (let at = from; at + 4 <= end; at += 4 + u16(bytes, at + 2)) {
    const value = bytes.subarray(at + 4, at + 4 + u16(bytes, at + 2))
    const code = u16(bytes, at)
    if (code !== OPTION_CLIENT_SUBNET && code !== OPTION_UMBRELLA) continue
    const read = code === OPTION_UMBRELLA ? readUmbrella(value) : readSubnet(value)
    if (read.address === null && read.isMalformed) return MALFORMED
    if (read.address === null) continue
    if (found.address !== null && found.address !== read.address) return MALFORMED
    found = read
  }
  return found
}

/** RFC 7871 section 6: in a query the scope is 0, and no octet is more than the prefix needs. */
function readSubnet(value: Uint8Array): ClientOption {
  if (value.length < 4) return MALFORMED
  const [family, source = 0, scope] = [u16(value, 0), value[2], value[3]]
  const bits = family === FAMILY_IPV4 ? 32 : family === FAMILY_IPV6 ? 128 : 0
  if (bits === 0 || source > bits || scope !== 0) return MALFORMED
  if (value.length !== 4 + Math.ceil(source / 8)) return MALFORMED
  return source === bits ? { address: formatAddressOctets(value.subarray(4)) } : UNNAMED
}

function readUmbrella(value: Uint8Array): ClientOption {
  if (UMBRELLA_MAGIC.some((octet, at) => value[at] !== octet)) return MALFORMED
  if (value[4] !== UMBRELLA_VERSION || value.length < UMBRELLA_HEAD_OCTETS) return MALFORMED
  for (let at = UMBRELLA_HEAD_OCTETS; at < value.length;) {
    const type = u16(value, at)
    const octets = UMBRELLA_FIELDS[type]
    if (octets === undefined || at + 2 + octets > value.length) return MALFORMED
    const field = value.subarray(at + 2, at + 2 + octets)
    if (type === UMBRELLA_IPV4 || type === UMBRELLA_IPV6)
      return { address: formatAddressOctets(field) }
    at += 2 + octets
  }
  return UNNAMED
}

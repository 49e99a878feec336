import { isIPv4, isIPv6 } from 'node:net'
import { formatAddressOctets } from './address-octets.ts'

/**
 * The header by which a load balancer says whose connection it passes on (PROXY protocol, versions 1 and
 * 2, haproxy.org/download/3.0/doc/proxy-protocol.txt). `source` is null where it names no address: a
 * health check of its own, or a family that is none of TCP.
 */
export type ProxyHeader =
  | { readonly kind: 'header'; readonly source: string | null; readonly octets: number }
  | { readonly kind: 'need-more' }
  | { readonly kind: 'malformed' }

const NEED_MORE = { kind: 'need-more' } as const
const MALFORMED = { kind: 'malformed' } as const

/** The longest line of version 1 with its end (section 2.1). */
const MAX_LINE_OCTETS = 107
const LINE_START = Buffer.from('PROXY ')

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n')
const FIXED_OCTETS = 16
/** Addresses and what is added to them; names and certificates' names are some hundred octets. */
const MAX_REST_OCTETS = 4_096

const COMMAND_LOCAL = 0x20
const COMMAND_PROXY = 0x21
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21

/** Source and destination, each an address and a port. */
const IPV4_OCTETS = 12
const IPV6_OCTETS = 36

/** Reads the header at the beginning of a relay's connection. Never throws, whatever the bytes. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, SIGNATURE)) return readVersion2(bytes)
  return startsLike(bytes, LINE_START) ? readVersion1(bytes) : MALFORMED
}

/** Whether the bytes that were refused as a request begin as such a header does. */
export function looksLikeProxyHeader(bytes: Buffer): boolean {
  const isLine = bytes.length >= LINE_START.length && startsLike(bytes, LINE_START)
  // The first two of its empty lines are skipped before a request.
  const rest = SIGNATURE.subarray(4)
  return isLine || (bytes.length >= rest.length && startsLike(bytes, rest))
}

/** As far as there are any. */
function startsLike(bytes: Buffer, start: Buffer): boolean {
  const octets = Math.min(bytes.length, start.length)
  return bytes.compare(start, 0, octets, 0, octets) === 0
}

function readVersion1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_LINE_OCTETS).indexOf('\r\n')
  if (end < 0) return bytes.length < MAX_LINE_OCTETS ? NEED_MORE : MALFORMED
  const line = bytes.toString('latin1', 0, end)
  const octets = end + 2
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { kind: 'header', source: null, octets }
  const match = /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(line)
  if (match === null) return MALFORMED
  const [, family, source = '', target = '', ...ports] = match
  const isAddress = family === '4' ? isIPv4 : isIPv6
  const isWhole = isAddress(source) && isAddress(target) && !source.includes('%')
  if (!isWhole || ports.some((port) => Number(port) > 65_535)) return MALFORMED
  return { kind: 'header', source, octets }
}

function readVersion2(bytes: Buffer): ProxyHeader {
  if (bytes.length < FIXED_OCTETS) return NEED_MORE
  const command = bytes[12] ?? 0
  const rest = bytes.readUInt16BE(14)
  if ((command !== COMMAND_LOCAL && command !== COMMAND_PROXY) || rest > MAX_REST_OCTETS)
    return MALFORMED
  const octets = FIXED_OCTETS + rest
  if (bytes.length < octets) return NEED_MORE
  if (command === COMMAND_LOCAL) return { kind: 'header', source: null, octets }
  return sourceOf(bytes, rest, octets)
}

function sourceOf(bytes: Buffer, rest: number, octets: number): ProxyHeader {
  const family = bytes[13] ?? 0
  const [least, length] =
    family === TCP_OVER_IPV4
      ? [IPV4_OCTETS, 4]
      : family === TCP_OVER_IPV6
        ? [IPV6_OCTETS, 16]
        : [0, 0]
  if (rest < least) return MALFORMED
  if (length === 0) return { kind: 'header', source: null, octets }
  const address = bytes.subarray(FIXED_OCTETS, FIXED_OCTETS + length)
  return { kind: 'header', source: formatAddressOctets(address), octets }
}

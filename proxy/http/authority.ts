import { parseHostname } from '../../rules/names/hostname.ts'
import { formatAddress, parseAddress } from '../../rules/addresses/ip-address.ts'

export interface Authority {
  /** Lower case, no root dot; an address in its one canonical spelling, without brackets. */
  readonly host: string
  /** 0 where the text names none. */
  readonly port: number
}

/**
 * `host`, `host:port` or `[v6]:port` (RFC 3986 section 3.2 without user information, which is refused:
 * `http://school.example@evil.example/` is a trick and nothing else, RFC 9110 section 4.2.4).
 * Odd spellings of addresses (`0x7f.1`, `2130706433`) are names here, and no name server knows them.
 */
export function parseAuthority(text: string): Authority | undefined {
  const bracketed = text.startsWith('[')
  const hostEnd = bracketed ? text.indexOf(']') + 1 : endOfName(text)
  const port = parsePort(text.slice(hostEnd))
  if (port === undefined) return undefined
  const host = bracketed
    ? parseV6Host(text.slice(1, hostEnd - 1))
    : parseNameHost(text.slice(0, hostEnd))
  return host === undefined ? undefined : { host, port }
}

/** As it stands in a `Host` field. */
export function formatAuthority(host: string, port: number, defaultPort: number): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === defaultPort ? name : `${name}:${port}`
}

function endOfName(text: string): number {
  const colon = text.indexOf(':')
  return colon < 0 ? text.length : colon
}

function parsePort(text: string): number | undefined {
  // RFC 3986 section 3.2.3 allows `host:` for the default port.
  if (text === '' || text === ':') return 0
  if (!/^:\d{1,5}$/.test(text)) return undefined
  const port = Number(text.slice(1))
  return port >= 1 && port <= 65_535 ? port : undefined
}

function parseV6Host(text: string): string | undefined {
  const address = text.includes(':') ? parseAddress(text) : undefined
  return address === undefined ? undefined : formatAddress(address)
}

function parseNameHost(text: string): string | undefined {
  // Octets above ASCII came through latin1 and mean nothing; browsers send A-labels.
  // eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
  return /^[\x00-\x7f]+$/.test(text) ? parseHostname(text) : undefined
}

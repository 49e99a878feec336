import { isIPv6, SocketAddress } from 'node:net'

/** The longest name of RFC 1035. */
const MAX_NAME_LETTERS = 253

/** INVARIANT: it is an address. IPv6 as RFC 5952 writes it, so that two servers' spellings are one. */
export function writtenAs(address: string): string {
  if (!isIPv6(address)) return address
  const plain = address.split('%', 1)[0] ?? address
  return new SocketAddress({ address: plain, family: 'ipv6' }).address
}

/** What a device calls itself, without letters that would stir a terminal; null for nothing. */
export function plainHostName(text: string): string | null {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '').slice(0, MAX_NAME_LETTERS)
  return plain === '' || plain === '*' ? null : plain
}

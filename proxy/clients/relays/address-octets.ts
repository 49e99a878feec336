import { SocketAddress } from 'node:net'

/** Four or sixteen octets as an address is written (IPv6 by RFC 5952, IPv4 inside it as IPv4). */
export function formatAddressOctets(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  const isMapped = octets[10] === 0xff && octets[11] === 0xff && octets.slice(0, 10).every(isZero)
  if (isMapped) return octets.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_none, at) =>
    (((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0)).toString(16),
  )
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}

function isZero(octet: number): boolean {
  return octet === 0
}

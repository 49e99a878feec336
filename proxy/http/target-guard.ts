import type { Address, Range } from '../../rules/addresses/ip-address.ts'
import { isWithin, parseAddress, parseRange } from '../../rules/addresses/ip-address.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Whether the proxy may open a connection to this address and port. */
export type TargetGuard = (address: Address, port: number) => boolean

/**
 * Where a proxy must never be talked into going: it stands inside the school's network, so what a
 * device can't reach itself (management interfaces, the gate's own ports, a cloud's metadata service)
 * it could reach through the gate. Source: IANA special-purpose registries (RFC 6890).
 */
const REFUSED: readonly (readonly [cidr: string, what: string])[] = [
  ['0.0.0.0/8', 'this network; Linux connects 0.0.0.0 to itself'],
  ['10.0.0.0/8', 'private, RFC 1918'],
  ['100.64.0.0/10', 'carrier-grade NAT, RFC 6598'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local, with the metadata service 169.254.169.254'],
  ['172.16.0.0/12', 'private, RFC 1918'],
  ['192.0.0.0/24', 'IETF protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.168.0.0/16', 'private, RFC 1918'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved, and broadcast'],
  // Unspecified, loopback and the deprecated IPv4-compatible forms; the mapped ones are IPv4 above.
  ['::/96', 'unspecified, loopback, IPv4-compatible'],
  ['64:ff9b:1::/48', 'local NAT64, RFC 8215'],
  ['100::/64', 'discard'],
  ['2001::/23', 'Teredo and other protocol assignments: an IPv4 address in disguise'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4: an IPv4 address in disguise'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing identifiers'],
  ['fc00::/7', 'unique local, with the metadata service fd00:ec2::254'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local, deprecated'],
  ['ff00::/8', 'multicast'],
]

const REFUSED_RANGES = REFUSED.map(([cidr]) => rangeOf(cidr))
/** RFC 6052: the last 32 bits are an IPv4 address that a NAT64 gateway would connect to. */
const NAT64 = rangeOf('64:ff9b::/96')
const LOOPBACK = rangeOf('127.0.0.0/8')

export interface GuardRules {
  /** CIDRs of otherwise refused targets that the policy opens. */
  readonly allowTargets: readonly string[]
  /** The gate's own listeners: refused even inside `allowTargets`. Read anew on each call. */
  readonly ownEndpoints: () => readonly Endpoint[]
  /** Addresses of this machine's interfaces, for listeners on the wildcard. */
  readonly localAddresses: readonly string[]
}

/** Throws on a CIDR that doesn't parse: that is a mistake in the configuration, seen at start-up. */
export function makeTargetGuard(rules: GuardRules): TargetGuard {
  const allowed = rules.allowTargets.map(rangeOf)
  const local = rules.localAddresses.map(parseAddress).filter((address) => address !== undefined)
  return (address, port) => {
    const target = seenThroughNat64(address)
    if (rules.ownEndpoints().some((own) => own.port === port && listensAt(own, target, local)))
      return false
    if (!REFUSED_RANGES.some((range) => isWithin(target, range))) return true
    return allowed.some((range) => isWithin(target, range))
  }
}

function seenThroughNat64(address: Address): Address {
  return isWithin(address, NAT64) ? [0, 0, 0xffff, address[3]] : address
}

function listensAt(own: Endpoint, target: Address, local: readonly Address[]): boolean {
  const address = parseAddress(own.host)
  // A listener by name: its port is refused everywhere rather than guessed at.
  if (address === undefined) return true
  if (!isWildcard(address)) return isSame(address, target)
  return (
    isWithin(target, LOOPBACK) || isWildcard(target) || local.some((each) => isSame(each, target))
  )
}

function isWildcard(address: Address): boolean {
  return address[0] === 0 && address[1] === 0 && address[3] === 0
}

function isSame(a: Address, b: Address): boolean {
  return a[3] === b[3] && a[2] === b[2] && a[1] === b[1] && a[0] === b[0]
}

function rangeOf(cidr: string): Range {
  const range = parseRange(cidr)
  if (range === undefined) throw new Error(`\`${cidr}\` is not an address range`)
  return range
}

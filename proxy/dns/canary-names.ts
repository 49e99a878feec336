import { PROBE_HOSTS } from '../../rules/portal/probe-hosts.ts'
import { sameName, wireNameOf } from './wire/names.ts'
import { HEADER_OCTETS } from './wire/numbers.ts'

/**
 * Names by which programs ask whether the network filters. Firefox turns its own DNS over HTTPS off, and
 * Apple's Private Relay stands aside, only for NXDOMAIN (or no data); any address reads as "go on".
 * https://support.mozilla.org/kb/canary-domain-use-application-dnsnet
 * https://developer.apple.com/icloud/prepare-your-network-for-icloud-private-relay/
 */
export const CANARY_HOSTS = ['use-application-dns.net', 'mask.icloud.com', 'mask-h2.icloud.com']

/** Is the question's name, `query[12..nameEnd)`, one of them? Allocates nothing. */
export function isCanary(query: Uint8Array, nameEnd: number): boolean {
  const length = nameEnd - HEADER_OCTETS
  for (const canary of CANARIES) {
    if (canary.length === length && sameName(query, HEADER_OCTETS, canary, 0)) return true
  }
  return false
}

/** Does a system ask by this name whether it is held at a portal? Allocates nothing. */
export function isProbe(query: Uint8Array, nameEnd: number): boolean {
  const length = nameEnd - HEADER_OCTETS
  for (const probe of PROBES) {
    if (probe.length === length && sameName(query, HEADER_OCTETS, probe, 0)) return true
  }
  return false
}

const CANARIES = CANARY_HOSTS.map(wireNameOf)
const PROBES = PROBE_HOSTS.map(wireNameOf)

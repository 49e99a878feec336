import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lease, LeaseFormat } from '../../proxy/clients/sources/leases/lease.ts'

/**
 * Files that real servers wrote for udhcpc and dhclient in network namespaces on 2026-11-25: dnsmasq 2.90,
 * ISC dhcpd 4.4.3-P1, Kea 2.2.0, all of Debian 12.
 */
export function capturedLeases(name: string): string {
  return readFileSync(
    join(import.meta.dirname, '../proxy/clients/sources/leases/captured', name),
    'utf8',
  )
}

/** All that a file says, and how many of its records are refused. */
export function leasesIn(format: LeaseFormat, text: string) {
  const take = format.reader()
  const leases: Lease[] = []
  let refused = 0
  for (const line of text.split('\n').slice(0, -1)) {
    const reading = take(line)
    if (reading === 'refused') refused += 1
    else if (reading !== 'nothing') leases.push(reading)
  }
  return { leases, refused }
}

export function leaseOf(facts: Partial<Lease> = {}): Lease {
  return {
    address: '10.1.0.7',
    mac: null,
    duid: null,
    hostName: null,
    from: null,
    until: null,
    ended: false,
    ...facts,
  }
}

import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LeaseFormat } from '../../proxy/clients/sources/leases/lease.ts'
import { DNSMASQ } from '../../proxy/clients/sources/leases/read-dnsmasq.ts'
import { ISC } from '../../proxy/clients/sources/leases/read-isc.ts'
import { KEA } from '../../proxy/clients/sources/leases/read-kea.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'
import { capturedLeases, leasesIn } from '../support/leases.ts'

const FILES: readonly (readonly [string, LeaseFormat])[] = [
  ['dnsmasq.leases', DNSMASQ],
  ['isc-dhcpd.leases', ISC],
  ['isc-dhcpd6.leases', ISC],
  ['kea-leases4.csv', KEA],
  ['kea-leases6.csv', KEA],
]

test.each(FILES)('whatever becomes of %s, what is read of it is a lease', (name, format) => {
  const good = capturedLeases(name)
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.string({ maxLength: 3 })), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(changes, fc.nat(good.length), (edits, length) => {
      let text = good
      for (const [at, letters] of edits)
        text = text.slice(0, at) + letters + text.slice(at + letters.length)
      for (const lease of leasesIn(format, `${text.slice(0, length)}\n`).leases) {
        expect(isIP(lease.address)).not.toBe(0)
        expect(Number.isFinite(lease.from ?? 0) && Number.isFinite(lease.until ?? 0)).toBe(true)
      }
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test.each(FILES)('%s, cut anywhere, tells nothing that the whole one does not', (name, format) => {
  const good = capturedLeases(name)
  const whole = new Set(leasesIn(format, good).leases.map((lease) => JSON.stringify(lease)))
  for (let length = 0; length < good.length; length += 1) {
    const cut = good.slice(0, length)
    for (const lease of leasesIn(format, cut).leases) expect(whole).toContain(JSON.stringify(lease))
  }
})

import { expect, test } from 'vitest'
import { CANARY_HOSTS, isCanary, isProbe } from '../../../proxy/dns/canary-names.ts'
import { PROBE_HOSTS } from '../../../rules/portal/probe-hosts.ts'
import { queryFor } from '../../support/dns-packets.ts'

function asksCanary(name: string): boolean {
  const query = queryFor(name)
  return isCanary(query, query.length - 4)
}

for (const host of CANARY_HOSTS) {
  test(`${host} is a canary, in any case`, () => {
    expect(asksCanary(host)).toBe(true)
    expect(asksCanary(host.toUpperCase())).toBe(true)
  })
}

test('names above and below a canary are not', () => {
  for (const name of ['icloud.com', 'www.mask.icloud.com', 'masq.icloud.com', 'mask.icloud.org']) {
    expect(asksCanary(name)).toBe(false)
  }
})

test('a system’s probe for a portal is told from other names, in any case', () => {
  const asks = (name: string): boolean => {
    const query = queryFor(name)
    return isProbe(query, query.length - 4)
  }
  for (const host of PROBE_HOSTS)
    expect([asks(host), asks(host.toUpperCase())]).toEqual([true, true])
  for (const name of ['apple.com', 'www.captive.apple.com', 'captive.apple.org'])
    expect(asks(name)).toBe(false)
})

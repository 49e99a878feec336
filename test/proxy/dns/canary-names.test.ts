import { expect, test } from 'vitest'
import { CANARY_HOSTS, isCanary } from '../../../proxy/dns/canary-names.ts'
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

import { expect, test } from 'vitest'
import { askChained } from '../../../proxy/dns/ask-chained.ts'
import { a, responseTo } from '../../support/dns-packets.ts'
import { testUpstream } from './test-upstream.ts'

const filterAt = (upstream: string) => ({
  ...{ name: 'Other', upstreams: [upstream], blockAddresses: ['192.0.2.99'] },
})

test.each([
  ['192.0.2.1', 'lets through'],
  ['192.0.2.99', 'refuses'],
] as const)('a filter that answers %s %s', async (address, said) => {
  const { udp } = await testUpstream((query) =>
    responseTo(query, { answers: [a('site.example', address)] }),
  )
  expect(await askChained(filterAt(udp), 'Site.Example')).toBe(said)
})

test('a filter that says nothing is silent, and an address is no name', async () => {
  const { tcp } = await testUpstream(() => null)
  expect(await askChained(filterAt('tcp://127.0.0.1:1'), 'site.example')).toBe('silent')
  expect(await askChained(filterAt(tcp), '[2001:db8::1]')).toBe('lets through')
})

import { expect, test } from 'vitest'
import { parseUpstream, systemUpstreams } from '../../../proxy/dns/upstream-address.ts'

const GOOD: readonly [text: string, transport: string, host: string, port: number][] = [
  ['udp://127.9.0.16:53', 'udp', '127.9.0.16', 53],
  ['udp://192.0.2.1', 'udp', '192.0.2.1', 53],
  ['tcp://192.0.2.1:5353', 'tcp', '192.0.2.1', 5353],
  ['udp://[2001:db8::1]:5353', 'udp', '2001:db8::1', 5353],
  ['tcp://[::1]', 'tcp', '::1', 53],
]

for (const [text, transport, host, port] of GOOD) {
  test(`reads ${text}`, () => {
    const upstream = { label: text, transport, host, port }
    expect(parseUpstream(text)).toEqual({ kind: 'upstream', upstream })
  })
}

const BAD: readonly [text: string, says: RegExp][] = [
  ['192.0.2.1', /is not an upstream: write it like/],
  ['tls://dns.example@192.0.2.1:853', /`tls` upstreams are not supported yet/],
  ['https://dns.example/dns-query', /`https` upstreams are not supported yet/],
  ['quic://192.0.2.1', /unknown scheme `quic`/],
  ['udp://dns.example', /`dns.example` is not an IP address/],
  ['udp://192.0.2.1:0', /is not an IP address with an optional port/],
  ['udp://192.0.2.1:65536', /is not an IP address with an optional port/],
  ['udp://2001:db8::1', /is not an IP address with an optional port/],
  ['udp://[192.0.2.1]', /is not an IP address with an optional port/],
  ['udp://', /is not an IP address with an optional port/],
]

for (const [text, says] of BAD) {
  test(`refuses \`${text}\` and says why`, () => {
    expect(parseUpstream(text)).toEqual({
      kind: 'problem',
      message: expect.stringMatching(says) as string,
    })
  })
}

test('the servers of the system are read as Node tells them', () => {
  const servers = ['192.0.2.1', '192.0.2.2:5353', '2001:db8::1', '[2001:db8::2]:5353']
  expect(systemUpstreams(servers).map(({ host, port }) => `${host} ${port}`)).toEqual([
    '192.0.2.1 53',
    '192.0.2.2 5353',
    '2001:db8::1 53',
    '2001:db8::2 5353',
  ])
})

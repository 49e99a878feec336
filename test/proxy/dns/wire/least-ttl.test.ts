import { expect, test } from 'vitest'
import { leastTtl } from '../../../../proxy/dns/wire/least-ttl.ts'
import { a, cname, queryFor, responseTo, soa } from '../../../support/dns-packets.ts'

const query = queryFor('www.test')

test.each([
  [
    'the shortest of the answers',
    { answers: [cname('www.test', 'b.test', 90), a('b.test', '192.0.2.1', 30)] },
    30,
  ],
  ['without answers what the SOA says of nothing', { authorities: [soa('test', 600, 45)] }, 45],
  ['and no longer than the SOA itself is good', { authorities: [soa('test', 20, 45)] }, 20],
  [
    'of an answer the SOA beside it says nothing',
    { answers: [a('www.test')], authorities: [soa('test', 5, 5)] },
    60,
  ],
  ['where nothing says how long, not at all', {}, 0],
])('%s', (_says, records, seconds) => {
  expect(leastTtl(responseTo(query, records))).toBe(seconds)
})

test('what is no message is kept by nobody', () => {
  expect(leastTtl(new Uint8Array(5))).toBe(0)
})

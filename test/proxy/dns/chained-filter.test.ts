import fc from 'fast-check'
import { encode, type Answer } from 'dns-packet'
import { expect, test } from 'vitest'
import { refusalsOf } from '../../../proxy/dns/chained-filter.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { a, queryFor, responseTo } from '../../support/dns-packets.ts'

const QUERY = queryFor('site.example')
/** Header, name, type and class. */
const FROM = QUERY.length
const isRefusal = refusalsOf({ blockAddresses: ['192.0.2.99', '2001:db8::99'] })

const aaaa = (data: string): Answer => ({ type: 'AAAA', name: 'site.example', ttl: 60, data })

function withError(code: number): Uint8Array {
  const option = { code: 15, data: Buffer.from([code >> 8, code & 0xff, 0x6e, 0x6f]) }
  const cookie = { code: 10, data: Buffer.alloc(8) }
  const opt = {
    ...{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0 },
    options: [cookie, option],
  } as unknown as Answer
  const questions = [{ type: 'A' as const, name: 'site.example' }]
  return encode({ type: 'response', id: 1, questions, additionals: [opt] })
}

const RESPONSES: readonly [says: string, response: Uint8Array, refused: boolean][] = [
  ['an address', responseTo(QUERY, { answers: [a('site.example', '192.0.2.1')] }), false],
  ['the block page', responseTo(QUERY, { answers: [a('site.example', '192.0.2.99')] }), true],
  ['the block page over IPv6', responseTo(QUERY, { answers: [aaaa('2001:db8::99')] }), true],
  ['another IPv6 address', responseTo(QUERY, { answers: [aaaa('2001:db8::98')] }), false],
  ['no address', responseTo(QUERY, { answers: [a('site.example', '0.0.0.0')] }), true],
  ['no IPv6 address', responseTo(QUERY, { answers: [aaaa('::')] }), true],
  [
    'an alias of the block page',
    responseTo(QUERY, { answers: [a('x.example', '192.0.2.1'), a('y.example', '192.0.2.99')] }),
    true,
  ],
  ['no such name', responseTo(QUERY, { rcode: 3 }), false],
  ['`blocked`', withError(15), true],
  ['`censored`', withError(16), true],
  ['`filtered`', withError(17), true],
  ['`prohibited`', withError(18), true],
  ['`stale`', withError(3), false],
]

test.each(RESPONSES)('%s is a refusal or not', (_says, response, refused) => {
  expect(isRefusal(response, FROM)).toBe(refused)
})

test('no octets make it throw or run on', () => {
  const whole = fc.constantFrom(...RESPONSES.map(([, response]) => response))
  const changed = fc.tuple(whole, fc.nat(200), fc.nat(255)).map(([octets, at, by]) => {
    const copy = Uint8Array.from(octets)
    copy[at % copy.length] = by
    return copy.subarray(0, copy.length - (at % 7))
  })
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 64 })), fc.nat(64), (octets, from) => {
      isRefusal(octets, from)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

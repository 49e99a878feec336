import { expect, test } from 'vitest'
import { packAnswer, packFailure } from '../../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../../proxy/dns/wire/question.ts'
import { udpLimit, writePacked } from '../../../../proxy/dns/wire/write-answer.ts'
import type { TtlRule } from '../../../../proxy/dns/wire/write-answer.ts'
import { a, cname, queryFor, read, responseTo, soa } from '../../../support/dns-packets.ts'
import type { QueryShape, Read } from '../../../support/dns-packets.ts'

const FRESH: TtlRule = { age: 0, cap: 300, fixed: -1 }

/** The answer that a client with this query reads when the upstream said `records`. */
function answered(
  query: Uint8Array,
  packed: Uint8Array | undefined,
  how: { readonly ttl?: TtlRule; readonly limit?: number } = {},
): Read {
  const question = emptyQuestion()
  readQuestion(query, question)
  const into = new Uint8Array(65_535)
  const limit = how.limit ?? udpLimit(question)
  const place = { bytes: packed ?? Uint8Array.of(), at: 0 }
  const octets = writePacked({ query, question, limit }, place, how.ttl ?? FRESH, into)
  return read(into.subarray(0, octets))
}

function packed(name: string, records: Parameters<typeof responseTo>[1]): Uint8Array | undefined {
  const query = queryFor(name)
  return packAnswer(responseTo(query, records), query.length)
}

const ONE = packed('www.test', { answers: [a('www.test', '192.0.2.1', 60)] })

test('the answer carries the id, the spelling and the records, and is not authoritative', () => {
  const { packet, id, answers } = answered(queryFor('wWw.TeSt', { id: 77 }), ONE)
  expect(id).toBe(77)
  expect(answers).toEqual(['A 192.0.2.1 60'])
  expect(packet.questions?.[0]?.name).toBe('wWw.TeSt')
  expect(packet).toMatchObject({ flag_aa: false, flag_ra: true, flag_rd: true, flag_ad: false })
})

test('owners that point into the question have the spelling of whoever asks now', () => {
  const query = queryFor('www.test')
  const address = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
  const response = Uint8Array.from([...responseTo(query), ...address])
  response[7] = 1
  const { packet } = answered(queryFor('WWW.test'), packAnswer(response, query.length))
  expect(packet.answers).toMatchObject([{ type: 'A', name: 'WWW.test', data: '192.0.2.1' }])
})

const TTLS: readonly [says: string, ttl: TtlRule, leaves: number][] = [
  ['leaves a ttl that nothing limits', { age: 0, cap: 300, fixed: -1 }, 60],
  ['counts it down by the age', { age: 25, cap: 300, fixed: -1 }, 35],
  ['never goes below 0', { age: 61, cap: 300, fixed: -1 }, 0],
  ['never outlives the cap', { age: 0, cap: 7, fixed: -1 }, 7],
  ['a stale answer has its own', { age: 9999, cap: 300, fixed: 30 }, 30],
  ['which the cap limits too', { age: 9999, cap: 3, fixed: 30 }, 3],
]

for (const [says, ttl, leaves] of TTLS) {
  test(says, () => {
    expect(answered(queryFor('www.test'), ONE, { ttl }).answers).toEqual([`A 192.0.2.1 ${leaves}`])
  })
}

test('all ttls are counted down, those of aliases and of the authority too', () => {
  const chain = packed('www.test', {
    answers: [cname('www.test', 'b.test', 50), a('b.test', '192.0.2.1', 40)],
    authorities: [soa('test', 90, 90)],
  })
  const { answers, authorities } = answered(queryFor('www.test'), chain, {
    ttl: { age: 10, cap: 300, fixed: -1 },
  })
  expect(answers).toEqual(['CNAME b.test 40', 'A 192.0.2.1 30'])
  expect(authorities).toEqual(['SOA - 80'])
})

test('a ttl with its highest bit set leaves as 0', () => {
  const huge = packed('www.test', { answers: [a('www.test', '192.0.2.1', 0x8000_0001)] })
  expect(answered(queryFor('www.test'), huge).answers).toEqual(['A 192.0.2.1 0'])
})

test('OPT comes back to those who sent one, with DO as they had it', () => {
  const optOf = (shape: QueryShape): unknown =>
    answered(queryFor('www.test', shape), ONE).packet.additionals?.[0]
  expect(optOf({})).toBeUndefined()
  expect(optOf({ edns: 4096 })).toMatchObject({ type: 'OPT', udpPayloadSize: 1232, flag_do: false })
  expect(optOf({ edns: 4096, dnssecOk: true })).toMatchObject({ type: 'OPT', flag_do: true })
})

const LIMITS: readonly [says: string, shape: QueryShape, octets: number][] = [
  ['512 octets without EDNS', {}, 512],
  ['what the client takes', { edns: 900 }, 900],
  ['1232 at most', { edns: 4096 }, 1232],
  ['512 at least, whatever it says', { edns: 100 }, 512],
]

for (const [says, shape, octets] of LIMITS) {
  test(`over udp an answer may have ${says}`, () => {
    const question = emptyQuestion()
    readQuestion(queryFor('www.test', shape), question)
    expect(udpLimit(question)).toBe(octets)
  })
}

const MANY = packed('www.test', {
  answers: Array.from({ length: 40 }, (_, i) => a('www.test', `192.0.2.${i}`)),
})

test('an answer over the limit is empty and says so; over tcp it is whole', () => {
  const short = answered(queryFor('www.test'), MANY)
  expect(short).toMatchObject({ truncated: true, answers: [], rcode: 0 })
  const whole = answered(queryFor('www.test'), MANY, { limit: 65_535 })
  expect(whole.truncated).toBe(false)
  expect(whole.answers).toHaveLength(40)
})

test('a failure tells its extended error to those who have OPT', () => {
  const failure = packFailure(2, 22, 5)
  expect(answered(queryFor('www.test'), failure)).toMatchObject({ rcode: 2, extended: null })
  expect(answered(queryFor('www.test', { edns: 1232 }), failure)).toMatchObject({
    rcode: 2,
    extended: { code: 22, text: '' },
  })
})

import { decode } from 'dns-packet'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packAnswer, packFailure } from '../../../../proxy/dns/wire/packed-answer.ts'
import { wireNameOf } from '../../../../proxy/dns/wire/names.ts'
import { emptyQuestion, readQuestion } from '../../../../proxy/dns/wire/question.ts'
import { SafeAnswerWriter } from '../../../../proxy/dns/wire/safe-answer.ts'
import { a, cname, queryFor, read, responseTo, soa } from '../../../support/dns-packets.ts'
import type { QueryShape, Read } from '../../../support/dns-packets.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'

const SAFE = 'forcesafe.engine.test'
const TTL = { age: 0, cap: 300, fixed: -1 }
type Records = NonNullable<Parameters<typeof responseTo>[1]>

interface Scene {
  readonly records?: Records
  readonly packed?: Uint8Array
  readonly shape?: QueryShape
  readonly ttl?: typeof TTL
  readonly limit?: number
}

function written({ records = {}, packed, shape = {}, ttl = TTL, limit = 1232 }: Scene): Read {
  const query = queryFor('www.engine.test', shape)
  const question = emptyQuestion()
  readQuestion(query, question)
  const place = { bytes: packed ?? packedAnswer(records, shape), at: 0 }
  const into = new Uint8Array(65_535)
  const octets = new SafeAnswerWriter().write(
    { query, question, limit },
    { name: wireNameOf(SAFE), place },
    ttl,
    into,
  )
  return read(into.subarray(0, octets))
}

/** What the upstream says of the safe host, packed as the cache keeps it. */
function packedAnswer(records: Records, { type = 'A' }: QueryShape = {}): Uint8Array {
  const query = queryFor(SAFE, { type })
  const question = emptyQuestion()
  readQuestion(query, question)
  return packAnswer(responseTo(query, records), question.end) ?? Uint8Array.of()
}

test('an alias to the safe host, then its addresses as its own', () => {
  const { packet, answers } = written({ records: { answers: [a(SAFE), a(SAFE, '192.0.2.2')] } })
  expect(answers).toEqual([`CNAME ${SAFE} 60`, 'A 192.0.2.1 60', 'A 192.0.2.2 60'])
  expect(packet.answers?.map(({ name }) => name)).toEqual(['www.engine.test', SAFE, SAFE])
})

test('IPv6 addresses likewise', () => {
  const record = { type: 'AAAA', name: SAFE, ttl: 60, data: '2001:db8::1' } as const
  const { answers } = written({ records: { answers: [record] }, shape: { type: 'AAAA' } })
  expect(answers).toEqual([`CNAME ${SAFE} 60`, 'AAAA 2001:db8::1 60'])
})

test('aliases of the safe host itself are left out', () => {
  const answers = [cname(SAFE, 'vip.cdn.test', 20), a('vip.cdn.test')]
  expect(written({ records: { answers } }).answers).toEqual([`CNAME ${SAFE} 60`, 'A 192.0.2.1 60'])
})

test('no TTL outlives the cap or the addresses', () => {
  const records = { answers: [a(SAFE, '192.0.2.1', 500), a(SAFE, '192.0.2.2', 100)] }
  expect(written({ records, ttl: { age: 30, cap: 300, fixed: -1 } }).answers).toEqual([
    `CNAME ${SAFE} 70`,
    'A 192.0.2.1 300',
    'A 192.0.2.2 70',
  ])
  expect(written({ records, ttl: { age: 0, cap: 3, fixed: -1 } }).answers).toEqual([
    `CNAME ${SAFE} 3`,
    'A 192.0.2.1 3',
    'A 192.0.2.2 3',
  ])
})

test('a host without addresses of the type has the alias and an SOA of ours', () => {
  const records = { authorities: [soa('engine.test', 60, 60)] }
  const answer = written({ records, shape: { type: 'AAAA' } })
  expect(answer).toMatchObject({ rcode: 0, answers: [`CNAME ${SAFE} 300`] })
  expect(answer.authorities).toEqual(['SOA - 300'])
})

test('a host that does not exist says so', () => {
  const records = { rcode: 3, authorities: [soa('engine.test', 60, 60)] }
  expect(written({ records })).toMatchObject({ rcode: 3, answers: [`CNAME ${SAFE} 300`] })
})

test('a failure is a failure, with its extended error, and leads nowhere', () => {
  const packed = packFailure(2, 22, 5)
  expect(written({ packed, shape: { edns: 1232 } })).toMatchObject({
    rcode: 2,
    answers: [],
    extended: { code: 22 },
  })
})

test('a question for the alias gets it alone', () => {
  const answer = written({ packed: packFailure(0, 0, 0), shape: { type: 'CNAME' } })
  expect(answer).toMatchObject({ answers: [`CNAME ${SAFE} 300`], authorities: [] })
})

test('sixteen addresses at most', () => {
  const answers = Array.from({ length: 40 }, (_, i) => a(SAFE, `192.0.2.${i}`))
  expect(written({ records: { answers } }).answers).toHaveLength(17)
})

test('an answer that does not fit says TC and nothing else', () => {
  const answers = Array.from({ length: 16 }, (_, i) => a(SAFE, `192.0.2.${i}`))
  const answer = written({ records: { answers }, limit: 200, shape: { edns: 512 } })
  expect(answer).toMatchObject({ truncated: true, answers: [], authorities: [] })
  expect(answer.packet.additionals).toHaveLength(1)
})

test('whatever an upstream said that could be packed, the answer reads and shows no other name', () => {
  const good = responseTo(queryFor(SAFE), {
    answers: [cname(SAFE, 'vip.cdn.test'), a('vip.cdn.test'), a('vip.cdn.test', '192.0.2.2')],
  })
  const question = emptyQuestion()
  readQuestion(queryFor(SAFE), question)
  const change = fc.tuple(fc.integer({ min: 12, max: good.length - 1 }), fc.nat({ max: 255 }))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
      const bytes = Uint8Array.from(good)
      for (const [at, octet] of changes) bytes[at] = octet
      const packed = packAnswer(bytes, question.end)
      if (packed === undefined) return
      const { packet } = written({ packed })
      const names = new Set(packet.answers?.map(({ name }) => name))
      names.delete('www.engine.test')
      names.delete(SAFE)
      expect([...names]).toEqual([])
    }),
    { numRuns: FUZZ_RUNS },
  )
  expect(decode(Buffer.from(good)).answers).toHaveLength(3)
})

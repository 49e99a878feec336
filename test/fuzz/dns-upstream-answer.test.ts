import { decode } from 'dns-packet'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isReplyTo } from '../../proxy/dns/udp-carrier.ts'
import { expandName } from '../../proxy/dns/wire/names.ts'
import { packAnswer } from '../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion, u16 } from '../../proxy/dns/wire/question.ts'
import { upstreamQuery } from '../../proxy/dns/wire/upstream-query.ts'
import { writePacked } from '../../proxy/dns/wire/write-answer.ts'
import { a, cname, optOf, queryFor, responseTo, soa } from '../support/dns-packets.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const query = queryFor('www.test', { edns: 1232 })
const question = emptyQuestion()
readQuestion(query, question)
const asked = upstreamQuery(query, question)
const answers = [cname('www.test', 'cdn.test'), a('cdn.test'), a('cdn.test', '192.0.2.2')]
const good = responseTo(queryFor('www.test'), {
  answers,
  authorities: [soa('test', 60, 60)],
  additionals: [optOf(1232, false)],
})

const records = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(good.length), fc.integer({ min: 0, max: 255 })), {
        maxLength: 5,
      }),
      length: fc.integer({ min: 12, max: good.length }),
      tail: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ changes, length, tail }) => {
      const bytes = Uint8Array.from([...good.subarray(0, length), ...tail])
      for (const [at, octet] of changes) if (at < bytes.length) bytes[at] = octet
      return bytes
    }),
)

test('any bytes as an upstream’s answer are packed or refused; what is packed can be written', () => {
  const into = new Uint8Array(65_535)
  let packedSome = 0
  fc.assert(
    fc.property(records, (bytes) => {
      if (!isReplyTo(bytes, asked)) return
      const packed = packAnswer(bytes, question.end)
      if (packed === undefined) return
      packedSome += 1
      expect(packed.length).toBe(16 + 2 * u16(packed, 8) + u16(packed, 10) + u16(packed, 6))
      const ttl = { age: 3, cap: 300, fixed: -1 }
      const octets = writePacked(
        { query, question, limit: 65_535 },
        { bytes: packed, at: 0 },
        ttl,
        into,
      )
      expect(octets).toBeLessThanOrEqual(bytes.length + 17)
      expect(u16(into, 6)).toBe(u16(bytes, 6))
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
  expect(packedSome).toBeGreaterThan(0)
})

test('what another decoder reads of an unharmed answer, it reads of ours', () => {
  const into = new Uint8Array(65_535)
  const address = fc.ipV4()
  const label = fc.stringMatching(/^[a-z]{1,20}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(label, address), { maxLength: 20 }), (pairs) => {
      const given = pairs.map(([name, data]) => a(`${name}.test`, data, 60))
      const response = responseTo(queryFor('www.test'), { answers: given })
      const packed = packAnswer(response, question.end)
      if (packed === undefined) throw new Error('a good answer was refused')
      const ttl = { age: 0, cap: 300, fixed: -1 }
      const octets = writePacked(
        { query, question, limit: 65_535 },
        { bytes: packed, at: 0 },
        ttl,
        into,
      )
      const decoded = decode(Buffer.from(into.subarray(0, octets)))
      expect(decoded.answers).toMatchObject(given)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('any bytes as a name are expanded within 255 octets or refused', () => {
  const into = new Uint8Array(600)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 13, maxLength: 400 }), fc.nat(400), (bytes, at) => {
      const octets = expandName(bytes, at, into, 0)
      expect(octets).toBeLessThanOrEqual(255)
      expect(octets).not.toBe(0)
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
})

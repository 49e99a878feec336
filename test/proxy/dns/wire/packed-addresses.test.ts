import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerRecords, findRecordAddress } from '../../../../proxy/dns/wire/packed-addresses.ts'
import { packAnswer } from '../../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../../proxy/dns/wire/question.ts'
import { expectAllocatesAtMost } from '../../../support/allocations.ts'
import { a, cname, queryFor, responseTo, soa } from '../../../support/dns-packets.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'
import { wireName } from '../../../support/wire-name.ts'

/** All addresses of a packed answer, as octets with dots. */
function addressesIn(packed: Uint8Array, at = 0): string[] {
  const found = { at: 0, octets: 0 }
  const addresses: string[] = []
  for (let record = 0; record < answerRecords(packed, at); record += 1) {
    for (let n = 0; findRecordAddress({ bytes: packed, at }, record, n, found); n += 1) {
      addresses.push(packed.subarray(found.at, found.at + found.octets).join('.'))
    }
  }
  return addresses
}

function packed(records: Parameters<typeof responseTo>[1], query = queryFor('www.test')) {
  const question = emptyQuestion()
  readQuestion(query, question)
  const answer = packAnswer(responseTo(query, records), question.end)
  if (answer === undefined) throw new Error('malformed')
  return answer
}

/** `HTTPS` with hints; dns-packet knows no such type. */
function https(hints: readonly (readonly [key: number, value: readonly number[]])[]): Uint8Array {
  const params = hints.flatMap(([key, value]) => [0, key, 0, value.length, ...value])
  return Uint8Array.from([0, 1, ...wireName('svc.test'), ...params])
}

test('addresses of A and AAAA records, those of the authority section left out', () => {
  const answer = packed({
    answers: [
      cname('www.test', 'a.test'),
      a('a.test'),
      { type: 'AAAA', name: 'a.test', ttl: 60, data: '2001:db8::1' },
    ],
    authorities: [soa('test', 60, 60), a('ns.test', '192.0.2.9')],
  })
  expect(addressesIn(answer)).toEqual(['192.0.2.1', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'])
  const shifted = Uint8Array.from([9, 9, 9, ...answer])
  expect(addressesIn(shifted, 3)).toHaveLength(2)
})

test('hints of HTTPS records, each of them', () => {
  const data = https([
    [1, [2, 0x68, 0x32]],
    [4, [192, 0, 2, 1, 192, 0, 2, 2]],
    [6, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]],
  ])
  const record = { type: 'UNKNOWN_65', name: 'www.test', ttl: 60, data: Buffer.from(data) }
  expect(addressesIn(packed({ answers: [record as never] }))).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9',
  ])
})

test('whatever octets the data has, the search ends within the record', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (tail) => {
      const data = Buffer.from([0, 1, ...wireName('svc.test'), ...tail])
      const record = { type: 'UNKNOWN_65', name: 'www.test', ttl: 60, data }
      const answer = packed({ answers: [record as never] })
      const found = { at: 0, octets: 0 }
      for (let n = 0; findRecordAddress({ bytes: answer, at: 0 }, 0, n, found); n += 1)
        expect(found.at + found.octets).toBeLessThanOrEqual(answer.length)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('looking for addresses allocates nothing', () => {
  const place = { bytes: packed({ answers: [a('www.test'), a('www.test', '192.0.2.2')] }), at: 0 }
  const found = { at: 0, octets: 0 }
  expectAllocatesAtMost(1, 10_000, () => {
    for (let record = 0; record < answerRecords(place.bytes, 0); record += 1)
      if (!findRecordAddress(place, record, 0, found)) throw new Error('an address is there')
  })
})

import { expect, test } from 'vitest'
import {
  packAnswer,
  packFailure,
  packedLife,
  packedRcode,
} from '../../../../proxy/dns/wire/packed-answer.ts'
import { u16 } from '../../../../proxy/dns/wire/question.ts'
import { wireName } from '../../../support/wire-name.ts'
import { a, cname, optOf, queryFor, responseTo, soa } from '../../../support/dns-packets.ts'

const QUERY = queryFor('www.test')
const END = QUERY.length

function pack(records: Parameters<typeof responseTo>[1]): Uint8Array {
  const packed = packAnswer(responseTo(QUERY, records), END)
  if (packed === undefined) throw new Error('the answer was refused')
  return packed
}

function lifeOf(records: Parameters<typeof responseTo>[1]): number {
  return packedLife(pack(records), 0)
}

const LIVES: readonly [says: string, records: Parameters<typeof responseTo>[1], seconds: number][] =
  [
    [
      'lives as long as its shortest record',
      { answers: [a('www.test', '192.0.2.1', 60), a('www.test', '192.0.2.2', 20)] },
      20,
    ],
    ['lives no longer than a day', { answers: [a('www.test', '192.0.2.1', 999_999)] }, 86_400],
    ['does not live with a ttl of 0', { answers: [a('www.test', '192.0.2.1', 0)] }, 0],
    [
      'takes a ttl with its highest bit for 0',
      { answers: [a('www.test', '192.0.2.1', 0x8000_0001)] },
      0,
    ],
    [
      'an absence lives by the minimum of its soa',
      { rcode: 3, authorities: [soa('test', 300, 40)] },
      40,
    ],
    [
      'an absence lives by the ttl of its soa if that is less',
      { rcode: 3, authorities: [soa('test', 30, 400)] },
      30,
    ],
    ['no data is an absence too', { authorities: [soa('test', 300, 40)] }, 40],
    [
      'an alias to nothing is an absence',
      { answers: [cname('www.test', 'gone.test', 3000)], authorities: [soa('test', 300, 40)] },
      40,
    ],
    [
      'an absence lives a quarter of an hour at most',
      { rcode: 3, authorities: [soa('test', 86_400, 86_400)] },
      900,
    ],
    ['an absence without soa is not kept', { rcode: 3 }, 0],
  ]

for (const [says, records, seconds] of LIVES) {
  test(says, () => {
    expect(lifeOf(records)).toBe(seconds)
  })
}

test('the soa of an absence tells the client our life, not the longer ttl it came with', () => {
  const packed = pack({ rcode: 3, authorities: [soa('test', 300, 40)] })
  const bodyAt = packed.length - u16(packed, 6)
  const ttlAt = bodyAt + u16(packed, 16)
  expect([...packed.subarray(ttlAt, ttlAt + 4)]).toEqual([0, 0, 0, 40])
})

function targetsOf(packed: Uint8Array): Uint8Array {
  const at = 16 + 2 * u16(packed, 8)
  return packed.slice(at, at + u16(packed, 10))
}

test('targets of aliases are kept expanded, one after the other', () => {
  const packed = pack({
    answers: [cname('www.test', 'cdn.test'), cname('cdn.test', 'edge.example'), a('edge.example')],
  })
  expect(targetsOf(packed)).toEqual(
    Uint8Array.from([...wireName('cdn.test'), ...wireName('edge.example')]),
  )
})

test('the target of an HTTPS record is kept; the root, which means the owner, is not', () => {
  const https = (target: string): Uint8Array => {
    const data = Uint8Array.from([0, 1, ...wireName(target)])
    const record = [0xc0, 12, 0, 65, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]
    const query = queryFor('www.test', { type: 'UNKNOWN_65' })
    const response = Uint8Array.from([...responseTo(query), ...record])
    response[7] = 1
    return packAnswer(response, query.length) ?? Uint8Array.of()
  }
  expect(targetsOf(https('svc.example'))).toEqual(wireName('svc.example'))
  expect(targetsOf(https(''))).toEqual(Uint8Array.of())
})

test('the additional section is left out', () => {
  const bare = pack({ answers: [a('www.test')] })
  const more = pack({
    answers: [a('www.test')],
    additionals: [a('other.test'), optOf(1232, false)],
  })
  expect(more).toEqual(bare)
})

test('signatures of an alias do not make an absence of its target conclusive', () => {
  const rrsig = {
    type: 'RRSIG',
    name: 'www.test',
    ttl: 3000,
    data: {
      typeCovered: 'CNAME',
      algorithm: 8,
      labels: 2,
      originalTTL: 3000,
      expiration: 0,
      inception: 0,
      keyTag: 1,
      signersName: 'test',
      signature: Buffer.alloc(8),
    },
  } as const
  const answers = [cname('www.test', 'gone.test', 3000), rrsig]
  expect(lifeOf({ answers, authorities: [soa('test', 300, 40)] })).toBe(40)
})

test('an OPT among the answers is refused: what looks like its ttl would be patched', () => {
  const response = responseTo(QUERY, { answers: [optOf(1232, false)] })
  expect(packAnswer(response, END)).toBeUndefined()
})

test('a failure has no records and lives as long as it is told', () => {
  const packed = packFailure(2, 22, 5)
  expect(packedRcode(packed, 0)).toBe(2)
  expect(packed[1]).toBe(22)
  expect(packedLife(packed, 0)).toBe(5)
})

const GOOD = responseTo(QUERY, { answers: [cname('www.test', 'cdn.test'), a('cdn.test')] })

test('every cut of an answer is refused', () => {
  for (let octets = END; octets < GOOD.length; octets += 1) {
    expect(packAnswer(GOOD.subarray(0, octets), END)).toBeUndefined()
  }
})

test('more aliases than any real chain has are refused', () => {
  const chain = (length: number): Uint8Array =>
    responseTo(QUERY, {
      answers: Array.from({ length }, (_, i) => cname(`n${i}.test`, `n${i + 1}.test`)),
    })
  expect(packAnswer(chain(32), END)).toBeDefined()
  expect(packAnswer(chain(33), END)).toBeUndefined()
})

test('an alias in a circle is packed like any other: nothing here follows it', () => {
  const packed = pack({ answers: [cname('www.test', 'b.test'), cname('b.test', 'www.test')] })
  expect(targetsOf(packed)).toEqual(
    Uint8Array.from([...wireName('b.test'), ...wireName('www.test')]),
  )
})

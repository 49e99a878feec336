import { decode } from 'dns-packet'
import { expect, test } from 'vitest'
import { asksForPadding, padAnswer } from '../../../../proxy/dns/wire/padding.ts'
import { a, optOf, paddedQuery, queryFor, responseTo } from '../../../support/dns-packets.ts'

function padded(answers: number): { readonly room: Uint8Array; readonly octets: number } {
  const response = responseTo(queryFor('www.test'), {
    answers: Array.from({ length: answers }, () => a('www.test')),
    additionals: [optOf(1232, false)],
  })
  const room = new Uint8Array(65_535).fill(7)
  room.set(response)
  return { room, octets: padAnswer(room, response.length) }
}

test.each([[0], [1], [15], [16], [40]])(
  'RFC 8467: an answer of %i records is a multiple of 468 octets, and reads as before',
  (answers) => {
    const { room, octets } = padded(answers)
    expect(octets % 468).toBe(0)
    const read = decode(Buffer.from(room.subarray(0, octets)))
    expect(read.answers).toHaveLength(answers)
    const opt = read.additionals?.[0]
    const options =
      opt?.type === 'OPT' ? (opt.options as unknown as { code: number; data: Buffer }[]) : []
    expect(options.map(({ code }) => code)).toEqual([12])
    expect(options[0]?.data.every((octet) => octet === 0)).toBe(true)
  },
)

test('an answer without OPT has no place for padding', () => {
  const response = responseTo(queryFor('www.test'), { answers: [a('www.test')] })
  const room = new Uint8Array(1000)
  room.set(response)
  expect(padAnswer(room, response.length)).toBe(response.length)
})

test('an answer that fills its room is left as it is', () => {
  const response = responseTo(queryFor('www.test'), { additionals: [optOf(1232, false)] })
  expect(padAnswer(response, response.length)).toBe(response.length)
})

test('a query asks for padding by being padded', () => {
  expect(asksForPadding(paddedQuery('www.test'))).toBe(true)
  expect(asksForPadding(queryFor('www.test', { edns: 1232 }))).toBe(false)
  expect(asksForPadding(queryFor('www.test'))).toBe(false)
})

import { expect, test } from 'vitest'
import { emptyQuestion, readQuestion } from '../../../../proxy/dns/wire/question.ts'
import {
  extendedErrorText,
  writeBadVersion,
  writeError,
  writeHeaderOnly,
  writeMinimalAny,
  writeRefusal,
} from '../../../../proxy/dns/wire/refusals.ts'
import type { Asked, Refusal } from '../../../../proxy/dns/wire/refusals.ts'
import { udpLimit } from '../../../../proxy/dns/wire/write-answer.ts'
import { queryFor, read } from '../../../support/dns-packets.ts'
import type { QueryShape, Read } from '../../../support/dns-packets.ts'

function written(
  name: string,
  shape: QueryShape,
  write: (asked: Asked, into: Uint8Array) => number,
): Read & { readonly octets: number } {
  const query = queryFor(name, shape)
  const question = emptyQuestion()
  readQuestion(query, question)
  const into = new Uint8Array(1500).fill(0xee)
  const octets = write({ query, question, limit: udpLimit(question) }, into)
  return { ...read(into.subarray(0, octets)), octets }
}

const PAGE: Refusal = {
  rcode: 0,
  ttl: 5,
  page: Uint8Array.of(127, 0, 0, 9),
  extended: { code: 15, text: extendedErrorText('reception_hours: not before half past three') },
}
const NO_DATA: Refusal = { ...PAGE, page: null }

function refused(
  refusal: Refusal,
  shape: QueryShape = {},
  name = 'www.test',
): ReturnType<typeof written> {
  return written(name, shape, (asked, into) => writeRefusal(asked, refusal, into))
}

test('a refused A gets the address of the page where there is one', () => {
  expect(refused(PAGE).answers).toEqual(['A 127.0.0.9 5'])
})

test('all other types get no data with an SOA, so that clients may remember it', () => {
  for (const type of ['AAAA', 'TXT', 'MX', 'UNKNOWN_65'] as const) {
    const answer = refused(PAGE, { type })
    expect(answer).toMatchObject({ rcode: 0, answers: [], authorities: ['SOA - 5'] })
  }
})

test('no data where no page may be shown, for A too', () => {
  const { answers, packet } = refused(NO_DATA)
  expect(answers).toEqual([])
  expect(packet.authorities?.[0]).toMatchObject({
    type: 'SOA',
    name: 'www.test',
    data: { mname: 'schoolgate.invalid', rname: 'hostmaster.schoolgate.invalid', minimum: 5 },
  })
  expect(packet).toMatchObject({ flag_aa: false, flag_ra: true })
})

test('the reason goes to those who have OPT, and only to them', () => {
  expect(refused(NO_DATA).extended).toBeNull()
  expect(refused(NO_DATA, { edns: 1232 }).extended).toEqual({
    code: 15,
    text: 'reception_hours: not before half past three',
  })
})

test('the longest name with the longest text still fits 512 octets, whole characters only', () => {
  const name = `${`${'x'.repeat(63)}.`.repeat(3)}${'x'.repeat(61)}`
  const text = extendedErrorText(`category: ${'é'.repeat(300)}`)
  expect(text.length).toBeLessThanOrEqual(240)
  const answer = refused({ ...NO_DATA, extended: { code: 17, text } }, { edns: 512 }, name)
  expect(answer.octets).toBeLessThanOrEqual(512)
  expect(answer.extended?.text).toMatch(/^category: é+$/)
})

test('an error repeats the question and nothing else', () => {
  const answer = written('www.test', { edns: 1232 }, (asked, into) =>
    writeError(asked, 5, 22, into),
  )
  expect(answer).toMatchObject({ rcode: 5, answers: [], extended: { code: 22, text: '' } })
  expect(answer.packet.questions).toHaveLength(1)
})

test('a bad EDNS version is 16, half of it in the OPT', () => {
  const answer = written('www.test', { edns: 1232 }, (asked, into) => writeBadVersion(asked, into))
  expect(answer.rcode).toBe(0)
  expect(answer.packet.additionals?.[0]).toMatchObject({
    type: 'OPT',
    extendedRcode: 1,
    ednsVersion: 0,
  })
})

test('what could not be read gets a header with its id, its opcode and its RD', () => {
  const into = new Uint8Array(12)
  const query = Uint8Array.of(0xab, 0xcd, 0x29, 0xff)
  expect(writeHeaderOnly(query, 4, into)).toBe(12)
  expect([...into]).toEqual([0xab, 0xcd, 0xa9, 0x84, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('ANY gets one HINFO of RFC 8482', () => {
  const answer = written('www.test', { type: 'ANY' }, (asked, into) =>
    writeMinimalAny(asked, 60, into),
  )
  expect(answer.packet.answers).toMatchObject([
    { type: 'HINFO', ttl: 60, data: { cpu: 'RFC8482', os: '' } },
  ])
})

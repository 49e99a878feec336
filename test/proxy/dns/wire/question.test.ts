import { expect, test } from 'vitest'
import {
  emptyQuestion,
  readQuestion,
  repeatsQuestion,
} from '../../../../proxy/dns/wire/question.ts'
import type { Reading } from '../../../../proxy/dns/wire/question.ts'
import { wireName } from '../../../support/wire-name.ts'
import { queryFor, responseTo } from '../../../support/dns-packets.ts'

const PLAIN = queryFor('www.example.org')
const WITH_OPT = queryFor('www.example.org', { edns: 4096, dnssecOk: true })

/** A copy of `bytes` with some octets replaced. */
function changed(bytes: Uint8Array, at: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (const [place, octet] of Object.entries(at)) copy[Number(place)] = octet
  return copy
}

/** `query` with this as its one name; type A, class IN. */
function named(name: Uint8Array): Uint8Array {
  return Uint8Array.from([...PLAIN.subarray(0, 12), ...name, 0, 1, 0, 1])
}

const OPT_AT = PLAIN.length
const LONGEST = wireName(`${`${'x'.repeat(63)}.`.repeat(3)}${'x'.repeat(61)}`)
const TOO_LONG = wireName(`${`${'x'.repeat(63)}.`.repeat(3)}${'x'.repeat(62)}`)

const READINGS: readonly [says: string, bytes: Uint8Array, reading: Reading][] = [
  ['reads a plain query', PLAIN, 'query'],
  ['reads one with OPT', WITH_OPT, 'query'],
  ['reads the root as a name', named(wireName('')), 'query'],
  ['reads a name of 255 octets', named(LONGEST), 'query'],
  ['refuses one of 256', named(TOO_LONG), 'formerr'],
  ['drops what is too short for a header', PLAIN.subarray(0, 11), 'drop'],
  ['drops a response, lest two servers answer each other', changed(PLAIN, { 2: 0x81 }), 'drop'],
  ['does not implement UPDATE', changed(PLAIN, { 2: 0x28 }), 'notimp'],
  ['does not implement NOTIFY', changed(PLAIN, { 2: 0x20 }), 'notimp'],
  ['refuses no question', changed(PLAIN, { 5: 0 }), 'formerr'],
  ['refuses two questions', changed(PLAIN, { 5: 2 }), 'formerr'],
  ['refuses a query that brings answers', changed(PLAIN, { 7: 1 }), 'formerr'],
  ['refuses a query that brings authority', changed(PLAIN, { 9: 1 }), 'formerr'],
  ['refuses a pointer in the question', named(Uint8Array.of(0xc0, 12)), 'formerr'],
  ['refuses a label of 64', named(Uint8Array.of(64)), 'formerr'],
  ['refuses a cut name', PLAIN.subarray(0, 20), 'formerr'],
  ['refuses a cut type', PLAIN.subarray(0, PLAIN.length - 3), 'formerr'],
  ['refuses an announced record that is not there', changed(PLAIN, { 11: 1 }), 'formerr'],
  ['refuses a cut OPT', WITH_OPT.subarray(0, WITH_OPT.length - 1), 'formerr'],
  ['refuses more records than a query can need', changed(PLAIN, { 11: 200 }), 'formerr'],
  [
    'refuses two OPTs',
    changed(Uint8Array.from([...WITH_OPT, ...WITH_OPT.subarray(OPT_AT)]), { 11: 2 }),
    'formerr',
  ],
  [
    'refuses an option that is longer than its OPT',
    changed(Uint8Array.from([...WITH_OPT, 0, 10, 0, 9]), { [OPT_AT + 10]: 4 }),
    'formerr',
  ],
  ['wants EDNS version 0', changed(WITH_OPT, { [OPT_AT + 6]: 1 }), 'badvers'],
  ['ignores what trails', Uint8Array.from([...PLAIN, 1, 2, 3]), 'query'],
]

for (const [says, bytes, reading] of READINGS) {
  test(says, () => {
    expect(readQuestion(bytes, emptyQuestion())).toBe(reading)
  })
}

test('a query is read into where its parts are', () => {
  const question = emptyQuestion()
  readQuestion(WITH_OPT, question)
  expect(question).toEqual({
    nameEnd: 12 + 17,
    type: 1,
    class: 1,
    end: 12 + 17 + 4,
    recursionDesired: true,
    checkingDisabled: false,
    hasOpt: true,
    udpOctets: 4096,
    dnssecOk: true,
    namesClient: false,
    optionsFrom: WITH_OPT.length,
    optionsEnd: WITH_OPT.length,
  })
})

test('nothing of the query before is left in the next', () => {
  const question = emptyQuestion()
  readQuestion(WITH_OPT, question)
  readQuestion(PLAIN, question)
  expect(question).toMatchObject({ hasOpt: false, udpOctets: 0, dnssecOk: false })
})

test('a response repeats the question in any case, and only that question', () => {
  const end = PLAIN.length
  const response = responseTo(PLAIN)
  expect(repeatsQuestion(response, PLAIN, end)).toBe(true)
  expect(repeatsQuestion(responseTo(queryFor('WWW.example.org')), PLAIN, end)).toBe(true)
  expect(repeatsQuestion(responseTo(queryFor('wwx.example.org')), PLAIN, end)).toBe(false)
  expect(
    repeatsQuestion(responseTo(queryFor('www.example.org', { type: 'AAAA' })), PLAIN, end),
  ).toBe(false)
  expect(repeatsQuestion(response.subarray(0, end - 1), PLAIN, end)).toBe(false)
  // `@` and backtick differ by the same bit as letters of two cases do, and are no letters.
  expect(
    repeatsQuestion(responseTo(queryFor('a@b')), queryFor('a`b'), queryFor('a`b').length),
  ).toBe(false)
})

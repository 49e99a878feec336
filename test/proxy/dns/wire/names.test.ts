import { expect, test } from 'vitest'
import {
  expandName,
  sameName,
  skipName,
  wireNameLength,
  wireNameOf,
} from '../../../../proxy/dns/wire/names.ts'
import { wireName } from '../../../support/wire-name.ts'

const HEADER = new Array<number>(12).fill(0)

/** A message of a header and these octets. */
function message(...octets: (number | Uint8Array)[]): Uint8Array {
  return Uint8Array.from([
    ...HEADER,
    ...octets.flatMap((o) => (typeof o === 'number' ? [o] : [...o])),
  ])
}

test('a host name in wire form is what another encoder makes of it', () => {
  expect(wireNameOf('www.example.org')).toEqual(wireName('www.example.org'))
  expect(wireNameOf('')).toEqual(Uint8Array.of(0))
})

test('names are the same in any case, and only the whole name counts', () => {
  const name = wireName('www.example.org')
  expect(sameName(name, 0, wireName('WWW.Example.ORG'), 0)).toBe(true)
  expect(sameName(name, 0, wireName('www.example.or'), 0)).toBe(false)
  expect(sameName(wireName('a'), 0, wireName('a.b'), 0)).toBe(false)
})

test('the length of a name includes its root octet', () => {
  expect(wireNameLength(wireName('a.bc'), 0)).toBe(6)
  expect(wireNameLength(wireName(''), 0)).toBe(1)
})

const EXPANDED: readonly [says: string, bytes: Uint8Array, at: number, name: string | null][] = [
  ['reads a name without pointers', message(wireName('a.bc')), 12, 'a.bc'],
  ['follows a pointer back', message(wireName('org'), 1, 0x61, 0xc0, 12), 17, 'a.org'],
  [
    'follows a pointer to a pointer',
    message(wireName('org'), 1, 0x62, 0xc0, 12, 1, 0x61, 0xc0, 17),
    21,
    'a.b.org',
  ],
  ['refuses a pointer to itself', message(0xc0, 12), 12, null],
  ['refuses a pointer into its own labels', message(1, 0x61, 0xc0, 12), 12, null],
  ['refuses a pointer forward', message(0xc0, 14, 1, 0x61, 0), 12, null],
  ['refuses a pointer into the header, whose id changes', message(0xc0, 2), 12, null],
  ['refuses the label types 01 and 10, which nobody uses', message(0x41, 0x61, 0), 12, null],
  ['refuses a name that runs off the end', message(5, 0x61), 12, null],
  ['refuses a name without an end', message(1, 0x61), 12, null],
]

for (const [says, bytes, at, name] of EXPANDED) {
  test(says, () => {
    const into = new Uint8Array(256)
    const octets = expandName(bytes, at, into, 0)
    if (name === null) expect(octets).toBe(-1)
    else expect(into.slice(0, octets)).toEqual(wireName(name))
  })
}

test('refuses a name over 255 octets, also one put together by pointers', () => {
  const long = Array.from({ length: 4 }, () => 'x'.repeat(62)).join('.')
  const bytes = message(wireName(long), 9, new Uint8Array(9).fill(0x61), 0xc0, 12)
  expect(expandName(bytes, 12, new Uint8Array(300), 0)).toBe(253)
  expect(expandName(bytes, 12 + 253, new Uint8Array(300), 0)).toBe(-1)
})

test('refuses to write past the room it is given', () => {
  expect(expandName(message(wireName('abc')), 12, new Uint8Array(4), 0)).toBe(-1)
})

test('a chain of pointers longer than any real one is refused', () => {
  const pointers = Array.from({ length: 40 }, (_, i) => [
    0xc0,
    i === 0 ? 12 : 13 + 2 * (i - 1),
  ]).flat()
  const bytes = message(0, ...pointers)
  expect(expandName(bytes, 13, new Uint8Array(9), 0)).toBe(1)
  expect(expandName(bytes, 13 + 2 * 39, new Uint8Array(9), 0)).toBe(-1)
})

test('skipping stops after the pointer or the root, and never past the end', () => {
  const bytes = message(wireName('org'), 1, 0x61, 0xc0, 12, 7)
  expect(skipName(bytes, 12, bytes.length)).toBe(17)
  expect(skipName(bytes, 17, bytes.length)).toBe(21)
  expect(skipName(bytes, 17, 20)).toBe(-1)
  expect(skipName(bytes, 21, bytes.length)).toBe(-1)
  expect(skipName(bytes, bytes.length, bytes.length)).toBe(-1)
})

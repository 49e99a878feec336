import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, octetsOf, parseAddress } from '../../../rules/addresses/ip-address.ts'
import {
  readAddress,
  readAddressOctets,
  seeThroughNat64,
} from '../../../rules/addresses/read-address.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function wordsOf(text: string): readonly number[] | null {
  const words = new Int32Array(4)
  return readAddress(text, words) ? [...words].map((word) => word >>> 0) : null
}

test('reads what the parser of addresses reads, and nothing else', () => {
  const part = fc.constantFrom(
    '0',
    '1',
    '25',
    '255',
    '256',
    '01',
    '.',
    '.',
    ':',
    '::',
    'f',
    'ffff',
    'org',
  )
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.array(part, { maxLength: 9 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (any) => {
      expect(wordsOf(any)).toEqual(parseAddress(any) ?? null)
    }),
    { numRuns: FUZZ_RUNS * 3 },
  )
})

test('the octets of a record are the same address', () => {
  const words = new Int32Array(4)
  const address = parseAddress('192.0.2.7') ?? [0, 0, 0, 0]
  expect(readAddressOctets(Uint8Array.of(9, 192, 0, 2, 7), 1, 4, words)).toBe(true)
  expect([...words].map((word) => word >>> 0)).toEqual(address)
  expect(readAddressOctets(octetsOf(address), 0, 16, words)).toBe(true)
  expect([...words].map((word) => word >>> 0)).toEqual(address)
  expect(readAddressOctets(octetsOf(address), 0, 15, words)).toBe(false)
})

test('an address behind a NAT64 is that address', () => {
  const words = Int32Array.from(parseAddress('64:ff9b::c000:207') ?? [])
  seeThroughNat64(words)
  expect(formatAddress([words[0] ?? 1, words[1] ?? 1, words[2] ?? 1, words[3] ?? 1])).toBe(
    '192.0.2.7',
  )
})

test('IPv4 and host names are read without allocating', () => {
  const words = new Int32Array(4)
  expectAllocatesAtMost(1, 10_000, () => {
    readAddress('192.0.2.7', words)
    readAddress('www.example.org', words)
  })
})

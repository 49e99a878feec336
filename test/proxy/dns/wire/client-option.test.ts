import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClientOption } from '../../../../proxy/dns/wire/client-option.ts'
import { FUZZ_RUNS } from '../../../support/fuzz-runs.ts'

const option = (code: number, value: readonly number[]) => [
  ...[code >> 8, code & 255, value.length >> 8, value.length & 255],
  ...value,
]
const subnet = (...value: number[]) => option(8, value)
const umbrella = (...fields: number[]) => option(20_292, [0x4f, 0x44, 0x4e, 0x53, 1, 0, ...fields])
const read = (...options: readonly (readonly number[])[]) => {
  const bytes = Uint8Array.from(options.flat())
  return readClientOption(bytes, 0, bytes.length)
}
const V6 = [0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]
const ORGANISATION = [0, 8, 0, 0, 4, 210]

test.each([
  ['a client subnet of one IPv4 address', [subnet(0, 1, 32, 0, 10, 1, 0, 7)], '10.1.0.7'],
  ['a client subnet of one IPv6 address', [subnet(0, 2, 128, 0, ...V6)], 'fd77::7'],
  [
    'Umbrella’s IPv4 field behind another',
    [umbrella(...ORGANISATION, 0, 16, 10, 1, 0, 7)],
    '10.1.0.7',
  ],
  ['Umbrella’s IPv6 field', [umbrella(0, 32, ...V6)], 'fd77::7'],
  [
    'a cookie before it',
    [option(10, [1, 2, 3, 4, 5, 6, 7, 8]), subnet(0, 1, 32, 0, 10, 1, 0, 7)],
    '10.1.0.7',
  ],
  [
    'both, that agree',
    [subnet(0, 1, 32, 0, 10, 1, 0, 7), umbrella(0, 16, 10, 1, 0, 7)],
    '10.1.0.7',
  ],
])('%s names a client', (_name, options, address) => {
  expect(read(...options)).toEqual({ address })
})

test.each([
  ['a subnet of many', [subnet(0, 1, 24, 0, 10, 1, 0)]],
  ['a subnet of all', [subnet(0, 1, 0, 0)]],
  ['Umbrella’s option without an address', [umbrella(...ORGANISATION)]],
  ['nothing', []],
])('%s names nobody', (_name, options) => {
  expect(read(...options)).toEqual({ address: null, isMalformed: false })
})

test.each([
  ['another family', [subnet(0, 3, 32, 0, 10, 1, 0, 7)]],
  ['a scope', [subnet(0, 1, 32, 32, 10, 1, 0, 7)]],
  ['a prefix too long', [subnet(0, 1, 33, 0, 10, 1, 0, 7, 0)]],
  ['octets too few', [subnet(0, 1, 32, 0, 10, 1, 0)]],
  ['octets too many', [subnet(0, 1, 24, 0, 10, 1, 0, 7)]],
  ['nothing in it', [subnet()]],
  ['two that differ', [subnet(0, 1, 32, 0, 10, 1, 0, 7), umbrella(0, 16, 10, 1, 0, 8)]],
  ['another magic', [option(20_292, [1, 2, 3, 4, 1, 0])]],
  ['another version', [option(20_292, [0x4f, 0x44, 0x4e, 0x53, 2, 0])]],
  ['a field that is cut', [umbrella(0, 16, 10, 1)]],
  ['a field of no known type', [umbrella(1, 0, 10, 1, 0, 7)]],
])('an option with %s is malformed', (_name, options) => {
  expect(read(...options)).toEqual({ address: null, isMalformed: true })
})

test('any octets name a client, nobody, or make no sense', () => {
  const values = fc.array(
    fc.tuple(fc.constantFrom(8, 20_292, 10), fc.array(fc.nat(255), { maxLength: 40 })),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(values, (options) => {
      const { address } = read(...options.map(([code, value]) => option(code, value)))
      if (address !== null) expect(address).toMatch(/^[0-9a-f.:]+$/)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

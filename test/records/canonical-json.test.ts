import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../../records/canonical-json.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

const CASES: readonly [says: string, value: Json, text: string][] = [
  [
    'writes the example of RFC 8785 section 3.2.4',
    {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000F\nA\'B"\\\\"/',
      literals: [null, true, false],
    },
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    'sorts keys by UTF-16 code units, so that an emoji comes before a private-use letter',
    { '\uFB33': 1, '\u{1F600}': 2, '€': 3, '\r': 4, '1': 5, ö: 6 },
    '{"\\r":4,"1":5,"ö":6,"€":3,"😀":2,"\uFB33":1}',
  ],
  ['writes minus zero as zero', -0, '0'],
  ['keeps the order of arrays', [3, 1, 2], '[3,1,2]'],
  ['writes an empty object and an empty array', [{}, []], '[{},[]]'],
]

test.each(CASES)('%s', (_, value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

const REFUSED: readonly [says: string, value: unknown][] = [
  ['a number that is not finite', { a: Number.NaN }],
  ['half of a surrogate pair', ['\uD83D']],
  ['half of a surrogate pair in a key', { '\uDE00': 1 }],
  ['a field that is undefined', { a: undefined }],
  ['a big integer', 1n],
]

test.each(REFUSED)('refuses %s, which two readers would hash differently', (_, value) => {
  expect(() => canonicalJson(value as Json)).toThrow('no JSON text')
})

test('is JSON of the same value, whatever the order in which its keys were set', () => {
  const value = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>
  fc.assert(
    fc.property(
      value.filter((json) => JSON.stringify(json).isWellFormed()),
      (json) => {
        const text = canonicalJson(json)
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text)
        expect(canonicalJson(reversed(json))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(json)))
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  const pairs = Object.entries(value as Record<string, Json>)
  return Object.fromEntries(pairs.reverse().map(([key, each]) => [key, reversed(each)]))
}

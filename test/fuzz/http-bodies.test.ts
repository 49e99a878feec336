import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Framing } from '../../proxy/http/body-framing.ts'
import { BodyReader, CHUNKED, NO_BODY, UNTIL_CLOSE } from '../../proxy/http/body-framing.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'

interface Outcome {
  readonly taken: number
  readonly done: boolean
  readonly broken: boolean
  readonly payload: string
}

function walk(framing: Framing, bytes: Buffer, sizes: readonly number[]): Outcome {
  const reader = new BodyReader(framing)
  const payload: Uint8Array[] = []
  let taken = 0
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    const slice = bytes.subarray(at, at + size)
    const end = reader.take(slice, 0, payload)
    expect(end).toBeLessThanOrEqual(slice.length)
    taken += end
    if (reader.done || reader.broken) break
    expect(end).toBe(slice.length)
    at += slice.length
  }
  const { done, broken } = reader
  return { taken, done, broken, payload: Buffer.concat(payload).toString('latin1') }
}

const framing: fc.Arbitrary<Framing> = fc.oneof(
  fc.constantFrom(CHUNKED, CHUNKED, NO_BODY, UNTIL_CLOSE),
  fc.nat(30).map((octets) => ({ kind: 'length' as const, octets })),
)
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '0\r\n',
        '\r\n',
        '3\r\nabc\r\n',
        '5;x=y\r\nhello\r\n',
        'X: y\r\n',
        '\n',
        'a',
        'F',
        ' ',
        '-',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'))

test('a body ends at the same octet however it is sliced', () => {
  fc.assert(
    fc.property(framing, bytes, fc.array(fc.nat(7), { maxLength: 40 }), (kind, text, sizes) => {
      expect(walk(kind, text, sizes)).toEqual(walk(kind, text, []))
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('chunks written by the book give their payload back, and what follows is left alone', () => {
  const chunk = fc.record({
    data: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    upper: fc.boolean(),
    extension: fc.constantFrom('', ';a', ';a=b', ';a="b c"'),
  })
  const sizes = fc.array(fc.nat(9), { maxLength: 60 })
  fc.assert(
    fc.property(
      fc.array(chunk),
      fc.constantFrom('', 'X-T: 1\r\n'),
      sizes,
      (chunks, trailer, slices) => {
        const data = chunks.map((each) => Buffer.from(each.data, 'latin1'))
        const parts = chunks.map(({ upper, extension }, n) => {
          const size = (data[n]?.length ?? 0).toString(16)
          const line = `${upper ? size.toUpperCase() : size}${extension}\r\n`
          return Buffer.concat([Buffer.from(line), data[n] ?? Buffer.alloc(0), Buffer.from('\r\n')])
        })
        const body = Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)])
        const outcome = walk(CHUNKED, Buffer.concat([body, Buffer.from('GET /next')]), slices)
        expect(outcome).toEqual({
          taken: body.length,
          done: true,
          broken: false,
          payload: Buffer.concat(data).toString('latin1'),
        })
      },
    ),
    { numRuns: FUZZ_RUNS },
  )
})

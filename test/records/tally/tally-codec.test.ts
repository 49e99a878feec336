import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTallyRecord } from '../../../records/tally/tally-codec.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

test('any octets are read as a row or as none, never as an exception', () => {
  let rows = 0
  // A head whose lengths mostly add up, or no random record would ever be a row.
  const record = fc.record({
    action: fc.nat(5),
    profile: fc.nat(4),
    host: fc.nat(8),
    numbers: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    sketch: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    tail: fc.uint8Array({ maxLength: 12 }),
    cut: fc.nat(60),
  })
  fc.assert(
    fc.property(record, ({ action, profile, host, numbers, sketch, tail, cut }) => {
      const head = [4, action, profile, 0, ...numbers, host, 0, 0, 0]
      const bytes = Uint8Array.of(...head, ...sketch, ...tail).subarray(0, cut + 8)
      const view = new DataView(bytes.buffer)
      const row = readTallyRecord(view, 0, bytes.length)
      if (row === undefined) return
      rows += 1
      expect(row.host.length).toBe(host)
      expect(row.sketch).toHaveLength(32)
    }),
    { numRuns: RUNS * 10 },
  )
  expect(rows).toBeGreaterThan(0)
})

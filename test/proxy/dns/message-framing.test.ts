import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageReader, framed } from '../../../proxy/dns/message-framing.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

test('messages come out whole, wherever the stream is cut', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 })
  fc.assert(
    fc.property(messages, cuts, (sent, sizes) => {
      const stream = Uint8Array.from(sent.flatMap((message) => [...framed(message)]))
      const reader = new MessageReader(40)
      const received: Uint8Array[] = []
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const size = sizes[i % sizes.length] ?? 1
        expect(reader.push(stream.subarray(at, at + size), (m) => received.push(m))).toBe(true)
        at += size
      }
      expect(received).toEqual(sent)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a longer message than allowed ends the reading, as soon as it is announced', () => {
  const reader = new MessageReader(40)
  const received: Uint8Array[] = []
  const keep = (message: Uint8Array): number => received.push(message)
  expect(reader.push(Uint8Array.of(0, 1, 9, 0, 41), keep)).toBe(false)
  expect(received).toEqual([Uint8Array.of(9)])
})

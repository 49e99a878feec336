import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseRulingWord,
  parseSubjectWord,
  readAttemptRecord,
  readWordRecord,
} from '../../../records/rings/attempt-codec.ts'
import { anAttempt } from '../../support/refusals.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

test('any octets are read as a record or as none, never as an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(4), (bytes, slack) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const octets = Math.max(0, bytes.length - slack)
      const attempt = readAttemptRecord(view, 0, octets)
      if (attempt !== undefined) expect(() => new Date(attempt.at).toISOString()).not.toThrow()
      const word = readWordRecord(view, 0, octets)
      if (word !== undefined) expect(word.number).toBeLessThan(16_384)
    }),
    { numRuns: RUNS },
  )
})

test('any JSON is read as a word or as none', () => {
  const { subject, ruling } = anAttempt()
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(...Object.keys({ ...subject, ...ruling })),
      (value, key) => {
        parseSubjectWord(value)
        parseRulingWord(value)
        const bentSubject = parseSubjectWord({ ...subject, [key]: value })
        if (bentSubject !== undefined) expect(typeof bentSubject.address).toBe('string')
        const bentRuling = parseRulingWord({ ...ruling, [key]: value })
        if (bentRuling !== undefined) expect(['block', 'warn']).toContain(bentRuling.action)
      },
    ),
    { numRuns: RUNS },
  )
})

test('a word spells itself back, and keeps nothing else', () => {
  const { subject, ruling } = anAttempt()
  expect(parseRulingWord({ ...ruling, cause: 'x' })).toEqual(ruling)
  const { address, deviceId, personRef, role, zone } = subject
  expect(parseSubjectWord(subject)).toEqual({ address, deviceId, personRef, role, zone })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../../records/imports/decode-text.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const TEXT = 'person_ref,name,role\np-1,Zoë Müller,staff\n'

function utf16(text: string, { big = false, mark = true } = {}): Buffer {
  const octets = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le')
  return big ? octets.swap16() : octets
}

const SAVED: readonly [says: string, octets: Uint8Array, encoding: string][] = [
  ['UTF-8', Buffer.from(TEXT), 'UTF-8'],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`), 'UTF-8'],
  ['Excel’s "Unicode text"', utf16(TEXT), 'UTF-16'],
  ['UTF-16, the other way round', utf16(TEXT, { big: true }), 'UTF-16'],
  ['UTF-16 without a mark', utf16(TEXT, { mark: false }), 'UTF-16'],
  ['UTF-16 the other way round without a mark', utf16(TEXT, { big: true, mark: false }), 'UTF-16'],
  ['Excel’s "CSV" of western Europe', Buffer.from(TEXT, 'latin1'), 'Windows-1252'],
]

test.each(SAVED)('%s is read for what it says', (_, octets, encoding) => {
  expect(decodeText(octets)).toEqual({ text: TEXT, encoding })
})

test('an en dash and a curly quote of Windows-1252 are no control characters', () => {
  const octets = Buffer.from([0x4f, 0x92, 0x42, 0x20, 0x96, 0x20, 0xe9])
  expect(decodeText(octets)).toEqual({ text: 'O’B – é', encoding: 'Windows-1252' })
})

const NO_TEXT: readonly [says: string, octets: readonly number[], fault: string][] = [
  ['an octet that no encoding has', [0x41, 0x81, 0x42, 0x43], 'not UTF-8 nor Windows-1252'],
  ['half a letter of UTF-16', [0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00], 'not UTF-16LE'],
  ['NUL octets', [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x00], 'NUL octets'],
]

test.each(NO_TEXT)('%s is refused, not replaced', (_, octets, fault) => {
  expect(decodeText(Uint8Array.from(octets))).toMatchObject({
    fault: expect.stringContaining(fault) as string,
  })
})

test('no octets make it throw, and a text never holds a replaced letter', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => {
      const decoded = decodeText(octets)
      if ('text' in decoded && decoded.encoding !== 'UTF-8')
        expect(decoded.text).not.toContain('\0')
    }),
    { numRuns: FUZZ_RUNS },
  )
})

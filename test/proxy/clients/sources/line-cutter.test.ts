import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineCutter } from '../../../../proxy/clients/sources/line-cutter.ts'

function cut(pieces: readonly (string | Buffer)[], maxOctets = 100) {
  const lines: string[] = []
  const long = { count: 0 }
  const cutter = new LineCutter(maxOctets, {
    line: (line) => lines.push(line),
    tooLong: () => (long.count += 1),
  })
  for (const piece of pieces) cutter.push(Buffer.from(piece))
  return { lines, tooLong: long.count, cutter }
}

test('a line counts when its end is there, however it came in pieces', () => {
  expect(cut(['a\nb', 'c\r\n', '\nd']).lines).toEqual(['a', 'bc', ''])
})

test('a line that is too long is counted, and the next one is read', () => {
  expect(cut(['x'.repeat(60), 'x'.repeat(60), 'x\nok\n'])).toMatchObject({
    lines: ['ok'],
    tooLong: 1,
  })
})

test('what was half read is void after a reset', () => {
  const { lines, cutter } = cut(['half'])
  cutter.reset()
  cutter.push(Buffer.from('whole\n'))
  expect(lines).toEqual(['whole'])
})

test('pieces never matter', () => {
  const letters = fc.constantFrom('a', 'é', '\n', '\r\n')
  fc.assert(
    fc.property(fc.array(letters), fc.array(fc.nat(40)), (text, cuts) => {
      const bytes = Buffer.from(text.join(''))
      const at = [0, ...cuts.filter((one) => one < bytes.length).sort((a, b) => a - b)]
      const pieces = at.map((from, index) => bytes.subarray(from, at[index + 1] ?? bytes.length))
      expect(cut(pieces).lines).toEqual(cut([bytes]).lines)
    }),
  )
})

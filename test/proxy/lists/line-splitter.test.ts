import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../../../proxy/lists/line-splitter.ts'
import { MAX_LINE_OCTETS } from '../../../rules/lists/list-line.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

function linesOf(chunks: readonly Buffer[]) {
  const lines: { text: string; line: number; isCut: boolean }[] = []
  const splitter = new LineSplitter((bytes, { start, end, line, isCut }) => {
    lines.push({ text: bytes.toString('latin1', start, end), line, isCut })
  })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.finish()
  expect(splitter.lines).toBe(lines.length)
  return lines
}

test('however a text is cut into chunks, its lines are the same', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', ''), { maxLength: 40 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 5 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''))
      const ends = [0, ...cuts.filter((cut) => cut <= bytes.length), bytes.length].toSorted(
        (a, b) => a - b,
      )
      const chunks = ends.slice(1).map((end, at) => bytes.subarray(ends[at], end))
      const expected = bytes.toString().split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(linesOf(chunks)).toEqual(
        expected.map((line, at) => ({ text: line.replace(/\r$/, ''), line: at + 1, isCut: false })),
      )
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test.each([
  ['in one chunk', [Buffer.alloc(MAX_LINE_OCTETS + 1, 'a'), Buffer.from('\nb\n')]],
  [
    'in many chunks',
    [...Array.from({ length: 20 }, () => Buffer.alloc(1000, 'a')), Buffer.from('\nb')],
  ],
  ['whole in its chunk', [Buffer.from(`${'a'.repeat(MAX_LINE_OCTETS + 1)}\nb\n`)]],
])('a line too long, %s, is said to be cut and the next one is not', (_how, chunks) => {
  const [long, next] = linesOf(chunks)
  expect([long?.isCut, long?.line]).toEqual([true, 1])
  expect(next).toEqual({ text: 'b', line: 2, isCut: false })
})

test('a line of just the longest length is whole', () => {
  const [line] = linesOf([Buffer.alloc(5000, 'a'), Buffer.alloc(MAX_LINE_OCTETS - 5000, 'a')])
  expect([line?.text.length, line?.isCut]).toEqual([MAX_LINE_OCTETS, false])
})

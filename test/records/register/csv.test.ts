import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_CELLS, MAX_ROW_LETTERS, placeIn, readCsv } from '../../../records/register/csv.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'

const CASES: readonly [says: string, text: string, rows: readonly (readonly string[])[]][] = [
  [
    'reads rows and cells',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'needs no newline at the end',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'reads CRLF, as RFC 4180 has it',
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['drops a byte order mark', '\uFEFFa,b\n', [['a', 'b']]],
  ['keeps empty cells, at the end too', ',a,\n', [['', 'a', '']]],
  ['skips blank lines', 'a\n\n\r\nb\n\n', [['a'], ['b']]],
  ['keeps a quoted empty cell, which is a row', '""\n', [['']]],
  [
    'reads quotes, commas and newlines inside quotes',
    '"a ""b"", c\r\nd",e\n',
    [['a "b", c\r\nd', 'e']],
  ],
  ['keeps a carriage return that ends no line', 'a\rb,c\n', [['a\rb', 'c']]],
  ['has no rows in an empty text', '', []],
  ['has no rows in a byte order mark', '\uFEFF', []],
]

test.each(CASES)('%s', (_, text, rows) => {
  const read = [...readCsv(text)]
  expect(read.map(({ cells }) => cells)).toEqual(rows)
  expect(read.every(({ problem }) => problem === null)).toBe(true)
})

const BAD: readonly [says: string, text: string, message: string, place: string][] = [
  ['a quote inside a bare cell', 'ok,1\nx,a"b,c\nok,2\n', 'a quote inside a cell', '2:4'],
  ['text after a closing quote', 'ok,1\nx,"a"b,c\nok,2\n', 'text after the closing quote', '2:6'],
  ['a quote that is never closed', 'ok,1\nx,"abc\nok,2\n', 'a quote that is never closed', '2:3'],
  [
    'a quote that swallows the next lines',
    `ok,1\nx,"${'a\n'.repeat(MAX_ROW_LETTERS)}"\nok,2\n`,
    'a quote that is never closed',
    '2:3',
  ],
  [
    'more cells than any of our files has',
    `ok,1\n${','.repeat(MAX_CELLS)}\nok,2\n`,
    `more than ${MAX_CELLS} cells`,
    `2:${MAX_CELLS + 1}`,
  ],
  [
    'a row that is too long',
    `ok,1\n${'a'.repeat(MAX_ROW_LETTERS + 1)}\nok,2\n`,
    'a row of more than',
    '2:1',
  ],
]

test.each(BAD)('%s costs that line, at its place', (_, text, message, place) => {
  const rows = [...readCsv(text)]
  const bad = rows.find(({ problem }) => problem !== null)
  if (bad === undefined) throw new Error('no bad row')
  const { line, col } = placeIn(text, bad, bad.problem?.offset ?? 0)
  expect(bad.problem?.message).toContain(message)
  expect(`${line}:${col}`).toBe(place)
  const good = rows.filter(({ problem, cells }) => problem === null && cells[0] === 'ok')
  expect(good.map(({ cells }) => cells[1])).toEqual(['1', '2'])
})

test('a cell has its place, in a row of several lines too', () => {
  const text = '\uFEFFa,b\n"x\ny",z,"q"\n'
  const [head, row] = [...readCsv(text)]
  if (head === undefined || row === undefined) throw new Error('no rows')
  expect(head.offsets.map((offset) => placeIn(text, head, offset))).toEqual([
    { line: 1, col: 1 },
    { line: 1, col: 3 },
  ])
  expect(row.offsets.map((offset) => placeIn(text, row, offset))).toEqual([
    { line: 2, col: 1 },
    { line: 3, col: 4 },
    { line: 3, col: 6 },
  ])
})

const cell = fc.string({ unit: fc.constantFrom('a', 'ö', '"', ',', '\n', '\r', ' ', '😀') })

test('what is written by RFC 4180 is read back', () => {
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 8 }), { maxLength: 20 })
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
      const text = rows.map((cells) => cells.map(quote).join(',') + end).join('')
      expect([...readCsv(text)].map(({ cells }) => cells)).toEqual(rows)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('any text is read to its end, never thrown at, with places inside the text', () => {
  const letters = fc.constantFrom('a', '"', ',', '\n', '\r', '\uFEFF', '\0', '\uD83D')
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 200 }), (text) => {
      const lines = text.split('\n').length
      let last = 0
      for (const row of readCsv(text)) {
        expect(row.line).toBeGreaterThan(last)
        last = row.line
        for (const offset of row.offsets) {
          expect(placeIn(text, row, offset).line).toBeLessThanOrEqual(lines)
        }
      }
      expect(last).toBeLessThanOrEqual(lines)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

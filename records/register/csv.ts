/**
 * One row of a CSV text (RFC 4180), with the places of its cells. A row that breaks the syntax has
 * `problem` set and the cells before it; reading goes on at the next line.
 */
export interface CsvRow {
  /** Of the row's first letter, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Where each cell begins, for `placeIn`. */
  readonly offsets: readonly number[]
  readonly problem: { readonly offset: number; readonly message: string } | null
}

/** A note of a few pages fits; an unclosed quote that swallows the rest of the file does not. */
export const MAX_ROW_LETTERS = 65_536

/** Twice what the widest export of a device management has; a row of a million commas is somebody else's file. */
export const MAX_CELLS = 256

/** What stands between cells: a comma, in Excel of half of Europe a semicolon, in its "Unicode text" a tab. */
export type Separator = ',' | ';' | '\t'

/** The rows of `text`, lazily. Blank lines are no rows; LF, CRLF and a byte order mark are read. Never throws. */
export function* readCsv(text: string, separator: Separator = ','): Generator<CsvRow> {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const { cells, offsets, end, problem } = readRow(text, at, separator)
    const blank = problem === null && cells.length === 1 && cells[0] === '' && text[at] !== '"'
    if (!blank) yield { line, cells, offsets, problem }
    line += countLines(text, at, end)
    at = end
  }
}

/** The line and column (from 1, in UTF-16 code units) of an offset inside `row`. */
export function placeIn(text: string, row: CsvRow, offset: number): { line: number; col: number } {
  const start = row.offsets[0] ?? offset
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const mark = lineStart === 0 && text.startsWith('\uFEFF') ? 1 : 0
  return { line: row.line + countLines(text, start, offset), col: offset - lineStart - mark + 1 }
}

interface RowReading {
  readonly cells: string[]
  readonly offsets: number[]
  /** Where the next row begins. */
  readonly end: number
  readonly problem: CsvRow['problem']
}

function readRow(text: string, start: number, separator: Separator): RowReading {
  const cells: string[] = []
  const offsets: number[] = []
  const bad = (offset: number, message: string): RowReading => {
    // From the row's own first line, so that one lost quote costs a line and not the file.
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline + 1
    return { cells, offsets, end, problem: { offset, message } }
  }
  let at = start
  for (;;) {
    offsets.push(at)
    if (cells.length === MAX_CELLS) return bad(at, `more than ${MAX_CELLS} cells in a row`)
    const cell = text[at] === '"' ? readQuoted(text, at, separator) : readBare(text, at, separator)
    if ('message' in cell) return bad(cell.offset, cell.message)
    cells.push(cell.value)
    at = cell.end
    if (at - start > MAX_ROW_LETTERS)
      return bad(start, `a row of more than ${MAX_ROW_LETTERS} letters`)
    if (text[at] === separator) at += 1
    else return { cells, offsets, end: afterLineEnd(text, at), problem: null }
  }
}

type CellReading =
  | { readonly value: string; readonly end: number }
  | { readonly offset: number; readonly message: string }

function readBare(text: string, start: number, separator: Separator): CellReading {
  let end = start
  while (end < text.length && !isCellEnd(text, end, separator)) {
    if (text[end] === '"') {
      return { offset: end, message: 'a quote inside a cell that does not begin with one' }
    }
    end += 1
  }
  return { value: text.slice(start, end), end }
}

function readQuoted(text: string, start: number, separator: Separator): CellReading {
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0 || quote - start > MAX_ROW_LETTERS)
      return { offset: start, message: 'a quote that is never closed' }
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') {
      const end = quote + 1
      if (end === text.length || isCellEnd(text, end, separator)) return { value, end }
      return { offset: end, message: 'text after the closing quote' }
    }
    value += '"'
    from = quote + 2
  }
}

function isCellEnd(text: string, at: number, separator: Separator): boolean {
  const letter = text[at]
  return letter === separator || letter === '\n' || (letter === '\r' && text[at + 1] === '\n')
}

function afterLineEnd(text: string, at: number): number {
  return text[at] === '\r' ? at + 2 : Math.min(at + 1, text.length)
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0
  let at = text.indexOf('\n', from)
  while (at >= 0 && at < to) {
    lines += 1
    at = text.indexOf('\n', at + 1)
  }
  return lines
}

import { nearest } from '../../rules/policy/nearest-word.ts'
import { suggestion, type Problem } from '../../rules/policy/yaml-source.ts'
import { placeIn, readCsv, type CsvRow, type Separator } from './csv.ts'

/** What the header row of a file may and must name. */
export interface Columns {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** A row by the names of its columns; an absent cell is `''`. */
export interface TableRow {
  readonly line: number
  cell(column: string): string
  problem(column: string, message: string): Problem
}

/** What a file's rows gave: facts by key, and what is wrong. */
export interface Table<T> {
  readonly rows: ReadonlyMap<string, T>
  /** Keys of rows that are there but wrong: what is known of these stays as it was. */
  readonly spoilt: ReadonlySet<string>
  /** A row was so wrong that not even its key is known: nothing may be taken for absent. */
  readonly keysLost: boolean
  readonly problems: Problems
}

/** A school has some ten thousand devices, a trust ten times that. */
const MAX_ROWS = 200_000

/** What is kept to show; a person mends a hundred lines at a time. */
const MAX_KEPT_PROBLEMS = 100

/** Problems of one file or several, with their true number; each file keeps its first hundred. */
export class Problems {
  readonly kept: Problem[] = []
  count = 0
  readonly #keep: number

  constructor(keep = MAX_KEPT_PROBLEMS) {
    this.#keep = keep
  }

  add(problem: Problem): void {
    this.count += 1
    if (this.kept.length < this.#keep) this.kept.push(problem)
  }

  /** Takes over another file's problems, with what it has kept. */
  addAll(other: Problems): void {
    this.count += other.count
    this.kept.push(...other.kept)
  }
}

/** How one row becomes facts: an empty list of problems makes the facts count. */
export type ReadRow<T> = (row: TableRow, report: (problem: Problem) => void) => T

/** How a file that somebody hands in differs from the school's own. */
export interface CsvStyle {
  /** Absent: a comma. */
  readonly separator?: Separator
  /** How many problems are kept; absent: a hundred. */
  readonly keep?: number
}

export interface TableSource extends CsvStyle {
  readonly text: string
  /** For messages. */
  readonly file: string
  readonly columns: Columns
  /** Columns that are not named are somebody else's and not read; absent: they are mistakes. */
  readonly foreign?: boolean
  /** The column that tells rows apart, or those that do together; a row's key is their cells with a space between. */
  readonly key: string | readonly string[]
}

/**
 * Reads a table. A bad header makes the file unusable (the problems alone come back), a bad row costs
 * that row.
 */
export function readTable<T>(source: TableSource, readRow: ReadRow<T>): Table<T> | Problems {
  const rows = readCsv(source.text, source.separator)
  const first = rows.next()
  const header = readHeader(source, first.done === true ? undefined : first.value)
  if (header instanceof Problems) return header
  const table = new TableReader(source, header, readRow)
  for (const row of rows) if (!table.take(row)) break
  return table
}

class TableReader<T> implements Table<T> {
  readonly rows = new Map<string, T>()
  readonly spoilt = new Set<string>()
  readonly problems: Problems
  keysLost = false
  readonly #source: TableSource
  readonly #header: Header
  readonly #readRow: ReadRow<T>
  readonly #lines = new Map<string, number>()

  constructor(source: TableSource, header: Header, readRow: ReadRow<T>) {
    this.#source = source
    this.problems = new Problems(source.keep)
    this.#header = header
    this.#readRow = readRow
  }

  /** False when the file has had its number of rows. */
  take(row: CsvRow): boolean {
    const { key, file } = this.#source
    const named = new HeadedRow(this.#source, this.#header, row)
    if (this.#lines.size >= MAX_ROWS) {
      this.#lose({ file, line: row.line, col: 1, path: '', message: `more than ${MAX_ROWS} rows` })
      return false
    }
    const columns = typeof key === 'string' ? [key] : key
    const cells = columns.map((column) => named.cell(column))
    const place = row.problem === null ? named.extraCell() : named.at(row.problem)
    const absent = columns[cells.indexOf('')]
    const id = cells.join(' ')
    if (absent !== undefined) this.#lose(place ?? named.problem(absent, 'missing'))
    else if (place !== undefined) this.#spoil(id, place)
    else this.#takeNamed(id, named)
    return true
  }

  #takeNamed(id: string, row: HeadedRow): void {
    const [first = ''] = [this.#source.key].flat()
    const earlier = this.#lines.get(id)
    if (earlier !== undefined) {
      this.problems.add(row.problem(first, `\`${id}\` is in line ${earlier} already`))
      return
    }
    this.#lines.set(id, row.line)
    const before = this.problems.count
    const facts = this.#readRow(row, (problem) => {
      this.problems.add(problem)
    })
    if (this.problems.count === before) this.rows.set(id, facts)
    else this.spoilt.add(id)
  }

  #spoil(id: string, problem: Problem): void {
    this.problems.add(problem)
    this.spoilt.add(id)
  }

  #lose(problem: Problem): void {
    this.problems.add(problem)
    this.keysLost = true
  }
}

class HeadedRow implements TableRow {
  readonly line: number
  readonly #source: TableSource
  readonly #header: Header
  readonly #row: CsvRow

  constructor(source: TableSource, header: Header, row: CsvRow) {
    this.line = row.line
    this.#source = source
    this.#header = header
    this.#row = row
  }

  cell(column: string): string {
    return (this.#row.cells[this.#header.places.get(column) ?? -1] ?? '').trim()
  }

  problem(column: string, message: string): Problem {
    const offset =
      this.#row.offsets[this.#header.places.get(column) ?? 0] ?? this.#row.offsets[0] ?? 0
    return { ...this.at({ offset, message }), path: column }
  }

  at({ offset, message }: { readonly offset: number; readonly message: string }): Problem {
    const { file, text } = this.#source
    return { file, ...placeIn(text, this.#row, offset), path: '', message }
  }

  /** Most often a comma in a note without quotes, which moves every cell behind it. */
  extraCell(): Problem | undefined {
    const offset = this.#row.offsets[this.#header.width]
    if (offset === undefined) return undefined
    const message = `more cells than the header's ${this.#header.width}; a comma needs quotes around its cell`
    return this.at({ offset, message })
  }
}

interface Header {
  /** The place of each column that is read. */
  readonly places: ReadonlyMap<string, number>
  /** How many columns there are, read or not. */
  readonly width: number
}

/** Where each column is, or what is wrong with the header. */
function readHeader(source: TableSource, row: CsvRow | undefined): Header | Problems {
  const { file, text, columns, foreign = false } = source
  const problems = new Problems()
  const report = (line: number, col: number, message: string): Problems => {
    problems.add({ file, line, col, path: '', message })
    return problems
  }
  if (row === undefined)
    return report(1, 1, `empty; the first line names the columns: ${columns.required.join(',')}`)
  if (row.problem !== null) {
    const { line, col } = placeIn(text, row, row.problem.offset)
    return report(line, col, row.problem.message)
  }
  const header = new Map<string, number>()
  const known = [...columns.required, ...columns.optional]
  for (const [index, cell] of row.cells.entries()) {
    const name = cell.trim().toLowerCase()
    const isKnown = known.includes(name)
    if (!isKnown && foreign) continue
    const { line, col } = placeIn(text, row, row.offsets[index] ?? 0)
    if (header.has(name)) report(line, col, `column \`${name}\` is there twice`)
    else if (!isKnown)
      report(line, col, `unknown column \`${cell}\`${suggestion(nearest(name, known))}`)
    header.set(name, index)
  }
  for (const name of columns.required.filter((one) => !header.has(one)))
    report(row.line, 1, `column \`${name}\` is missing`)
  return problems.count === 0 ? { places: header, width: row.cells.length } : problems
}

import { nearest } from '../../rules/policy/nearest-word.ts'
import { suggestion, type Problem } from '../../rules/policy/yaml-source.ts'
import { placeIn, readCsv, type CsvRow } from './csv.ts'

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

  add(problem: Problem): void {
    this.count += 1
    if (this.kept.length < MAX_KEPT_PROBLEMS) this.kept.push(problem)
  }

  /** Takes over another file's problems, with what it has kept. */
  addAll(other: Problems): void {
    this.count += other.count
    this.kept.push(...other.kept)
  }
}

/** How one row becomes facts: an empty list of problems makes the facts count. */
export type ReadRow<T> = (row: TableRow, report: (problem: Problem) => void) => T

export interface TableSource {
  readonly text: string
  /** For messages. */
  readonly file: string
  readonly columns: Columns
  /** The column that tells rows apart, or those that do together; a row's key is their cells with a space between. */
  readonly key: string | readonly string[]
}

/**
 * Reads a table. A bad header makes the file unusable (the problems alone come back), a bad row costs
 * that row.
 */
export function readTable<T>(source: TableSource, readRow: ReadRow<T>): Table<T> | Problems {
  const rows = readCsv(source.text)
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
  readonly problems = new Problems()
  keysLost = false
  readonly #source: TableSource
  readonly #header: ReadonlyMap<string, number>
  readonly #readRow: ReadRow<T>
  readonly #lines = new Map<string, number>()

  constructor(source: TableSource, header: ReadonlyMap<string, number>, readRow: ReadRow<T>) {
    this.#source = source
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
  readonly #header: ReadonlyMap<string, number>
  readonly #row: CsvRow

  constructor(source: TableSource, header: ReadonlyMap<string, number>, row: CsvRow) {
    this.line = row.line
    this.#source = source
    this.#header = header
    this.#row = row
  }

  cell(column: string): string {
    return (this.#row.cells[this.#header.get(column) ?? -1] ?? '').trim()
  }

  problem(column: string, message: string): Problem {
    const offset = this.#row.offsets[this.#header.get(column) ?? 0] ?? this.#row.offsets[0] ?? 0
    return { ...this.at({ offset, message }), path: column }
  }

  at({ offset, message }: { readonly offset: number; readonly message: string }): Problem {
    const { file, text } = this.#source
    return { file, ...placeIn(text, this.#row, offset), path: '', message }
  }

  /** Most often a comma in a note without quotes, which moves every cell behind it. */
  extraCell(): Problem | undefined {
    const offset = this.#row.offsets[this.#header.size]
    if (offset === undefined) return undefined
    const message = `more cells than the header's ${this.#header.size}; a comma needs quotes around its cell`
    return this.at({ offset, message })
  }
}

/** The place of each column, or what is wrong with the header. */
function readHeader(
  source: TableSource,
  row: CsvRow | undefined,
): ReadonlyMap<string, number> | Problems {
  const { file, text, columns } = source
  const problems = new Problems()
  const report = (line: number, col: number, message: string): void => {
    problems.add({ file, line, col, path: '', message })
  }
  if (row === undefined) {
    report(1, 1, `empty; the first line names the columns: ${columns.required.join(',')}`)
    return problems
  }
  if (row.problem !== null) {
    const { line, col } = placeIn(text, row, row.problem.offset)
    report(line, col, row.problem.message)
    return problems
  }
  const known = [...columns.required, ...columns.optional]
  const header = new Map<string, number>()
  for (const [index, cell] of row.cells.entries()) {
    const name = cell.trim().toLowerCase()
    const { line, col } = placeIn(text, row, row.offsets[index] ?? 0)
    if (header.has(name)) report(line, col, `column \`${name}\` is there twice`)
    else if (!known.includes(name))
      report(line, col, `unknown column \`${cell}\`${suggestion(nearest(name, known))}`)
    header.set(name, index)
  }
  for (const name of columns.required)
    if (!header.has(name)) report(row.line, 1, `column \`${name}\` is missing`)
  return problems.count === 0 ? header : problems
}

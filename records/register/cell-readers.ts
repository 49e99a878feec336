import { nearest } from '../../rules/policy/nearest-word.ts'
import { suggestion, type Problem } from '../../rules/policy/yaml-source.ts'
import type { TableRow } from './csv-table.ts'

/** Reads the cells of one row; what is wrong goes to `report`, and the caller gets a value anyway. */
export class CellReader {
  readonly #row: TableRow
  readonly #report: (problem: Problem) => void

  constructor(row: TableRow, report: (problem: Problem) => void) {
    this.#row = row
    this.#report = report
  }

  text(column: string): string {
    return this.#row.cell(column)
  }

  refuse(column: string, message: string): void {
    this.#report(this.#row.problem(column, message))
  }

  /** Free text, at most `longest` letters. What a spreadsheet would run as a formula is refused (CWE-1236). */
  plain(column: string, longest: number): string {
    const text = this.text(column)
    if (text.length > longest) this.refuse(column, `more than ${longest} letters`)
    if (/^[=+@-]/.test(text))
      this.refuse(column, `\`${shorten(text)}\` begins like a formula of a spreadsheet`)
    if (/\p{Cc}/u.test(text)) this.refuse(column, 'holds a line break or another control character')
    // It goes through canonical JSON, which has no text for half a character.
    return text.toWellFormed()
  }

  /** A day as 2026-11-25. */
  day(column: string): string {
    const text = this.text(column)
    const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
    // `Date.parse` takes 31 April for 1 May.
    if (!isDay || new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) !== text)
      this.refuse(column, `\`${shorten(text)}\` is no day as 2026-11-25`)
    return text
  }

  /** An opaque reference: letters, digits and `.` `_` `:` `-`, so that it needs no quoting anywhere. */
  reference(column: string): string {
    const text = this.text(column)
    if (!REFERENCE.test(text)) {
      const rule = 'letters, digits and ._:- and at most 64 of them'
      this.refuse(column, text === '' ? 'missing' : `\`${shorten(text)}\` is not made of ${rule}`)
    }
    return text
  }

  /** A lower-case word such as `phone` or `primary`. */
  word(column: string): string {
    const text = this.text(column)
    if (!WORD.test(text)) {
      const message = `\`${shorten(text)}\` is not a lower-case word`
      this.refuse(column, text === '' ? 'missing' : message)
    }
    return text
  }

  oneOf<T extends string>(column: string, words: readonly [T, ...T[]]): T {
    const text = this.text(column)
    const known = words.find((word) => word === text)
    if (known !== undefined) return known
    const message = `\`${shorten(text)}\` is not one of ${words.join(', ')}${suggestion(nearest(text, words))}`
    this.refuse(column, text === '' ? `missing (${words.join(', ')})` : message)
    return words[0]
  }

  /** A whole number without sign or spaces, `least` to `most`. */
  whole(column: string, least: number, most: number): number {
    const text = this.text(column)
    const value = /^\d{1,6}$/.test(text) ? Number(text) : -1
    if (value < least || value > most)
      this.refuse(column, `\`${shorten(text)}\` is not a number from ${least} to ${most}`)
    return value
  }

  /** Null for an empty cell, else what `read` makes of it. */
  optional<T>(column: string, read: () => T): T | null {
    return this.text(column) === '' ? null : read()
  }
}

const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/
const WORD = /^[a-z][a-z0-9_]{0,31}$/

/** Longer input in a message helps nobody. */
const MAX_SHOWN = 40

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

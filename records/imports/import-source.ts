import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { Separator } from '../register/csv.ts'
import type { CsvStyle } from '../register/csv-table.ts'
import { decodeText, type Encoding } from './decode-text.ts'

/** A file that somebody handed in. */
export interface ImportSource {
  /** As messages name it. */
  readonly name: string
  readonly octets: Uint8Array
}

/** Two hundred thousand rows of 250 letters, as for the school's own files. */
export const MAX_IMPORT_OCTETS = 50 * 1024 * 1024

/** Whoever mends a file wants all of what is wrong with it; ten thousand lines fit a terminal's memory. */
const MAX_PROBLEMS = 10_000

/** The file at a path, or why it can't be had. Never throws. */
export function readSource(path: string): ImportSource | Problem {
  const problem = (message: string): Problem => ({ file: path, line: 1, col: 1, path: '', message })
  try {
    const stats = statSync(path)
    // A device or a pipe has no size to check, and may never end.
    if (!stats.isFile()) return problem('not a file')
    if (stats.size > MAX_IMPORT_OCTETS) return problem(TOO_LARGE)
    return { name: basename(path), octets: readFileSync(path) }
  } catch (cause) {
    return problem(`can't be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const TOO_LARGE = `larger than ${MAX_IMPORT_OCTETS / 1024 / 1024} MiB`

export interface CsvText {
  readonly text: string
  readonly file: string
  readonly style: Required<CsvStyle>
  readonly encoding: Encoding
}

/** The file as a text of CSV, whatever saved it. */
export function csvTextOf({ name, octets }: ImportSource): CsvText | Problem {
  const problem = { file: name, line: 1, col: 1, path: '' }
  if (octets.length > MAX_IMPORT_OCTETS) return { ...problem, message: TOO_LARGE }
  const decoded = decodeText(octets)
  if ('fault' in decoded) return { ...problem, message: decoded.fault }
  const { text, encoding } = decoded
  return { text, file: name, encoding, style: { separator: separatorOf(text), keep: MAX_PROBLEMS } }
}

/** What the header has most of, outside of quotes. */
function separatorOf(text: string): Separator {
  const [header = ''] = text.slice(0, HEADER_LETTERS).split('\n', 1)
  const bare = header.replaceAll(/"[^"]*"/g, '')
  const count = (separator: Separator): number => bare.split(separator).length
  const [best] = (['\t', ';', ','] as const).toSorted((a, b) => count(b) - count(a))
  return best !== undefined && count(best) > count(',') ? best : ','
}

/** The widest header of an export that was seen is some 4 KB. */
const HEADER_LETTERS = 65_536

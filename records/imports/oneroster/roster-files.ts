import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../../../rules/policy/yaml-source.ts'
import { Problems, readTable, type Table, type TableRow } from '../../register/csv-table.ts'
import { csvTextOf, readSource, type CsvText, type ImportSource } from '../import-source.ts'
import { noteOf } from '../read-list.ts'
import { isZip, readZip } from '../read-zip.ts'

/**
 * The files of OneRoster that say who is at the school (CSV binding 1.1 section 3 and 1.2), with the columns
 * that are read, in lower case. What else a file has (`metadata.*`, later columns) is not read, and
 * courses.csv says nothing that a gate asks.
 */
const FILES = {
  manifest: { required: ['propertyname', 'value'], optional: [] },
  orgs: { required: ['sourcedid', 'name', 'type'], optional: ['status'] },
  academicsessions: {
    required: ['sourcedid', 'startdate', 'enddate'],
    optional: ['status', 'title', 'type'],
  },
  users: {
    required: ['sourcedid', 'enableduser', 'givenname', 'familyname'],
    optional: [
      ...['status', 'datelastmodified', 'role', 'email', 'grades', 'orgsourcedids'],
      ...['preferredgivenname', 'preferredfamilyname', 'primaryorgsourcedid'],
    ],
  },
  roles: {
    required: ['sourcedid', 'usersourcedid', 'role'],
    optional: ['status', 'roletype', 'begindate', 'enddate', 'orgsourcedid'],
  },
  classes: {
    required: ['sourcedid', 'title', 'schoolsourcedid'],
    optional: ['status', 'classcode', 'location', 'termsourcedids', 'periods'],
  },
  enrollments: {
    required: ['sourcedid', 'classsourcedid', 'usersourcedid', 'role'],
    optional: ['status', 'begindate', 'enddate', 'schoolsourcedid'],
  },
} as const
export type RosterFile = keyof typeof FILES

/** `bulk`: all there is; `delta`: what changed; `absent`: not handed in. */
export type FileMode = 'bulk' | 'delta' | 'absent'

/** A set of OneRoster files with its manifest. */
export interface RosterSet {
  readonly version: '1.1' | '1.2'
  readonly modeOf: (file: RosterFile) => FileMode
  /** Null where the file is absent or can't be used; then `problems` says why. */
  readonly read: <T>(
    file: RosterFile,
    readRow: (row: TableRow, report: (problem: Problem) => void) => T,
  ) => Table<T> | null
  /** Of all files that were read. */
  readonly problems: Problems
  /** What whoever handed them in should know; grows as they are read. */
  readonly notes: readonly string[]
}

/** A ZIP archive or a folder of CSV files; a problem where it is neither. */
export function openRoster(path: string): readonly ImportSource[] | Problem {
  const problem = { file: path, line: 1, col: 1, path: '' }
  try {
    if (!statSync(path).isDirectory()) {
      const source = readSource(path)
      return 'octets' in source ? rosterOfZip(source) : source
    }
    const sources: ImportSource[] = []
    for (const name of readdirSync(path).filter((one) => nameOf(one) !== null)) {
      const source = readSource(join(path, name))
      if (!('octets' in source)) return source
      sources.push(source)
    }
    return sources
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { ...problem, message: `can't be read: ${why}` }
  }
}

/** The files of an archive as it was handed in. */
export function rosterOfZip(source: ImportSource): readonly ImportSource[] | Problem {
  const problem = { file: source.name, line: 1, col: 1, path: '' }
  if (!isZip(source))
    return { ...problem, message: 'no ZIP archive; OneRoster files come as one, or as a folder' }
  const files = readZip(source)
  return typeof files === 'string' ? { ...problem, message: files } : files
}

/** Reads the manifest; problems alone where there is none that can be followed. */
export function readRosterSet(
  sources: readonly ImportSource[],
  keep: number,
): RosterSet | Problems {
  const problems = new Problems(keep)
  const notes: string[] = []
  const found = new Map(sources.map((source) => [nameOf(source.name), source]))
  const modes = new Map<RosterFile, FileMode>()
  const modeOf = (file: RosterFile): FileMode => modes.get(file) ?? 'absent'
  const read: RosterSet['read'] = (file, readRow) => {
    // What the manifest does not promise is left over from another export.
    if (file !== 'manifest' && modeOf(file) === 'absent') return null
    const source = found.get(file)
    if (source === undefined) return null
    const csv = csvTextOf(source)
    if ('text' in csv) notes.push(...noteOf(csv.encoding, csv.file))
    const table = tableOf(csv, file, readRow)
    problems.addAll(table instanceof Problems ? table : table.problems)
    return table instanceof Problems ? null : table
  }
  const say = (message: string): Problems => {
    problems.add({ file: 'manifest.csv', line: 1, col: 1, path: '', message })
    return problems
  }
  const manifest = read('manifest', (row) => row.cell('value'))?.rows
  if (manifest === undefined)
    return problems.count > 0 ? problems : say('missing: OneRoster 1.1 and 1.2 have one')
  const version = manifest.get('oneroster.version') ?? ''
  if (version !== '1.1' && version !== '1.2')
    return say(`\`oneroster.version\` is \`${version.slice(0, 20)}\`; 1.1 and 1.2 are read`)
  const told = modesOf(manifest, found)
  if (typeof told === 'string') return say(told)
  for (const [file, mode] of told) modes.set(file, mode)
  return { version, read, problems, notes, modeOf }
}

/** What the manifest says of each file, which must be what there is. */
function modesOf(
  manifest: ReadonlyMap<string, string>,
  found: ReadonlyMap<string | null, ImportSource>,
): ReadonlyMap<RosterFile, FileMode> | string {
  const modes = new Map<RosterFile, FileMode>()
  for (const [property, value] of manifest) {
    const file = nameOf(`${property.replace(/^file\./, '')}.csv`)
    if (!property.startsWith('file.') || file === null) continue
    if (value !== 'bulk' && value !== 'delta' && value !== 'absent')
      return `\`${property}\` is \`${value.slice(0, 20)}\`, which is none of bulk, delta, absent`
    if (value !== 'absent' && !found.has(file))
      return `it promises \`${property.slice(5)}.csv\`, which is not there`
    modes.set(file, value)
  }
  return modes
}

function tableOf<T>(
  csv: CsvText | Problem,
  file: RosterFile,
  readRow: (row: TableRow, report: (problem: Problem) => void) => T,
): Table<T> | Problems {
  if (!('text' in csv)) {
    const problems = new Problems()
    problems.add(csv)
    return problems
  }
  const key = file === 'manifest' ? 'propertyname' : 'sourcedid'
  const { text, file: name, style } = csv
  const columns = FILES[file]
  return readTable({ text, file: name, columns, key, foreign: true, ...style }, readRow)
}

/** Which file of OneRoster this is by its name; null for none that is read. */
function nameOf(name: string): RosterFile | null {
  const word = name.toLowerCase().replace(/\.csv$/, '')
  return name.toLowerCase().endsWith('.csv') && Object.hasOwn(FILES, word)
    ? (word as RosterFile)
    : null
}

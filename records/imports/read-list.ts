import type { ClassFacts } from '../governance/permission-facts.ts'
import { CellReader } from '../register/cell-readers.ts'
import { readClassesCsv } from '../register/classes-csv.ts'
import { Problems, readTable, type Table } from '../register/csv-table.ts'
import { readDevicesCsv } from '../register/devices-csv.ts'
import { readPeopleCsv } from '../register/people-csv.ts'
import type { Register } from '../register/register.ts'
import type { Encoding } from './decode-text.ts'
import { csvTextOf, type CsvText, type ImportSource } from './import-source.ts'
import { EMPTY_ROSTER, partial, type Roster } from './roster.ts'

/** The lists of our own that one file each holds; the columns are those of the school's files. */
export const LISTS = ['people', 'classes', 'devices', 'leavers', 'cover'] as const
export type List = (typeof LISTS)[number]

export interface ReadContext {
  readonly register: Register
  /** Addresses by which accounts name people, with whose they are. */
  readonly emails: readonly (readonly [email: string, personRef: string])[]
  /** The list is the whole school: what is not in it goes. */
  readonly whole: boolean
  /** The school's day, as 2026-11-25. */
  readonly today: string
}

/** What a file said, with all that is wrong with it. */
export interface ReadRoster {
  /** Null where nothing of it can be used. */
  readonly roster: Roster | null
  readonly problems: Problems
  /** Good rows. */
  readonly rows: number
  /** What whoever handed it in should know. */
  readonly notes: readonly string[]
}

/** One of the school's lists as a roster. Bad rows are left out and told, good ones count. */
export function readList(list: List, source: ImportSource, context: ReadContext): ReadRoster {
  const csv = csvTextOf(source)
  if (!('text' in csv)) {
    const problems = new Problems()
    problems.add(csv)
    return { roster: null, problems, rows: 0, notes: [] }
  }
  const table = READERS[list](csv, context)
  const notes = noteOf(csv.encoding, csv.file)
  if (table instanceof Problems) return { roster: null, problems: table, rows: 0, notes }
  const { problems, rows } = table
  if (context.whole && rows.size === 0 && table.spoilt.size === 0) {
    const message = 'no rows below the header: the file is taken for cut off'
    problems.add({ file: csv.file, line: 1, col: 1, path: '', message })
    return { roster: null, problems, rows: 0, notes }
  }
  return { roster: rosterOf(list, csv.file, { table, context }), problems, rows: rows.size, notes }
}

/** Null for an encoding that tells itself. */
export function noteOf(encoding: Encoding, file: string): readonly string[] {
  return encoding === 'Windows-1252'
    ? [`${file} is no UTF-8 and was read as Windows-1252: look at names with accents`]
    : []
}

type AnyTable = Table<never> | Table<unknown>
type Reader = (csv: CsvText, context: ReadContext) => Table<unknown> | Problems

const READERS: Readonly<Record<List, Reader>> = {
  people: ({ text, file, style }, { emails, whole }) => {
    // Of a whole list nobody keeps an address that is not in it.
    const known = whole ? [] : emails.map(([email, ref]) => [email.toLowerCase(), ref] as const)
    return readPeopleCsv(text, file, { ...style, emails: new Map(known) })
  },
  devices: readDevices,
  classes: ({ text, file, style }, { register }) =>
    readClassesCsv(text, file, new Set(register.people.keys()), style),
  leavers: readLeavers,
  cover: readCover,
}

/** Twice where devices stay beside those of the file: which ones, only the file's ids tell. */
function readDevices({ text, file, style }: CsvText, { register, whole }: ReadContext) {
  const people = new Set(register.people.keys())
  const read = (
    others: readonly (typeof register.devices extends ReadonlyMap<string, infer D> ? D : never)[],
  ) => readDevicesCsv(text, file, people, { ...style, others })
  const alone = read([])
  if (whole || alone instanceof Problems) return alone
  const others = [...register.devices.values()].filter(
    ({ id }) => !alone.rows.has(id) && !alone.spoilt.has(id),
  )
  return others.length === 0 ? alone : read(others)
}

function readLeavers({ text, file, style }: CsvText, { register, today }: ReadContext) {
  const columns = { required: ['person_ref'], optional: ['left', 'note'] }
  return readTable({ text, file, columns, key: 'person_ref', ...style }, (row, report) => {
    const cells = new CellReader(row, report)
    const ref = cells.reference('person_ref')
    const left = cells.optional('left', () => cells.day('left'))
    if (!register.people.has(ref))
      cells.refuse('person_ref', `\`${ref}\` is nobody of the register`)
    if (left !== null && left > today)
      cells.refuse('left', `\`${ref}\` is still here until ${left}: import the row again then`)
    return ref
  })
}

interface Stand {
  readonly group: string
  readonly date: string
  readonly period: string
  readonly teacher: string
}

function readCover({ text, file, style }: CsvText, { register }: ReadContext) {
  const columns = { required: ['class', 'date', 'period', 'teacher'], optional: ['note'] }
  const key = ['class', 'date', 'period']
  return readTable({ text, file, columns, key, ...style }, (row, report): Stand => {
    const cells = new CellReader(row, report)
    const [group, teacher] = [cells.text('class'), cells.reference('teacher')]
    if (!register.classes.has(group)) cells.refuse('class', `there is no class \`${group}\``)
    const role = register.people.get(teacher)?.role
    if (role === undefined) cells.refuse('teacher', `\`${teacher}\` is nobody of the register`)
    else if (role === 'pupil') cells.refuse('teacher', `\`${teacher}\` is a pupil`)
    return { group, teacher, date: cells.day('date'), period: cells.reference('period') }
  })
}

function rosterOf(
  list: List,
  name: string,
  { table, context }: { readonly table: AnyTable; readonly context: ReadContext },
): Roster {
  const empty = { ...EMPTY_ROSTER, name }
  // INVARIANT: `READERS` gives each list the table of its own facts.
  const rows = table as Table<never>
  switch (list) {
    case 'people':
    case 'devices':
    case 'classes':
      return { ...empty, [list]: context.whole ? rows : partial(rows) }
    case 'leavers':
      return { ...empty, leavers: new Set(table.rows.keys()) }
    case 'cover':
      return { ...empty, classes: coveredClasses(table as Table<Stand>, context) }
  }
}

/** The classes of the list with who stands in from today on; what is over is let go. */
function coveredClasses(
  { rows, problems }: Table<Stand>,
  { register, today, whole }: ReadContext,
): Table<ClassFacts> {
  const told = Map.groupBy(rows.values(), ({ group }) => group)
  const groups = whole ? [...register.classes.keys()] : [...told.keys()]
  const facts = groups.flatMap((id): [string, ClassFacts][] => {
    const known = register.classes.get(id)
    if (known === undefined) return []
    const listed = (told.get(id) ?? []).map(({ date, period, teacher }) => ({
      date,
      period,
      teacher,
    }))
    const isListed = new Set(listed.map(({ date, period }) => `${date} ${period}`))
    const kept = (known.cover ?? []).filter(
      ({ date, period }) => !whole && date >= today && !isListed.has(`${date} ${period}`),
    )
    const cover = [...kept, ...listed].toSorted((a, b) => (a.date < b.date ? -1 : 1))
    return known.cover === undefined && cover.length === 0 ? [] : [[id, { ...known, cover }]]
  })
  return { rows: new Map(facts), spoilt: new Set(), keysLost: true, problems }
}

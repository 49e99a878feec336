import type { Problem } from '../../rules/policy/yaml-source.ts'
import type { ClassFacts } from '../governance/permission-facts.ts'
import { CellReader } from './cell-readers.ts'
import { readTable, Problems, type CsvStyle, type Table, type TableRow } from './csv-table.ts'

const COLUMNS = {
  required: ['class', 'teacher', 'pupils', 'day', 'period'],
  optional: ['room', 'note'],
} as const

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** One row: a class at one time of the week. */
interface Meeting {
  readonly group: string
  readonly teacher: string
  readonly pupils: readonly string[]
  readonly day: string
  readonly period: string
  readonly room: string | null
}

/**
 * The classes of a classes.csv by their name: a row for each time in the week, pupils in any or all of them.
 * `knownPeople` is as for devices.csv.
 */
export function readClassesCsv(
  text: string,
  file: string,
  knownPeople: ReadonlySet<string> | null,
  style: CsvStyle = {},
): Table<ClassFacts> | Problems {
  const meetings = readTable(
    { text, file, columns: COLUMNS, key: ['class', 'day', 'period'], ...style },
    (row, report) => readMeeting(row, report, knownPeople),
  )
  if (meetings instanceof Problems) return meetings
  const groups = Map.groupBy(meetings.rows.values(), ({ group }) => group)
  return {
    rows: new Map([...groups].map(([group, rows]) => [group, classOf(rows)])),
    // A class with one bad row is left as it was: half its pupils would be none of it.
    spoilt: new Set([...meetings.spoilt].map((key) => key.split(' ')[0] ?? '')),
    keysLost: meetings.keysLost,
    problems: meetings.problems,
  }
}

function readMeeting(
  row: TableRow,
  report: (problem: Problem) => void,
  known: ReadonlySet<string> | null,
): Meeting {
  const cells = new CellReader(row, report)
  const teacher = cells.reference('teacher')
  const pupils = readPupils(cells)
  for (const [column, refs] of [
    ['teacher', [teacher]],
    ['pupils', pupils],
  ] as const)
    for (const ref of refs)
      if (ref !== '' && known?.has(ref) === false)
        cells.refuse(column, `\`${ref}\` is not in people.csv`)
  return {
    group: readClassName(cells),
    teacher,
    pupils,
    day: cells.oneOf('day', DAYS),
    period: cells.reference('period'),
    room: cells.optional('room', () => cells.plain('room', MAX_ROOM_LETTERS)),
  }
}

const MAX_ROOM_LETTERS = 60

/** As timetables name them: `9b/Ma1`. */
function readClassName(cells: CellReader): string {
  const name = cells.text('class')
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/.test(name))
    cells.refuse('class', `\`${name.slice(0, 40)}\` is not made of letters, digits and ._:/-`)
  return name
}

/** A year group; more is another file's column. */
const MAX_PUPILS = 500

/** References with spaces between them: a comma is the file's own. */
function readPupils(cells: CellReader): readonly string[] {
  const refs = cells
    .text('pupils')
    .split(/[\s;]+/)
    .filter((ref) => ref !== '')
  if (refs.length > MAX_PUPILS) cells.refuse('pupils', `more than ${MAX_PUPILS} pupils in a class`)
  const bad = refs.find((ref) => !/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(ref))
  if (bad !== undefined) cells.refuse('pupils', `\`${bad.slice(0, 40)}\` is no person's reference`)
  return refs
}

function classOf(rows: readonly Meeting[]): ClassFacts {
  const all = (refs: readonly string[]): string[] => [...new Set(refs)].sort()
  return {
    teachers: all(rows.map(({ teacher }) => teacher)),
    pupils: all(rows.flatMap(({ pupils }) => pupils)),
    meetings: rows.map(({ day, period, room, teacher }) => ({ day, period, room, teacher })),
  }
}

import type { DeviceFacts } from '../../rules/subject.ts'
import type { ClassFacts } from '../governance/permission-facts.ts'
import { Problems, type Table } from '../register/csv-table.ts'
import type { Person } from '../register/people-csv.ts'

/** What a list from outside says of the school. Null: it says nothing of that kind. */
export interface Roster {
  /** What it came from, for the ledger: a file's name. */
  readonly name: string
  readonly people: Table<Person> | null
  readonly devices: Table<DeviceFacts> | null
  readonly classes: Table<ClassFacts> | null
  /** Who leaves, said in so many words. */
  readonly leavers: ReadonlySet<string>
}

export const EMPTY_ROSTER: Omit<Roster, 'name'> = {
  people: null,
  devices: null,
  classes: null,
  leavers: new Set(),
}

/** A table that says nothing of what is not in it. */
export function partial<T>(table: Table<T>): Table<T> {
  const { rows, spoilt, problems } = table
  return { rows, spoilt, problems, keysLost: true }
}

/** A table of rows that were not read from one file. */
export function tableOf<T>(rows: ReadonlyMap<string, T>): Table<T> {
  return { rows, spoilt: new Set(), keysLost: false, problems: new Problems() }
}

import { ROLES, type Role } from '../../rules/subject.ts'
import type { PersonDetails } from '../people/people.ts'
import type { PersonFacts } from './register.ts'
import { CellReader } from './cell-readers.ts'
import { readTable, type CsvStyle, type Problems, type Table } from './csv-table.ts'
import { MAX_YEAR } from './devices-csv.ts'

const COLUMNS = {
  required: ['person_ref', 'name', 'role'],
  optional: ['phase', 'year', 'email'],
} as const

/** A person as people.csv tells: what goes into the ledger, and what goes beside it. */
export interface Person {
  readonly facts: Omit<PersonFacts, 'details'>
  readonly details: PersonDetails
}

export interface PeopleStyle extends CsvStyle {
  /** Whose an address is already, in lower case; filled by reading. Absent: nobody asks. */
  readonly emails?: Map<string, string>
}

/** The people of a people.csv by reference. */
export function readPeopleCsv(
  text: string,
  file: string,
  { emails, ...style }: PeopleStyle = {},
): Table<Person> | Problems {
  const source = { text, file, columns: COLUMNS, key: 'person_ref', ...style }
  return readTable(source, (row, report): Person => {
    const cells = new CellReader(row, report)
    const ref = cells.reference('person_ref')
    const email = cells.optional('email', () => readEmail(cells))
    if (email !== null && emails !== undefined) claimEmail(cells, ref, emails)
    return {
      facts: {
        role: cells.oneOf<Role>('role', ROLES),
        phase: cells.optional('phase', () => cells.word('phase')),
        year: cells.optional('year', () => cells.whole('year', 0, MAX_YEAR)),
      },
      details: { name: readName(cells), email },
    }
  })
}

/** Longer than any name that a register office has seen; a page of text is a moved column. */
const MAX_NAME_LETTERS = 200

function readName(cells: CellReader): string {
  const name = cells.text('name')
  if (name === '') cells.refuse('name', 'missing')
  if (name.length > MAX_NAME_LETTERS)
    cells.refuse('name', `more than ${MAX_NAME_LETTERS} letters are no name`)
  return cells.plain('name', Infinity)
}

/** RFC 5321 section 4.5.3.1.3 allows a path of 256 octets with its brackets. */
const MAX_EMAIL_LETTERS = 254

export function readEmail(cells: CellReader): string {
  const email = cells.text('email')
  const shape = email.length <= MAX_EMAIL_LETTERS && /^[^\s@]+@[^\s@]+$/.test(email)
  if (!shape) cells.refuse('email', 'not an e-mail address')
  return email.toWellFormed()
}

/** Sign-ins are told apart by it: with two owners one's doings would be the other's. */
export function claimEmail(cells: CellReader, ref: string, emails: Map<string, string>): void {
  const email = cells.text('email').toLowerCase()
  const owner = emails.get(email)
  if (owner === undefined) emails.set(email, ref)
  else if (owner !== ref) cells.refuse('email', `it is the address of \`${owner}\` already`)
}

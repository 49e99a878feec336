import { ROLES, type Role } from '../../rules/subject.ts'
import type { PersonDetails } from '../people/people.ts'
import type { PersonFacts } from './register.ts'
import { CellReader } from './cell-readers.ts'
import { readTable, type Problems, type Table } from './csv-table.ts'
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

/** The people of a people.csv by reference. */
export function readPeopleCsv(text: string, file: string): Table<Person> | Problems {
  return readTable({ text, file, columns: COLUMNS, key: 'person_ref' }, (row, report): Person => {
    const cells = new CellReader(row, report)
    cells.reference('person_ref')
    return {
      facts: {
        role: cells.oneOf<Role>('role', ROLES),
        phase: cells.optional('phase', () => cells.word('phase')),
        year: cells.optional('year', () => cells.whole('year', 0, MAX_YEAR)),
      },
      details: { name: readName(cells), email: cells.optional('email', () => readEmail(cells)) },
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
  // The name goes through canonical JSON, which has no text for half a character.
  return name.toWellFormed()
}

/** RFC 5321 section 4.5.3.1.3 allows a path of 256 octets with its brackets. */
const MAX_EMAIL_LETTERS = 254

function readEmail(cells: CellReader): string {
  const email = cells.text('email')
  const shape = email.length <= MAX_EMAIL_LETTERS && /^[^\s@]+@[^\s@]+$/.test(email)
  if (!shape) cells.refuse('email', 'not an e-mail address')
  return email.toWellFormed()
}

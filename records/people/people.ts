import { createHmac, randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { canonicalJson } from '../canonical-json.ts'

/** What names a person; kept beside the ledger and nowhere else, so that it can be erased. */
export interface PersonDetails {
  readonly name: string
  readonly email: string | null
}

/** A person's row, with the salt that makes the ledger's commitment to it. */
export interface PersonRow extends PersonDetails {
  readonly salt: string
}

/** 128 bits: without the row nobody can try names until one fits the commitment. */
const SALT_OCTETS = 16

/** The details with a fresh salt. */
export function saltDetails({ name, email }: PersonDetails): PersonRow {
  return { name, email, salt: randomBytes(SALT_OCTETS).toString('hex') }
}

/**
 * What the ledger holds in place of the details (hex). It shows that a name was not changed past the
 * ledger, and says nothing once the row with the salt has been erased.
 */
export function commitmentOf({ name, email, salt }: PersonRow): string {
  return createHmac('sha256', salt).update(canonicalJson({ name, email })).digest('hex')
}

/** The people table of a ledger's file. Writes belong into the transaction of the entries they go with. */
export class People {
  readonly #put: StatementSync
  readonly #find: StatementSync
  readonly #erase: StatementSync
  readonly #emails: StatementSync

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(
      `INSERT INTO people (person_ref, name, email, salt) VALUES (?, ?, ?, ?)
       ON CONFLICT (person_ref) DO UPDATE SET name = excluded.name, email = excluded.email, salt = excluded.salt`,
    )
    this.#erase = db.prepare('DELETE FROM people WHERE person_ref = ?')
    this.#emails = db.prepare('SELECT email, person_ref FROM people WHERE email IS NOT NULL')
    this.#find = db.prepare('SELECT name, email, salt FROM people WHERE person_ref = ?')
  }

  put(personRef: string, { name, email, salt }: PersonRow): void {
    this.#put.run(personRef, name, email, salt)
  }

  /** E-mail addresses by which accounts name people, with whose they are. */
  accounts(): readonly (readonly [email: string, personRef: string])[] {
    return this.#emails.all().map((row) => [String(row['email']), String(row['person_ref'])])
  }

  /** Takes the row with its salt away; false when there was none. */
  erase(personRef: string): boolean {
    return this.#erase.run(personRef).changes > 0
  }

  /** Undefined for a person who was never there, or who was erased. */
  find(personRef: string): PersonRow | undefined {
    const row = this.#find.get(personRef)
    if (row === undefined) return undefined
    const email = row['email']
    return {
      name: String(row['name']),
      email: typeof email === 'string' ? email : null,
      salt: String(row['salt']),
    }
  }
}

import { People, type PersonRow } from '../people/people.ts'
import type { LedgerCommand } from './entry.ts'
import type { AppendOptions, Appended, Ledger } from './ledger.ts'

/** Rows of the people table that go with entries; null takes a person's row away. */
export type PeopleRows = readonly (readonly [ref: string, row: PersonRow | null])[]

export interface WriteOptions extends Omit<AppendOptions, 'alongside'> {
  readonly people?: PeopleRows
}

export type Written =
  | Appended
  /** Redis is needed for this change and does not serve; the API's 503. Nothing was changed here. */
  | { readonly kind: 'unavailable'; readonly message: string }

/**
 * Where whoever changes something appends: this node's ledger where it is the whole site's, Redis' (and
 * then this node's copy, `records/redis/ledger-spine.ts`) where the site has one.
 */
export interface LedgerWriter {
  /** All commands or none, as `Ledger.append`; a `person.erase` takes the row with it. */
  append(commands: readonly LedgerCommand[], options: WriteOptions): Promise<Written>
}

/** For a site with one gate, whose ledger is this one. */
export function localWriter(ledger: Ledger): LedgerWriter {
  const people = new People(ledger.db)
  return {
    append: (commands, { people: rows = [], ...options }) => {
      const alongside = (): void => {
        for (const [ref, row] of [...rows, ...erasedBy(commands)])
          if (row === null) people.erase(ref)
          else people.put(ref, row)
      }
      return Promise.resolve(ledger.append(commands, { ...options, alongside }))
    },
  }
}

/** The rows that go with what the commands erase. */
export function erasedBy(commands: readonly LedgerCommand[]): PeopleRows {
  return commands
    .filter(({ kind }) => kind === 'person.erase')
    .map(({ objectId }) => [objectId, null] as const)
}

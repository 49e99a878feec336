import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/** A row of a store with the names of its columns. */
export type StoreRow = Readonly<Record<string, unknown>>

/** One of the stores of a records directory. */
export interface StorePlace {
  readonly directory: string
  readonly file: string
  readonly schema: StoreSchema
}

/** What `read` finds in the store, or `absent` where there is none: reading makes no file. Throws `StoreRefused`. */
export function readBeside<T>(
  { directory, file, schema }: StorePlace,
  absent: T,
  read: (db: DatabaseSync) => T,
): T {
  const path = join(directory, file)
  if (!existsSync(path)) return absent
  const db = openDatabase(path, schema, { readOnly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

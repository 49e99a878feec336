import { join } from 'node:path'
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/**
 * What devices have used of their quotas in the periods that run, so that a restart resets none. Rows of
 * past periods are gone with the next save: this is no history of who used how much.
 */
const USAGE_SCHEMA: StoreSchema = {
  /** 'sgus' */
  applicationId: 0x73677573,
  migrations: [
    `
CREATE TABLE used (
  who TEXT NOT NULL,
  class TEXT NOT NULL,
  phase TEXT,
  period TEXT NOT NULL,
  octets REAL NOT NULL,
  PRIMARY KEY (who, class)
) STRICT, WITHOUT ROWID;
`,
  ],
}

const USAGE_FILE = 'usage.sqlite'

/** What a device (by id, else by address) has used of the quota of one class in one period. */
export interface Usage {
  readonly who: string
  readonly classId: string
  readonly phase: string | null
  readonly period: string
  readonly octets: number
}

export class UsageStore implements Disposable {
  readonly #db: DatabaseSync

  private constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** The store of a records directory, made when it is not there. Throws `StoreRefused`. */
  static open(directory: string): UsageStore {
    return new UsageStore(openDatabase(join(directory, USAGE_FILE), USAGE_SCHEMA))
  }

  /** To read only; null where there is none. Throws `StoreRefused`. */
  static read(directory: string): UsageStore | null {
    const path = join(directory, USAGE_FILE)
    if (!existsSync(path)) return null
    return new UsageStore(openDatabase(path, USAGE_SCHEMA, { readOnly: true }))
  }

  all(): readonly Usage[] {
    return this.#db
      .prepare('SELECT who, class AS classId, phase, period, octets FROM used')
      .all() as unknown as Usage[]
  }

  /** These instead of all before. Throws SQLite's error when the disk refuses. */
  save(usages: Iterable<Usage>): void {
    inTransaction(this.#db, () => {
      this.#db.exec('DELETE FROM used')
      const insert = this.#db.prepare('INSERT INTO used VALUES (?, ?, ?, ?, ?)')
      for (const { who, classId, phase, period, octets } of usages)
        insert.run(who, classId, phase, period, octets)
    })
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}

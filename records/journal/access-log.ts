import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction, openDatabase } from '../sqlite/open-database.ts'
import type { StoreSchema } from '../sqlite/open-database.ts'

/**
 * Who looked at named records. A file of its own: the dashboard writes it, and must not keep the records
 * thread waiting for the journal's lock.
 */
export const ACCESS_SCHEMA: StoreSchema = {
  /** 'sgav' */
  applicationId: 0x73676176,
  migrations: [
    `
CREATE TABLE views (
  id INTEGER PRIMARY KEY,
  ts TEXT NOT NULL,
  viewer TEXT NOT NULL,
  role TEXT NOT NULL,
  query TEXT NOT NULL,
  rows INTEGER NOT NULL,
  reason TEXT
) STRICT;
CREATE TABLE forgotten_before (ts TEXT NOT NULL) STRICT;
INSERT INTO forgotten_before VALUES ('');
CREATE TRIGGER views_keep_rows BEFORE UPDATE ON views
  BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
CREATE TRIGGER views_keep_all BEFORE DELETE ON views
  WHEN OLD.ts >= (SELECT ts FROM forgotten_before)
  BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
`,
    // Whom a look was at: a data subject may ask who saw him. Of older looks only the question tells.
    `
CREATE TABLE looked_at (
  person_ref TEXT NOT NULL,
  view INTEGER NOT NULL,
  PRIMARY KEY (person_ref, view)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO looked_at
  SELECT asked.value, v.id FROM views v, json_each(v.query, '$.person_ref') AS asked
  WHERE asked.type = 'text';
CREATE TRIGGER looked_at_keeps_rows BEFORE UPDATE ON looked_at
  BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
CREATE TRIGGER looked_at_keeps_all BEFORE DELETE ON looked_at
  WHEN EXISTS (SELECT 1 FROM views WHERE id = OLD.view)
  BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
CREATE INDEX looked_at_view ON looked_at (view);
CREATE INDEX views_viewer ON views (viewer);
`,
  ],
}

export const ACCESS_FILE = 'access.sqlite'

/** Two years (requirements.md 6.9, admin and access log). */
const KEPT_MS = 2 * 365 * 86_400_000

export interface Access {
  /** Gate time, epoch ms. */
  readonly at: number
  /** A person's reference. */
  readonly viewer: string
  readonly role: string
  /** What was asked for; never a name. */
  readonly query: unknown
  readonly rows: number
  readonly reason: string | null
  /** References of those who were asked for or shown. */
  readonly people: readonly string[]
}

export interface LoggedAccess {
  readonly ts: string
  readonly viewer: string
  readonly role: string
  readonly query: string
  readonly rows: number
  readonly reason: string | null
}

export class AccessLog implements Disposable {
  /** Opens the log of `directory`, made when absent. Throws `StoreRefused`. */
  static open(directory: string): AccessLog {
    // Full: a view that was shown stays noted after a power cut.
    return new AccessLog(
      openDatabase(join(directory, ACCESS_FILE), ACCESS_SCHEMA, { synchronous: 'full' }),
    )
  }

  readonly #db: DatabaseSync
  readonly #insert: StatementSync
  readonly #lookAt: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.#insert = db.prepare(
      'INSERT INTO views (ts, viewer, role, query, rows, reason) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#lookAt = db.prepare('INSERT OR IGNORE INTO looked_at VALUES (?, ?)')
  }

  /** Throws when it can't be written: what is not noted must not be shown. */
  note({ at, viewer, role, query, rows, reason, people }: Access): void {
    const values = [new Date(at).toISOString(), viewer, role, JSON.stringify(query), rows, reason]
    inTransaction(this.#db, () => {
      const { lastInsertRowid: view } = this.#insert.run(...values)
      for (const person of people) this.#lookAt.run(person, view)
    })
  }

  /** The last views, newest first. */
  last(limit: number): readonly LoggedAccess[] {
    return this.#db
      .prepare('SELECT ts, viewer, role, query, rows, reason FROM views ORDER BY id DESC LIMIT ?')
      .all(limit) as unknown as readonly LoggedAccess[]
  }

  /** Every look that asked for the person or showed him, oldest first. */
  looksAt(personRef: string): readonly LoggedAccess[] {
    return this.#looks('id IN (SELECT view FROM looked_at WHERE person_ref = ?)', personRef)
  }

  /** Every look that the person made, oldest first. */
  looksBy(personRef: string): readonly LoggedAccess[] {
    return this.#looks('viewer = ?', personRef)
  }

  #looks(condition: string, personRef: string): readonly LoggedAccess[] {
    return this.#db
      .prepare(
        `SELECT ts, viewer, role, query, rows, reason FROM views WHERE ${condition} ORDER BY id`,
      )
      .all(personRef) as unknown as readonly LoggedAccess[]
  }

  /** Forgets views of more than two years before `now` (epoch ms); returns how many. */
  forget(now: number): number {
    const before = new Date(now - KEPT_MS).toISOString()
    this.#db.prepare('UPDATE forgotten_before SET ts = ?').run(before)
    const forgotten = this.#db.prepare('DELETE FROM views WHERE ts < ?').run(before).changes
    this.#db.exec('DELETE FROM looked_at WHERE view NOT IN (SELECT id FROM views)')
    return Number(forgotten)
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}

import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/**
 * What became of the school's promises on the running gate, run by run: evidence that the filter did what
 * the school says. A file of its own: the control thread writes it, and must not keep the records thread
 * waiting. It names kinds of devices and no person.
 */
const PROMISE_LOG_SCHEMA: StoreSchema = {
  /** 'sgpr' */
  applicationId: 0x73677072,
  migrations: [
    `
CREATE TABLE runs (
  run INTEGER PRIMARY KEY,
  ts TEXT NOT NULL,
  policy_version INTEGER NOT NULL
) STRICT;
CREATE TABLE results (
  run INTEGER NOT NULL REFERENCES runs (run),
  promise TEXT NOT NULL,
  says TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('kept', 'broken', 'unanswered', 'not_now')),
  asked INTEGER NOT NULL,
  detail TEXT,
  PRIMARY KEY (run, promise)
) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten_before (kept TEXT NOT NULL, others TEXT NOT NULL) STRICT;
INSERT INTO forgotten_before VALUES ('', '');
CREATE TRIGGER results_keep_rows BEFORE UPDATE ON results
  BEGIN SELECT raise(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER results_keep_all BEFORE DELETE ON results
  WHEN (SELECT ts FROM runs WHERE run = OLD.run) >=
    (SELECT CASE WHEN OLD.state IN ('kept', 'not_now') THEN kept ELSE others END FROM forgotten_before)
  BEGIN SELECT raise(ABORT, 'evidence is append-only'); END;
`,
  ],
}

export const PROMISE_LOG_FILE = 'promises.sqlite'

/** As refusals: kept promises as long as ordinary ones, broken ones as long as evidence (requirements.md 6.9). */
const KEPT_DAYS = 396
const BROKEN_DAYS = 7 * 365

const DAY_MS = 86_400_000

/** What became of one promise in one run. */
export interface PromiseNote {
  readonly id: string
  readonly says: string
  readonly state: 'kept' | 'broken' | 'unanswered' | 'not_now'
  readonly asked: number
  readonly detail: string | null
}

/** A note with when it was made, and by which policy. */
export interface LoggedPromise extends PromiseNote {
  /** Gate time, RFC 3339. */
  readonly ts: string
  readonly policyVersion: number
}

export class PromiseLog implements Disposable {
  readonly #db: DatabaseSync
  readonly #addRun: StatementSync
  readonly #addResult: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.#addRun = db.prepare('INSERT INTO runs (ts, policy_version) VALUES (?, ?)')
    this.#addResult = db.prepare('INSERT INTO results VALUES (?, ?, ?, ?, ?, ?)')
  }

  /** The log of a records directory, made when it is not there. Throws `StoreRefused`. */
  static open(directory: string): PromiseLog {
    return new PromiseLog(openDatabase(join(directory, PROMISE_LOG_FILE), PROMISE_LOG_SCHEMA))
  }

  /** Writes one run and forgets what is too old. Throws SQLite's error with nothing written. */
  note(
    notes: readonly PromiseNote[],
    { at, policyVersion }: { at: number; policyVersion: number },
  ): void {
    inTransaction(this.#db, () => {
      const { lastInsertRowid: run } = this.#addRun.run(new Date(at).toISOString(), policyVersion)
      for (const { id, says, state, asked, detail } of notes)
        this.#addResult.run(run, id, says, state, asked, detail)
      this.#forget(at)
    })
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #forget(now: number): void {
    const [kept, others] = [KEPT_DAYS, BROKEN_DAYS].map((days) =>
      new Date(now - days * DAY_MS).toISOString(),
    )
    this.#db
      .prepare('UPDATE forgotten_before SET kept = ?, others = ?')
      .run(kept ?? '', others ?? '')
    const forget = this.#db.prepare(
      `DELETE FROM results WHERE run IN (SELECT run FROM runs WHERE ts < ?)
         AND (state IN ('kept', 'not_now')) = ?`,
    )
    forget.run(kept ?? '', 1)
    forget.run(others ?? '', 0)
    this.#db.exec(
      'DELETE FROM runs WHERE NOT EXISTS (SELECT 1 FROM results WHERE results.run = runs.run)',
    )
  }
}

/** Which notes to read: newest run first, at most `limit`. */
export interface PromiseLogQuery {
  readonly limit: number
  /** Only those that were not kept. */
  readonly brokenOnly: boolean
  /** Epoch ms; null for all. */
  readonly since: number | null
}

/** The notes of a records directory. Throws `StoreRefused` where there are none. */
export function readPromiseLog(
  directory: string,
  query: PromiseLogQuery,
): readonly LoggedPromise[] {
  const db = openDatabase(join(directory, PROMISE_LOG_FILE), PROMISE_LOG_SCHEMA, { readOnly: true })
  try {
    const since = query.since === null ? '' : new Date(query.since).toISOString()
    return db
      .prepare(
        `SELECT ts, policy_version AS policyVersion, promise AS id, says, state, asked, detail
         FROM results JOIN runs USING (run)
         WHERE ts >= ? AND (state IN ('broken', 'unanswered') OR NOT ?)
         ORDER BY run DESC, promise LIMIT ?`,
      )
      .all(since, query.brokenOnly ? 1 : 0, query.limit) as unknown as readonly LoggedPromise[]
  } finally {
    db.close()
  }
}

import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ExportSource } from '../../rules/posture/export-rules.ts'
import type { PostureFacts } from '../../rules/posture/posture-report.ts'
import type { LastReport } from '../../rules/posture/posture-standing.ts'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/**
 * What devices last said of themselves (presence: the last word counts, and grows old), 30 days of where
 * they stood, and how many reports were taken and refused. A file of its own: the process that takes
 * reports writes it, and every gate on the machine reads it.
 */
const POSTURE_SCHEMA: StoreSchema = {
  /** 'sgps' */
  applicationId: 0x73677073,
  migrations: [
    `
CREATE TABLE last_reports (
  device TEXT PRIMARY KEY,
  change INTEGER NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  ts TEXT NOT NULL,
  nonce TEXT NOT NULL,
  facts TEXT NOT NULL,
  failing_since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE standings (
  at INTEGER NOT NULL,
  device TEXT NOT NULL,
  posture TEXT NOT NULL,
  failed TEXT NOT NULL,
  PRIMARY KEY (device, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX standings_by_age ON standings (at);
CREATE TABLE changes (n INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
CREATE TABLE outcomes (outcome TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
    'ALTER TABLE last_reports ADD COLUMN signature TEXT;',
    // Null: the device's own agent.
    'ALTER TABLE last_reports ADD COLUMN source TEXT;',
  ],
}

const POSTURE_FILE = 'posture.sqlite'

/** "Last posture only; history 30 d" (requirements.md 6.9). */
const HISTORY_MS = 30 * 86_400_000

export interface StoredReport extends LastReport {
  readonly device: string
  /** The device's own time of it, RFC 3339. */
  readonly ts: string
  readonly nonce: string
  /** By which other gates believe it; a report of before they were told has none. */
  readonly signature?: string
  /** The device management whose export says so; absent: the device's own agent. */
  readonly source?: ExportSource
}

/** Where a device stood from then on, with every check that failed. */
export interface PastStanding {
  /** Epoch ms. */
  readonly at: number
  readonly posture: string
  readonly failed: readonly string[]
}

/** Throws `StoreRefused` for a file that is none of ours, SQLite's error for a full disk. */
export class PostureStore implements Disposable {
  readonly #db: DatabaseSync
  readonly #find: StatementSync
  readonly #put: StatementSync
  readonly #count: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.#find = db.prepare('SELECT * FROM last_reports WHERE device = ?')
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO last_reports
         (device, change, at, ts, nonce, facts, failing_since, signature, source)
       VALUES (?, (SELECT n FROM changes), ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#count = db.prepare(
      'INSERT INTO outcomes VALUES (?, 1) ON CONFLICT (outcome) DO UPDATE SET n = n + 1',
    )
  }

  /** The store of a records directory, made when it is not there. */
  static open(directory: string): PostureStore {
    return new PostureStore(openDatabase(join(directory, POSTURE_FILE), POSTURE_SCHEMA))
  }

  last(device: string): StoredReport | null {
    const row = this.#find.get(device)
    return row === undefined ? null : reportOf(row)
  }

  /**
   * Takes a report in place of the one before; what it comes to is kept where that is new. `outcome`: whether it
   * came here, or another gate took it.
   */
  put(
    report: StoredReport,
    standing: { readonly posture: string; readonly failed: readonly string[] },
    outcome: 'taken' | 'heard' = 'taken',
  ): void {
    const { device, at, ts, nonce, facts, failingSince, signature = null, source = null } = report
    inTransaction(this.#db, () => {
      const texts = [JSON.stringify(facts), JSON.stringify(failingSince)] as const
      this.#db.exec('UPDATE changes SET n = n + 1')
      this.#put.run(device, at, ts, nonce, ...texts, signature, source)
      this.#keepStanding(device, at, standing)
      this.#count.run(outcome)
      this.#db.prepare('DELETE FROM standings WHERE at < ?').run(at - HISTORY_MS)
    })
  }

  /** One more report or enrolment that was refused, by its reason. */
  countRefusal(reason: string): void {
    this.#count.run(reason)
  }

  /** How many were taken (`taken`) and refused by each reason, since the file was made. */
  outcomes(): Readonly<Record<string, number>> {
    const rows = this.#db.prepare('SELECT outcome, n FROM outcomes').all()
    return Object.fromEntries(rows.map(({ outcome, n }) => [String(outcome), Number(n)]))
  }

  /** Reports that were taken after `change`, and the number of the newest: what to ask with next. */
  since(change: number): { readonly reports: readonly StoredReport[]; readonly change: number } {
    const rows = this.#db
      .prepare('SELECT * FROM last_reports WHERE change > ? ORDER BY change')
      .all(change)
    return {
      reports: rows.map(reportOf),
      change: rows.length === 0 ? change : Number(rows.at(-1)?.['change']),
    }
  }

  /** Where a device has stood, newest first, for 30 days. */
  history(device: string): readonly PastStanding[] {
    return this.#db
      .prepare('SELECT at, posture, failed FROM standings WHERE device = ? ORDER BY at DESC')
      .all(device)
      .map(({ at, posture, failed }) => ({
        at: Number(at),
        posture: String(posture),
        failed: JSON.parse(String(failed)) as readonly string[],
      }))
  }

  /** Forgets a device: it is the school's no more. */
  forget(device: string): void {
    inTransaction(this.#db, () => {
      this.#db.prepare('DELETE FROM last_reports WHERE device = ?').run(device)
      this.#db.prepare('DELETE FROM standings WHERE device = ?').run(device)
    })
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #keepStanding(
    device: string,
    at: number,
    { posture, failed }: { readonly posture: string; readonly failed: readonly string[] },
  ): void {
    const [before] = this.history(device)
    const text = JSON.stringify(failed)
    if (before?.posture === posture && JSON.stringify(before.failed) === text) return
    this.#db
      .prepare('INSERT OR REPLACE INTO standings (at, device, posture, failed) VALUES (?, ?, ?, ?)')
      .run(at, device, posture, text)
  }
}

/** INVARIANT: only `put` writes the rows, so the texts are what it wrote. */
function reportOf(row: Readonly<Record<string, unknown>>): StoredReport {
  return {
    device: String(row['device']),
    at: Number(row['at']),
    ts: String(row['ts']),
    nonce: String(row['nonce']),
    facts: JSON.parse(String(row['facts'])) as PostureFacts,
    failingSince: JSON.parse(String(row['failing_since'])) as LastReport['failingSince'],
    ...(typeof row['signature'] === 'string' ? { signature: row['signature'] } : {}),
    ...(row['source'] === null ? {} : { source: row['source'] as ExportSource }),
  }
}

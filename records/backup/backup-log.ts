import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/** The file in the records directory that says when this node was backed up, restored and drilled. */
const BACKUP_LOG_FILE = 'backups.sqlite'

const BACKUP_LOG_SCHEMA: StoreSchema = {
  // 'SGBK' in ASCII.
  applicationId: 0x53_47_42_4b,
  migrations: [
    `
CREATE TABLE runs (
  run INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('backup', 'restore', 'drill')),
  at TEXT NOT NULL,
  file TEXT NOT NULL,
  ok INTEGER NOT NULL,
  detail TEXT NOT NULL,
  took_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER runs_keep_rows BEFORE UPDATE ON runs
  BEGIN SELECT RAISE(ABORT, 'what was done stays noted'); END;
CREATE TRIGGER runs_keep_all BEFORE DELETE ON runs
  BEGIN SELECT RAISE(ABORT, 'what was done stays noted'); END;
`,
  ],
}

export interface BackupRun {
  readonly kind: 'backup' | 'restore' | 'drill'
  /** Epoch ms. */
  readonly at: number
  readonly file: string
  readonly ok: boolean
  readonly detail: string
  readonly tookMs: number
}

/** Notes a run in `directory`. Throws `StoreRefused`. */
export function noteBackupRun(directory: string, run: BackupRun): void {
  using log = opened(directory)
  log.db
    .prepare('INSERT INTO runs (kind, at, file, ok, detail, took_ms) VALUES (?, ?, ?, ?, ?, ?)')
    .run(
      ...[run.kind, new Date(run.at).toISOString(), run.file],
      ...[run.ok ? 1 : 0, run.detail, Math.round(run.tookMs)],
    )
}

/** The last runs, newest first: when did a backup last succeed, when was one last tried out? */
export function recentBackupRuns(directory: string, limit: number): readonly BackupRun[] {
  using log = opened(directory)
  const rows = log.db
    .prepare('SELECT kind, at, file, ok, detail, took_ms FROM runs ORDER BY run DESC LIMIT ?')
    .all(limit)
  return rows.map((row) => ({
    kind: row['kind'] as BackupRun['kind'],
    at: Date.parse(String(row['at'])),
    file: String(row['file']),
    ok: row['ok'] === 1,
    detail: String(row['detail']),
    tookMs: Number(row['took_ms']),
  }))
}

function opened(directory: string): Disposable & { readonly db: DatabaseSync } {
  const db = openDatabase(join(directory, BACKUP_LOG_FILE), BACKUP_LOG_SCHEMA)
  return {
    db,
    [Symbol.dispose]: () => {
      db.close()
    },
  }
}

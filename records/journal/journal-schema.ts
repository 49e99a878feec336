import type { StoreSchema } from '../sqlite/open-database.ts'
import { TALLY_SCHEMA } from '../tally/tally-store.ts'

/** The journal's file in the records directory. */
export const JOURNAL_FILE = 'journal.sqlite'

/**
 * `journal` holds what was refused, one row an entry, gapless by `seq`. `open_folds` holds what a
 * closing entry will say, by its first entry's `seq`, so that a kill loses no further attempts.
 * `stops` holds each run of the records thread and how it ended. `journal_id` is drawn when the file is
 * made: by it Redis tells a new journal, whose numbers begin again, from the one it knows.
 */
const FIRST = `
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  ts TEXT NOT NULL,
  site TEXT NOT NULL,
  gate TEXT NOT NULL,
  layer TEXT NOT NULL,
  action TEXT NOT NULL,
  grade TEXT NOT NULL,
  person_ref TEXT NOT NULL,
  role TEXT NOT NULL,
  device_id TEXT,
  ip TEXT NOT NULL,
  zone TEXT NOT NULL,
  "window" TEXT NOT NULL,
  host TEXT NOT NULL,
  category TEXT,
  list_source TEXT,
  list_version TEXT,
  rule_id TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  reason_code TEXT NOT NULL,
  severity TEXT NOT NULL,
  block_ref TEXT NOT NULL,
  repeat_count INTEGER NOT NULL,
  inspected INTEGER NOT NULL,
  url_path TEXT,
  search_term TEXT
) STRICT;
CREATE INDEX journal_of_device ON journal (coalesce(device_id, ip), seq);
CREATE TRIGGER journal_keeps_rows BEFORE UPDATE ON journal
  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TABLE open_folds (
  first_seq INTEGER PRIMARY KEY,
  repeat_count INTEGER NOT NULL,
  grade TEXT NOT NULL,
  layer TEXT NOT NULL,
  url_path TEXT,
  last_ts TEXT NOT NULL
) STRICT;

CREATE TABLE stops (
  run INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  durable_at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('running', 'clean', 'unclean')),
  noted_at TEXT,
  folds_closed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE journal_id (id TEXT NOT NULL) STRICT;
INSERT INTO journal_id VALUES (lower(hex(randomblob(16))));
`

/** 'sgjr' */
export const JOURNAL_SCHEMA: StoreSchema = {
  applicationId: 0x73676a72,
  migrations: [FIRST + TALLY_SCHEMA],
}

/** Columns of a journal row in the order of the table; the stream's fields have the same names. */
export const JOURNAL_COLUMNS = [
  'seq',
  'id',
  'ts',
  'site',
  'gate',
  'layer',
  'action',
  'grade',
  'person_ref',
  'role',
  'device_id',
  'ip',
  'zone',
  'window',
  'host',
  'category',
  'list_source',
  'list_version',
  'rule_id',
  'policy_version',
  'reason_code',
  'severity',
  'block_ref',
  'repeat_count',
  'inspected',
  'url_path',
  'search_term',
] as const

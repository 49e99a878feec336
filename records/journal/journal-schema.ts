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

/**
 * What is found and forgotten. `journal_terms` holds each person, each text (host, category, rule) and
 * each kind (role, category, reason, severity, zone, action, grade) once, `journal_postings` the entries
 * of each; a group is a kind with fewer fields, to count by; `journal_words` the trigrams of the texts. They follow the journal (`journal_indexed`), so
 * that writing an entry costs what it did without them. `journal_hours` tells which numbers an hour's
 * entries have, `journal_counts` outlives the entries.
 *
 * `purge_permits` is empty outside a step of the retention: the triggers let go only what stands in it,
 * and never what a hold covers. `purges` says what went. `archive_keys` holds a month's key for as long
 * as that month is being pseudonymised.
 */
const SECOND = `
CREATE TABLE journal_terms (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('kind', 'group', 'text', 'person')),
  value TEXT NOT NULL,
  UNIQUE (type, value)
) STRICT;
CREATE VIRTUAL TABLE journal_words USING fts5 (
  value, content = 'journal_terms', content_rowid = 'id', tokenize = 'trigram', detail = none
);
INSERT INTO journal_words (journal_words, rank) VALUES ('secure-delete', 1);
CREATE TABLE journal_postings (
  term INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (term, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE journal_hours (
  hour INTEGER PRIMARY KEY,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL
) STRICT;
CREATE TABLE journal_counts (
  hour INTEGER NOT NULL,
  term INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (hour, term)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_counts_of_term ON journal_counts (term, hour, entries, attempts);
CREATE TABLE journal_indexed (seq INTEGER NOT NULL) STRICT;
INSERT INTO journal_indexed VALUES (0);

CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  placed_at TEXT NOT NULL,
  placed_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  person_ref TEXT,
  incident_ref TEXT,
  until TEXT,
  released_at TEXT,
  released_by TEXT,
  release_reason TEXT
) STRICT;
CREATE TABLE retention_marks (
  rule TEXT PRIMARY KEY,
  hour INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE purges (
  rule TEXT NOT NULL,
  hour INTEGER NOT NULL,
  day TEXT NOT NULL,
  entries INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  done_at TEXT NOT NULL,
  PRIMARY KEY (rule, hour, day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER purges_keep_all BEFORE DELETE ON purges
  BEGIN SELECT raise(ABORT, 'what was purged stays noted'); END;
CREATE TABLE archive_keys (period TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE purge_permits (seq INTEGER PRIMARY KEY, deed TEXT NOT NULL) STRICT;

DROP TRIGGER journal_keeps_rows;
DROP TRIGGER journal_keeps_all;
CREATE TRIGGER journal_keeps_rows BEFORE UPDATE ON journal
  WHEN NOT EXISTS (SELECT 1 FROM purge_permits WHERE seq = OLD.seq AND deed <> 'purge')
    OR NEW.seq <> OLD.seq OR NEW.id <> OLD.id OR NEW.ts <> OLD.ts OR NEW.role <> OLD.role
    OR NEW.host <> OLD.host OR NEW.reason_code <> OLD.reason_code OR NEW.action <> OLD.action
    OR NEW.repeat_count <> OLD.repeat_count
  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
  WHEN NOT EXISTS (SELECT 1 FROM purge_permits WHERE seq = OLD.seq AND deed = 'purge')
  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER holds_keep BEFORE INSERT ON purge_permits
  WHEN EXISTS (
    SELECT 1 FROM holds h JOIN journal j ON j.seq = NEW.seq
    WHERE h.released_at IS NULL AND NEW.seq BETWEEN h.first_seq AND h.last_seq
      AND (h.person_ref IS NULL OR h.person_ref = j.person_ref))
  BEGIN SELECT raise(ABORT, 'the entry is under a legal hold'); END;
`

/** `journal_refs` finds an entry by the code that the block page showed, and by its device; it follows the journal, too. */
const THIRD = `
CREATE TABLE journal_refs (
  ref INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (ref, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE journal_refs_indexed (seq INTEGER NOT NULL) STRICT;
INSERT INTO journal_refs_indexed VALUES (0);
`

/** Which of the ledger's holds a row follows; null for one that an incident placed. */
const FOURTH = `
ALTER TABLE holds ADD COLUMN ledger_id TEXT;
CREATE UNIQUE INDEX holds_of_ledger ON holds (ledger_id) WHERE ledger_id IS NOT NULL;
`

/** Devices are in `journal_refs` beside the codes: this index wrote a page for each refusal. */
const FIFTH = `
DROP INDEX journal_of_device;
UPDATE journal_refs_indexed SET seq = 0;
`

/** 'sgjr' */
export const JOURNAL_SCHEMA: StoreSchema = {
  applicationId: 0x73676a72,
  migrations: [FIRST + TALLY_SCHEMA, SECOND, THIRD, FOURTH, FIFTH],
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

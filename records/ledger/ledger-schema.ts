import type { StoreSchema } from '../sqlite/open-database.ts'

/** The file of a node's ledger inside `records.directory`. */
export const LEDGER_FILE = 'ledger.sqlite'

/**
 * An entry is its text: the hash is over the very octets of `body`, and a column that a query
 * needs is computed from it, so that no column can say anything else than the text that is chained.
 *
 * The triggers stop a mistake, not an attacker, who can drop them; the chain finds the attacker. The
 * insert triggers matter because `INSERT OR REPLACE` deletes without firing a delete trigger.
 */
const FOUNDATION = `
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  ts TEXT NOT NULL GENERATED ALWAYS AS (json_extract(body, '$.ts')) VIRTUAL
) STRICT;
CREATE INDEX entries_ts ON entries (ts);
CREATE TRIGGER entries_append BEFORE INSERT ON entries
  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries)
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows at its end'); END;
CREATE TRIGGER entries_update BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows at its end'); END;
CREATE TRIGGER entries_delete BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows at its end'); END;

CREATE TABLE documents (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
CREATE TRIGGER documents_insert BEFORE INSERT ON documents
  WHEN EXISTS (SELECT 1 FROM documents WHERE hash = NEW.hash)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER documents_update BEFORE UPDATE ON documents
  BEGIN SELECT RAISE(ABORT, 'a document never changes'); END;
CREATE TRIGGER documents_delete BEFORE DELETE ON documents
  BEGIN SELECT RAISE(ABORT, 'a document is kept as long as the ledger'); END;

CREATE TABLE people (
  person_ref TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  salt TEXT NOT NULL
) STRICT;
`

/** Checkpoints grow at their end like the entries; a snapshot is a copy of what they add up to, and may go. */
const CHECKPOINTS_AND_SNAPSHOTS = `
CREATE TABLE checkpoints (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoints_append BEFORE INSERT ON checkpoints
  WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM checkpoints)
  BEGIN SELECT RAISE(ABORT, 'checkpoints only grow at their end'); END;
CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints only grow at their end'); END;
CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints only grow at their end'); END;

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  fold TEXT NOT NULL,
  digest TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT;
`

/**
 * Entries of a branch that gave way to a longer one (records/redis): kept here first, and only then may
 * they leave the end of the chain. The index finds what has been appended again.
 */
const SET_ASIDE = `
CREATE TABLE set_aside (
  hash TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  origin TEXT NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.recovered.hash'), hash)) VIRTUAL
) STRICT;
CREATE TRIGGER set_aside_insert BEFORE INSERT ON set_aside
  WHEN EXISTS (SELECT 1 FROM set_aside WHERE hash = NEW.hash)
  BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER set_aside_update BEFORE UPDATE ON set_aside
  BEGIN SELECT RAISE(ABORT, 'what was set aside never changes'); END;
CREATE TRIGGER set_aside_delete BEFORE DELETE ON set_aside
  BEGIN SELECT RAISE(ABORT, 'what was set aside is kept as long as the ledger'); END;
CREATE INDEX entries_recovered ON entries (json_extract(body, '$.recovered.hash'))
  WHERE json_extract(body, '$.recovered.hash') IS NOT NULL;
DROP TRIGGER entries_delete;
CREATE TRIGGER entries_delete BEFORE DELETE ON entries
  WHEN OLD.seq IS NOT (SELECT max(seq) FROM entries)
    OR NOT EXISTS (SELECT 1 FROM set_aside WHERE hash = OLD.hash AND seq = OLD.seq AND body = OLD.body)
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows at its end'); END;
`

export const LEDGER_SCHEMA: StoreSchema = {
  // 'SGLG' in ASCII.
  applicationId: 0x53_47_4c_47,
  migrations: [FOUNDATION, CHECKPOINTS_AND_SNAPSHOTS, SET_ASIDE],
}

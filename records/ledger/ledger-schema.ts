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

export const LEDGER_SCHEMA: StoreSchema = {
  // 'SGLG' in ASCII.
  applicationId: 0x53_47_4c_47,
  migrations: [FOUNDATION],
}

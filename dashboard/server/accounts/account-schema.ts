import type { StoreSchema } from '../../../records/sqlite/open-database.ts'

/**
 * Who can sign in, and who is signed in. Beside the ledger and not in it: secrets change and are thrown away.
 * What an account may do is the ledger's to say, by the duties of the person that it belongs to.
 */
export const ACCOUNTS_SCHEMA: StoreSchema = {
  /** 'sgac' */
  applicationId: 0x73676163,
  migrations: [
    `
CREATE TABLE accounts (
  login TEXT PRIMARY KEY,
  person_ref TEXT NOT NULL,
  password TEXT,
  totp TEXT,
  totp_last INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER
) STRICT;
CREATE TABLE codes (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  login TEXT,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  login TEXT NOT NULL REFERENCES accounts (login) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of ON sessions (login);
CREATE TABLE sign_ins (
  id INTEGER PRIMARY KEY,
  ts INTEGER NOT NULL,
  login TEXT NOT NULL,
  address TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
CREATE INDEX sign_ins_at ON sign_ins (ts);
`,
  ],
}

export const ACCOUNTS_FILE = 'accounts.sqlite'

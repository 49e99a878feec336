import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { readMacAddress, type MacAddress } from '../../rules/identity/mac-address.ts'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/**
 * Which device has shown at the portal that it is at an address, and what became of codes. Presence: the last
 * word counts, and runs out. A file of its own: the portal writes it, the gate on the same machine reads it.
 */
const SIGN_IN_SCHEMA: StoreSchema = {
  /** 'sgpt' */
  applicationId: 0x73677074,
  migrations: [
    `
CREATE TABLE sign_ins (
  address TEXT PRIMARY KEY,
  change INTEGER NOT NULL UNIQUE,
  device TEXT NOT NULL,
  mac TEXT,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;
CREATE TABLE changes (n INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
CREATE TABLE outcomes (outcome TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
  ],
}

const SIGN_IN_FILE = 'portal.sqlite'

/** Somebody proved with a code that a device is at an address. Times are epoch ms of gate time. */
export interface SignIn {
  readonly address: string
  readonly device: string
  /** Of the address at that time; null where no source told. */
  readonly mac: MacAddress | null
  readonly at: number
  /** Not after `at`: somebody has signed out. */
  readonly until: number
}

export class SignInStore implements Disposable {
  readonly #db: DatabaseSync

  private constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** The store of a records directory, made when it is not there. Throws `StoreRefused`. */
  static open(directory: string): SignInStore {
    return new SignInStore(openDatabase(join(directory, SIGN_IN_FILE), SIGN_IN_SCHEMA))
  }

  put({ address, device, mac, at, until }: SignIn): void {
    inTransaction(this.#db, () => {
      this.#db.exec('UPDATE changes SET n = n + 1')
      this.#db.prepare('DELETE FROM sign_ins WHERE until < ?').run(at - KEPT_MS)
      this.#db
        .prepare(
          `INSERT OR REPLACE INTO sign_ins (address, change, device, mac, at, until)
           VALUES (?, (SELECT n FROM changes), ?, ?, ?, ?)`,
        )
        .run(address, device, mac, at, until)
    })
  }

  /** Sign-ins after `change`, and the number of the newest: what to ask with next. */
  since(change: number): { readonly signIns: readonly SignIn[]; readonly change: number } {
    const rows = this.#db
      .prepare('SELECT * FROM sign_ins WHERE change > ? ORDER BY change')
      .all(change)
    return {
      signIns: rows.map(signInOf),
      change: rows.length === 0 ? change : Number(rows.at(-1)?.['change']),
    }
  }

  /** One more code, registration or signature that ended so. */
  count(outcome: string): void {
    this.#db
      .prepare('INSERT INTO outcomes VALUES (?, 1) ON CONFLICT (outcome) DO UPDATE SET n = n + 1')
      .run(outcome)
  }

  /** How many there were, since the file was made. */
  outcomes(): Readonly<Record<string, number>> {
    const rows = this.#db.prepare('SELECT outcome, n FROM outcomes').all()
    return Object.fromEntries(rows.map(({ outcome, n }) => [String(outcome), Number(n)]))
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}

/** A gate that was down for a while still hears of a sign-out. */
const KEPT_MS = 86_400_000

function signInOf(row: Readonly<Record<string, unknown>>): SignIn {
  const mac = row['mac']
  return {
    address: String(row['address']),
    device: String(row['device']),
    mac: typeof mac === 'string' ? readMacAddress(mac) : null,
    at: Number(row['at']),
    until: Number(row['until']),
  }
}

import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { deviceInForce, type Binding } from '../../rules/identity/binding.ts'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'
import { readBinding, readEnded, type PresenceEntry, type PresenceStore } from './presence-store.ts'

/**
 * A file of its own: the control thread writes it, and must not keep the records thread waiting. `presence` is
 * what is true now; `custody` is who had which device, with what evidence, and has no places in it:
 * where people were is nobody's to look up (requirements.md 6.3, "no location history").
 */
const PRESENCE_SCHEMA: StoreSchema = {
  /** 'sgpc' */
  applicationId: 0x73677063,
  migrations: [
    `
CREATE TABLE presence (
  address TEXT PRIMARY KEY,
  gate TEXT NOT NULL,
  at REAL NOT NULL,
  expires REAL NOT NULL,
  binding TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_expires ON presence (expires);
CREATE TABLE custody (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,
  person TEXT,
  mac TEXT,
  evidence TEXT NOT NULL,
  first_seen REAL NOT NULL,
  last_seen REAL NOT NULL
) STRICT;
CREATE INDEX custody_device ON custody (device, last_seen);
CREATE INDEX custody_last ON custody (last_seen);
`,
    `
ALTER TABLE presence ADD COLUMN ended TEXT NOT NULL DEFAULT '[]';
CREATE INDEX custody_person ON custody (person) WHERE person IS NOT NULL;
`,
  ],
}

export const PRESENCE_FILE = 'presence.sqlite'

/** As the history of devices (requirements.md 6.9). */
const CUSTODY_DAYS = 30

/** A device that is handed to and fro all day; more is somebody else's mistake, and the oldest go. */
const MAX_CUSTODY = 500_000

const DAY_MS = 86_400_000

/** Who had a device, from when to when, by what evidence. */
export interface Custody {
  readonly device: string
  readonly person: string | null
  readonly mac: string | null
  /** Sources, strongest first: `agent`, `radius ap-library`. */
  readonly evidence: readonly string[]
  readonly firstSeen: number
  readonly lastSeen: number
}

/** This node's presence, which outlives the gate: after a restart nobody has to prove anything anew. */
export class LocalPresence implements PresenceStore, Disposable {
  readonly #db: DatabaseSync
  readonly #put: StatementSync
  readonly #get: StatementSync
  readonly #kept: StatementSync
  readonly #lastCustody: StatementSync
  readonly #sameCustody: StatementSync
  readonly #addCustody: StatementSync
  readonly #extendCustody: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.#put = db.prepare(
      `INSERT INTO presence (address, gate, at, expires, binding, ended) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (address) DO UPDATE SET gate = excluded.gate, at = excluded.at,
         expires = excluded.expires, binding = excluded.binding, ended = excluded.ended
       WHERE excluded.at > presence.at
         OR (excluded.at = presence.at AND excluded.gate < presence.gate)`,
    )
    this.#get = db.prepare('SELECT * FROM presence WHERE address = ? AND expires > ?')
    this.#kept = db.prepare('SELECT * FROM presence WHERE expires > ? ORDER BY address')
    this.#lastCustody = db.prepare(LAST_CUSTODY_SQL)
    this.#sameCustody = db.prepare(SAME_CUSTODY_SQL)
    this.#addCustody = db.prepare(
      'INSERT INTO custody (device, person, mac, evidence, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#extendCustody = db.prepare(
      'UPDATE custody SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?',
    )
  }

  /** That of a records directory, made when it is not there; `:memory:` for none. Throws `StoreRefused`. */
  static open(directory: string): LocalPresence {
    const path = directory === ':memory:' ? directory : join(directory, PRESENCE_FILE)
    const db = openDatabase(path, PRESENCE_SCHEMA)
    // What is given up is overwritten from the first page on: one that splits leaves copies of its rows behind.
    db.exec('PRAGMA secure_delete = ON')
    return new LocalPresence(db)
  }

  /** For a command beside a gate that runs. Throws `StoreRefused` where there is none. */
  static openReadOnly(directory: string): LocalPresence {
    const path = join(directory, PRESENCE_FILE)
    return new LocalPresence(openDatabase(path, PRESENCE_SCHEMA, { readOnly: true }))
  }

  put(entries: readonly PresenceEntry[], now: number): Promise<readonly PresenceEntry[]> {
    const taken = inTransaction(this.#db, () => {
      this.#db.prepare('DELETE FROM presence WHERE expires <= ?').run(now)
      return entries.filter((entry) => this.#take(entry, now))
    })
    return Promise.resolve(taken)
  }

  get(address: string, now: number): Promise<PresenceEntry | null> {
    const row = this.#get.get(address, now)
    return Promise.resolve(row === undefined ? null : entryOf(row))
  }

  async all(now: number): Promise<readonly PresenceEntry[]> {
    return (await this.kept(now)).filter(({ binding }) => binding !== null)
  }

  kept(now: number): Promise<readonly PresenceEntry[]> {
    return Promise.resolve(this.#kept.all(now).map(entryOf))
  }

  /** Who had a device, newest first. */
  custodyOf(device: string, limit: number): readonly Custody[] {
    return this.#db
      .prepare('SELECT * FROM custody WHERE device = ? ORDER BY last_seen DESC, id DESC LIMIT ?')
      .all(device, limit)
      .map(custodyOf)
  }

  /** Forgets custody past its time. */
  forget(now: number): void {
    this.#db.prepare('DELETE FROM custody WHERE last_seen < ?').run(now - CUSTODY_DAYS * DAY_MS)
    this.#db
      .prepare(
        `DELETE FROM custody WHERE id <= (SELECT id FROM custody ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      )
      .run(MAX_CUSTODY)
  }

  /** What says of a person that he is somewhere or had something. */
  ofPerson(personRef: string): {
    readonly bindings: readonly PresenceEntry[]
    readonly custody: readonly Custody[]
  } {
    const rows = (sql: string) => this.#db.prepare(sql).all(personRef)
    return {
      bindings: rows(
        `SELECT * FROM presence WHERE binding ->> '$.person' = ? ORDER BY address`,
      ).map(entryOf),
      custody: rows('SELECT * FROM custody WHERE person = ? ORDER BY first_seen, id').map(
        custodyOf,
      ),
    }
  }

  /**
   * Takes people out of what is known now and of who had which device; the devices stay. Returns how many rows
   * no longer say whose they were.
   */
  forgetPeople(refs: readonly string[]): { readonly bindings: number; readonly custody: number } {
    const people = JSON.stringify(refs)
    const run = (sql: string): number => Number(this.#db.prepare(sql).run(people).changes)
    const forgotten = inTransaction(this.#db, () => ({
      bindings: run(
        `UPDATE presence SET at = at + 1, binding = json_set(binding, '$.person', json('null'))
         WHERE binding ->> '$.person' IN (SELECT value FROM json_each(?))`,
      ),
      // A hardware address is the person's as well.
      custody: run(
        `UPDATE custody SET person = NULL, mac = NULL
         WHERE person IN (SELECT value FROM json_each(?))`,
      ),
    }))
    // Older pages, with the reference, are in the write-ahead log until that is emptied.
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return forgotten
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #take({ address, gate, at, expires, ...of }: PresenceEntry, now: number): boolean {
    if (expires <= now) return false
    const { binding, ended } = of
    const json = binding === null ? null : JSON.stringify(binding)
    const { changes } = this.#put.run(address, gate, at, expires, json, JSON.stringify(ended))
    if (changes === 0) return false
    if (binding?.confidence === 'proven') this.#noteCustody(binding)
    return true
  }

  /** A row for each change of who has it or how that is known; the same again makes the row longer. */
  #noteCustody(binding: Binding): void {
    const device = deviceInForce(binding)
    if (device === null) return
    const { person, mac, since, lastSeen } = binding
    const evidence = JSON.stringify(evidenceOf(binding))
    // From another gate, perhaps after hours without Redis: it belongs to the row of its own time.
    const known = { device, person, mac, evidence, from: since, to: lastSeen }
    const row = this.#sameCustody.get(known) ?? this.#lastCustody.get({ device, to: lastSeen })
    const isSame = row?.['person'] === person && row['evidence'] === evidence && row['mac'] === mac
    if (isSame) this.#extendCustody.run(since, lastSeen, row['id'] ?? 0)
    else this.#addCustody.run(device, person, mac, evidence, since, lastSeen)
  }
}

/** The row before: that of the time up to a moment, not one that another gate told of since. */
const LAST_CUSTODY_SQL = `
  SELECT id, person, mac, evidence FROM custody WHERE device = :device AND first_seen <= :to
  ORDER BY last_seen DESC, id DESC LIMIT 1`

/** The row that says the same of the same time. */
const SAME_CUSTODY_SQL = `
  SELECT id, person, mac, evidence FROM custody
  WHERE device = :device AND person IS :person AND mac IS :mac AND evidence = :evidence
    AND first_seen <= :to AND last_seen >= :from
  ORDER BY last_seen DESC, id DESC LIMIT 1`

function evidenceOf({ evidence }: Binding): readonly string[] {
  return [...new Set(evidence.map(({ source, reporter }) => `${source} ${reporter}`.trim()))]
}

type Row = Record<string, unknown>

function entryOf(row: Row): PresenceEntry {
  const json = row['binding']
  return {
    address: String(row['address']),
    gate: String(row['gate']),
    at: Number(row['at']),
    expires: Number(row['expires']),
    binding: typeof json === 'string' ? readBinding(json) : null,
    ended: readEnded(String(row['ended'])) ?? [],
  }
}

function custodyOf(row: Row): Custody {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    device: String(row['device']),
    person: text(row['person']),
    mac: text(row['mac']),
    evidence: JSON.parse(String(row['evidence'])) as readonly string[],
    firstSeen: Number(row['first_seen']),
    lastSeen: Number(row['last_seen']),
  }
}

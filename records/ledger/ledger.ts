import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction, openDatabase, StoreRefused } from '../sqlite/open-database.ts'
import { createUlidSource, type UlidSource } from '../ulid.ts'
import {
  CHAIN_START,
  linkEntry,
  sealEntry,
  sha256,
  type ChainFault,
  type Link,
  type StoredEntry,
} from './chain.ts'
import { findBelied, lastCheckpoint } from './checkpoint.ts'
import {
  ENTRY_VERSION,
  MIN_REASON_LETTERS,
  type Head,
  type LedgerCommand,
  type LedgerEntry,
} from './entry.ts'
import { LEDGER_FILE, LEDGER_SCHEMA } from './ledger-schema.ts'

/** Who appends, when, and from which state of the ledger he drew his conclusions. */
export interface AppendOptions {
  readonly site: string
  readonly actor: string
  readonly actorRole: string
  /** Gate time, epoch ms. */
  readonly at: number
  /** The `seq` of the head that the commands were made from; 0 for an empty ledger. */
  readonly basedOn: number
  /** Texts that the commands point to by hash. */
  readonly documents?: readonly string[]
  /** Runs in the same transaction, after the entries: rows beside the ledger that must not get ahead of it. */
  readonly alongside?: () => void
}

export type Appended =
  | { readonly kind: 'appended'; readonly head: Head }
  /** Somebody else appended first; `head` is what to look at before trying again. */
  | { readonly kind: 'conflict'; readonly head: Head }
  | { readonly kind: 'refused'; readonly message: string }

export type Drafted =
  | { readonly kind: 'drafted'; readonly rows: readonly StoredEntry[]; readonly head: Head }
  | Exclude<Appended, { readonly kind: 'appended' }>

/** A ledger that does not verify; nothing behind the fault is believed. */
export class LedgerBroken extends Error {
  override readonly name = 'LedgerBroken'
  readonly fault: ChainFault

  constructor(fault: ChainFault) {
    super(`${fault.message}; run \`schoolgate ledger verify\` and restore a backup`)
    this.fault = fault
  }
}

/**
 * The ledger of `directory`, made when absent unless `readOnly`. Throws `StoreRefused` for a file that
 * is not one. A gate passes its `site`, and is refused another site's ledger.
 */
export function openLedger(
  directory: string,
  { site, readOnly = false }: { readonly site?: string; readonly readOnly?: boolean } = {},
): Ledger {
  const path = join(directory, LEDGER_FILE)
  const db = openDatabase(path, LEDGER_SCHEMA, { readOnly, synchronous: 'full' })
  const ledger = new Ledger(db)
  const owner = ledger.site()
  if (owner !== null && site !== undefined && owner !== site) {
    ledger.close()
    const found = `is the ledger of site \`${owner}\`, not of \`${site}\``
    throw new StoreRefused(path, found, 'correct `site` or name another `records.directory`')
  }
  if (readOnly) return ledger
  // A name that is replaced or erased must not stay in the free space of its page.
  db.exec('PRAGMA secure_delete = ON')
  // Reading must stay possible for `ledger verify`, but nothing is appended to a ledger that lost entries.
  const last = lastCheckpoint(db)
  const belied = last && findBelied([last], ledger.head(), (link) => ledger.holds(link))
  if (belied === undefined) return ledger
  ledger.close()
  throw new StoreRefused(path, `is not whole: ${belied.message}`, 'restore a backup')
}

/** What people decided, in order; grows at its end and nowhere else. One object per connection. */
export class Ledger {
  /** The connection, for what lies beside the ledger in the same file. */
  readonly db: DatabaseSync
  readonly #nextId: UlidSource = createUlidSource()
  readonly #head: StatementSync
  readonly #hashAt: StatementSync
  readonly #owner: StatementSync
  readonly #bodyOf: StatementSync
  readonly #bodySetAside: StatementSync
  readonly #insert: StatementSync
  readonly #insertDocument: StatementSync

  constructor(db: DatabaseSync) {
    this.db = db
    this.#head = db.prepare(
      `SELECT seq, hash, json_extract(body, '$.policy_version_to') AS version
       FROM entries ORDER BY seq DESC LIMIT 1`,
    )
    this.#owner = db.prepare(
      `SELECT json_extract(body, '$.site') AS site FROM entries ORDER BY seq LIMIT 1`,
    )
    this.#bodyOf = db.prepare('SELECT body FROM entries WHERE seq = ? AND hash = ?')
    this.#bodySetAside = db.prepare('SELECT body FROM set_aside WHERE seq = ? AND hash = ?')
    this.#hashAt = db.prepare('SELECT hash FROM entries WHERE seq = ?')
    this.#insert = db.prepare('INSERT INTO entries (seq, body, hash) VALUES (?, ?, ?)')
    this.#insertDocument = db.prepare('INSERT INTO documents (hash, text) VALUES (?, ?)')
  }

  head(): Head {
    const row = this.#head.get()
    if (row === undefined) return { ...CHAIN_START, policyVersion: 0 }
    return {
      seq: Number(row['seq']),
      hash: String(row['hash']),
      policyVersion: Number(row['version']),
    }
  }

  /** Whose ledger it is; null for one that nobody has founded. */
  site(): string | null {
    const row = this.#owner.get()
    return row === undefined ? null : String(row['site'])
  }

  /** Appends all commands or none. The head is checked under the write lock, so two writers never fork the chain. */
  append(commands: readonly LedgerCommand[], options: AppendOptions): Appended {
    return inTransaction(this.db, (): Appended => {
      const drafted = this.draft(commands, options)
      if (drafted.kind !== 'drafted') return drafted
      for (const text of options.documents ?? []) this.#insertDocument.run(sha256(text), text)
      for (const row of drafted.rows) this.#insert.run(row.seq, row.body, row.hash)
      options.alongside?.()
      return { kind: 'appended', head: drafted.head }
    })
  }

  /** The rows that `append` would write, for a writer who asks somebody else first; nothing is written. */
  draft(commands: readonly LedgerCommand[], options: AppendOptions): Drafted {
    const refusal = refuse(commands)
    if (refusal !== undefined) return { kind: 'refused', message: refusal }
    let head = this.head()
    if (head.seq !== options.basedOn) return { kind: 'conflict', head }
    const rows: StoredEntry[] = []
    let batch: string | undefined
    for (const command of commands) {
      const id = this.#nextId(options.at)
      batch ??= id
      const body = bodyOf(command, options, head, { id, batch })
      const row = sealEntry(body)
      rows.push(row)
      head = { seq: row.seq, hash: row.hash, policyVersion: body.policy_version_to }
    }
    return { kind: 'drafted', rows, head }
  }

  /** The entries behind `after` up to `to`, each checked against the one before. Throws `LedgerBroken`. */
  *entries(after = 0, to = Number.MAX_SAFE_INTEGER): Generator<LedgerEntry> {
    let previous = this.#linkAt(after)
    for (const row of this.rows(after, to)) {
      const linked = linkEntry(row, previous)
      if ('fault' in linked) throw new LedgerBroken(linked.fault)
      previous = row
      yield linked.entry
    }
  }

  /** The rows as they lie there, unchecked; for verification. */
  *rows(after = 0, to = Number.MAX_SAFE_INTEGER): Generator<StoredEntry> {
    const select = this.db.prepare(
      'SELECT seq, body, hash FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq',
    )
    yield* select.iterate(after, to) as Iterable<unknown> as Iterable<StoredEntry>
  }

  #linkAt(seq: number): Link {
    if (seq === 0) return CHAIN_START
    const hash = this.#hashOf(seq)
    if (hash === undefined) {
      throw new LedgerBroken({ seq, message: `entry ${seq}, read before, is missing now` })
    }
    return { seq, hash }
  }

  /** Whether the chain has this entry, with the text that its hash is of. */
  isLinkedAt({ seq, hash }: Link): boolean {
    const row = this.#bodyOf.get(seq, hash)
    return row !== undefined && sha256(String(row['body'])) === hash
  }

  /** Whether this entry is here, in the chain or set aside. */
  holds(link: Link): boolean {
    return this.isLinkedAt(link) || this.wasSetAside(link)
  }

  /** Whether this entry was set aside with a branch of the chain that gave way to a longer one. */
  wasSetAside({ seq, hash }: Link): boolean {
    const row = this.#bodySetAside.get(seq, hash)
    return row !== undefined && sha256(String(row['body'])) === hash
  }

  /** The hash that is kept with an entry, unchecked; undefined where there is none. */
  #hashOf(seq: number): string | undefined {
    const row = this.#hashAt.get(seq)
    return row === undefined ? undefined : String(row['hash'])
  }

  /**
   * The last entry that was there at `at` (epoch ms), 0 when none was. By order, not by time alone:
   * after the clock was set back, an earlier entry with a later time was already in force.
   */
  seqAt(at: number): number {
    const row = this.db
      .prepare('SELECT coalesce(max(seq), 0) AS seq FROM entries WHERE ts <= ?')
      .get(new Date(at).toISOString())
    return Number(row?.['seq'])
  }

  /** The text with this SHA-256 (hex), as some entry's `after` names it. */
  findDocument(hash: string): string | undefined {
    const row = this.db.prepare('SELECT text FROM documents WHERE hash = ?').get(hash)
    return row === undefined ? undefined : String(row['text'])
  }

  close(): void {
    this.db.close()
  }
}

function refuse(commands: readonly LedgerCommand[]): string | undefined {
  const terse = commands.find(({ reason }) => reason.trim().length < MIN_REASON_LETTERS)
  if (terse === undefined) return undefined
  return `the reason \`${terse.reason}\` has less than ${MIN_REASON_LETTERS} letters`
}

function bodyOf(
  command: LedgerCommand,
  { at, site, actor, actorRole }: AppendOptions,
  head: Head,
  { id, batch }: { readonly id: string; readonly batch: string },
): Omit<LedgerEntry, 'hash'> {
  return {
    v: ENTRY_VERSION,
    seq: head.seq + 1,
    id,
    batch,
    ts: new Date(at).toISOString(),
    site,
    actor: command.author?.actor ?? actor,
    actor_role: command.author?.actorRole ?? actorRole,
    kind: command.kind,
    object_type: command.kind.slice(0, command.kind.indexOf('.')),
    object_id: command.objectId,
    before: command.before,
    after: command.after,
    direction: command.direction,
    affected_roles: command.affectedRoles,
    reason: command.reason,
    approval: command.approval,
    review: null,
    policy_version_from: head.policyVersion,
    policy_version_to: head.policyVersion + (command.kind === 'policy.put' ? 1 : 0),
    prev_hash: head.hash,
    ...(command.recovered === undefined ? {} : { recovered: command.recovered }),
  }
}

import type { StatementSync } from 'node:sqlite'
import { CHAIN_START, linkEntry, sha256, type Link, type StoredEntry } from '../ledger/chain.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import { LedgerBroken, type Ledger } from '../ledger/ledger.ts'
import { commitmentOf, People } from '../people/people.ts'
import { inTransaction } from '../sqlite/open-database.ts'
import type { Beside } from './spine-link.ts'

/** The head moved while its successor was under way: another process of this node appended. */
export class MirrorMoved extends Error {
  override readonly name = 'MirrorMoved'
}

/** A node's own copy of the site's ledger, as the spine writes it: rows that were sealed elsewhere. */
export class Mirror {
  readonly ledger: Ledger
  readonly #people: People
  readonly #insert: StatementSync
  readonly #insertDocument: StatementSync
  readonly #remove: StatementSync
  readonly #setAside: StatementSync
  readonly #orphans: StatementSync
  readonly #hashAt: StatementSync

  constructor(ledger: Ledger) {
    const { db } = ledger
    this.ledger = ledger
    this.#people = new People(db)
    this.#insert = db.prepare('INSERT INTO entries (seq, body, hash) VALUES (?, ?, ?)')
    this.#insertDocument = db.prepare('INSERT INTO documents (hash, text) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM entries WHERE seq = ?')
    this.#setAside = db.prepare('INSERT INTO set_aside (hash, seq, body) VALUES (?, ?, ?)')
    this.#orphans = db.prepare(ORPHANS)
    this.#hashAt = db.prepare('SELECT hash FROM entries WHERE seq = ?')
  }

  /** The entry with this number and its hash; the beginning of every chain for 0. */
  linkAt(seq: number): Link {
    if (seq === 0) return CHAIN_START
    const hash = this.#hashAt.get(seq)?.['hash']
    return { seq, hash: typeof hash === 'string' ? hash : '' }
  }

  /**
   * Takes rows that follow entry `fork`, and sets aside what stood behind it: all or nothing. Throws
   * `MirrorMoved` when `head` is no longer the head, `LedgerBroken` for rows that don't verify.
   */
  take(rows: readonly StoredEntry[], beside: Beside, from: TakeFrom): void {
    inTransaction(this.ledger.db, () => {
      const { head, fork = head.seq } = from
      if (this.ledger.head().hash !== head.hash) throw new MirrorMoved('the ledger moved on')
      const given = [...this.ledger.rows(fork)].reverse()
      this.#keepAside(given)
      for (const { seq } of given) this.#remove.run(seq)
      let previous = this.linkAt(fork)
      for (const row of rows) {
        const linked = linkEntry(row, previous)
        if ('fault' in linked) throw new LedgerBroken(linked.fault)
        this.#insert.run(row.seq, row.body, row.hash)
        previous = row
      }
      this.#putBeside(beside)
    })
  }

  /** Keeps rows of another node's branch that gives way to ours. */
  keepAside(rows: readonly StoredEntry[], beside: Beside): void {
    inTransaction(this.ledger.db, () => {
      this.#keepAside(rows)
      this.#putBeside({ documents: beside.documents, people: [] })
    })
  }

  #keepAside(rows: readonly StoredEntry[]): void {
    for (const { hash, seq, body } of rows) this.#setAside.run(hash, seq, body)
  }

  #putBeside({ documents, people }: Beside): void {
    for (const [hash, text] of documents) this.#insertDocument.run(hash, text)
    this.putPeople(people)
  }

  /**
   * Entries that were set aside and are neither part of the chain nor appended to it again, oldest first.
   * Asks the ledger itself, so that a crash between the two steps, or another node that was quicker,
   * changes nothing.
   */
  orphans(): readonly LedgerEntry[] {
    const origins = new Set<unknown>()
    return this.#orphans.all().flatMap((row): LedgerEntry[] => {
      const body = String(row['body'])
      const hash = String(row['hash'])
      if (sha256(body) !== hash || origins.has(row['origin'])) return []
      origins.add(row['origin'])
      return [{ ...(JSON.parse(body) as Omit<LedgerEntry, 'hash'>), hash }]
    })
  }

  /** At most `limit` rows behind `after`, and what has to lie beside them. Throws `LedgerBroken`. */
  rowsAfter(after: Link, limit: number): { rows: readonly StoredEntry[]; beside: Beside } {
    const rows = [...this.ledger.rows(after.seq, after.seq + limit)]
    return { rows, beside: this.besideOf(rows, after) }
  }

  /** The texts and people that rows behind `after` speak of, as this node has them. Throws `LedgerBroken`. */
  besideOf(rows: readonly StoredEntry[], after: Link): Beside {
    const entries: LedgerEntry[] = []
    let previous = after
    for (const row of rows) {
      const linked = linkEntry(row, previous)
      if ('fault' in linked) throw new LedgerBroken(linked.fault)
      entries.push(linked.entry)
      previous = row
    }
    const documents = documentsOf(entries).flatMap((hash) => {
      const text = this.ledger.findDocument(hash)
      return text === undefined ? [] : [[hash, text] as const]
    })
    const people = [...pledgesOf(entries)].flatMap(([ref, details]): Beside['people'] => {
      if (details === null) return [[ref, null]]
      const row = this.#people.find(ref)
      return row !== undefined && commitmentOf(row) === details ? [[ref, row]] : []
    })
    return { documents, people }
  }

  /** Belongs into the transaction of the entries it goes with. */
  putPeople(people: Beside['people']): void {
    for (const [ref, row] of people) {
      if (row === null) this.#people.erase(ref)
      else this.#people.put(ref, row)
    }
  }
}

interface TakeFrom {
  readonly head: Link
  /** The last entry that stays; the head where absent. */
  readonly fork?: number
}

const ORPHANS = `
SELECT body, hash, origin FROM set_aside AS s
WHERE NOT EXISTS (
    SELECT 1 FROM entries AS e
    WHERE e.seq = coalesce(json_extract(s.body, '$.recovered.seq'), s.seq) AND e.hash = s.origin)
  AND NOT EXISTS (
    SELECT 1 FROM entries AS e WHERE json_extract(e.body, '$.recovered.hash') = s.origin)
ORDER BY s.seq, s.rowid`

/** The texts that entries point to, by hash; also those that a recovered entry pointed to. */
export function documentsOf(entries: readonly LedgerEntry[]): readonly string[] {
  const hashes = entries.flatMap(({ kind, after }) => {
    const value = (after ?? {}) as { readonly document?: unknown; readonly after?: unknown }
    const { document } = (kind === 'ledger.recovered' ? (value.after ?? {}) : value) as typeof value
    return typeof document === 'string' ? [document] : []
  })
  return [...new Set(hashes)]
}

/** The last commitment to each person's details; null where the name was erased after it. */
export function pledgesOf(entries: readonly LedgerEntry[]): ReadonlyMap<string, string | null> {
  return new Map(
    entries.flatMap(({ kind, object_id, after }): [string, string | null][] => {
      if (kind === 'person.erase') return [[object_id, null]]
      const { details } = (after ?? {}) as { readonly details?: unknown }
      return kind === 'person.put' && typeof details === 'string' ? [[object_id, details]] : []
    }),
  )
}

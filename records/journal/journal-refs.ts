import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction } from '../sqlite/open-database.ts'

/** Entries a step; some 5 ms, as the journal's other index. */
const STEP_ENTRIES = 256

/**
 * Follows the journal and keeps where each block code is, so that the code on a page that a pupil shows
 * to a teacher finds its entry among ten million. Codes are spread at random, so that an index which
 * SQLite keeps at each insert would make every refusal dearer; this one follows between two drains.
 */
export class JournalRefs {
  readonly #db: DatabaseSync
  readonly #rows: StatementSync
  readonly #add: StatementSync
  readonly #drop: StatementSync
  readonly #move: StatementSync
  #indexed: number

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#rows = db.prepare(
      `SELECT seq, block_ref FROM journal WHERE seq > ? ORDER BY seq LIMIT ${STEP_ENTRIES}`,
    )
    this.#add = db.prepare('INSERT OR IGNORE INTO journal_refs VALUES (?, ?)')
    this.#drop = db.prepare('DELETE FROM journal_refs WHERE ref = ? AND seq = ?')
    this.#move = db.prepare('UPDATE journal_refs_indexed SET seq = ?')
    this.#indexed = refsIndexedSeq(db)
  }

  /** Entries up to this number are found by their code. */
  get indexedSeq(): number {
    return this.#indexed
  }

  /** Indexes some entries; true when there may be more. Throws SQLite's error with nothing changed. */
  step(): boolean {
    return inTransaction(this.#db, () => {
      const rows = this.#rows.all(this.#indexed) as unknown as readonly CodedRow[]
      // In the order of the table, neighbours share a page.
      const added = rows.map(({ seq, block_ref: ref }) => [refNumber(ref), seq] as const)
      for (const [ref, seq] of added.toSorted(([a], [b]) => a - b)) this.#add.run(ref, seq)
      const last = rows.at(-1)
      if (last === undefined) return false
      this.#move.run(last.seq)
      this.#indexed = last.seq
      return rows.length === STEP_ENTRIES
    })
  }

  /** Forgets the code of an entry; inside the caller's transaction. */
  drop(seq: number, ref: string): void {
    this.#drop.run(refNumber(ref), seq)
  }
}

interface CodedRow {
  readonly seq: number
  readonly block_ref: string
}

/** The number up to which the journal of `db` is found by its codes. */
export function refsIndexedSeq(db: DatabaseSync): number {
  return Number(db.prepare('SELECT seq FROM journal_refs_indexed').get()?.['seq'])
}

/** Entries of a code's number, newest first; another code may share it, so the row must be asked, too. */
export const REF_SQL =
  'SELECT seq FROM journal_refs WHERE ref = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?'

/** A code as 32 bits (FNV-1a): half the room of the text. */
export function refNumber(ref: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < ref.length; i += 1) hash = Math.imul(hash ^ ref.charCodeAt(i), 0x01000193)
  return hash | 0
}

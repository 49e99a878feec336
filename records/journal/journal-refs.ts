import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction } from '../sqlite/open-database.ts'

/** Entries a step; some 5 ms, as the journal's other index. */
const STEP_ENTRIES = 256

/**
 * Follows the journal and keeps where each block code and each device (else address) is, so that the code
 * on a page that a pupil shows to a teacher finds its entry among ten million. Both are spread at random:
 * an index that SQLite keeps at each insert writes a page for each refusal, and doubled the time
 * that one takes; this one follows between two drains.
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
      `SELECT seq, block_ref AS code, ${WHO_SQL} AS who FROM journal WHERE seq > ? ORDER BY seq LIMIT ${STEP_ENTRIES}`,
    )
    this.#add = db.prepare('INSERT OR IGNORE INTO journal_refs VALUES (?, ?)')
    this.#drop = db.prepare('DELETE FROM journal_refs WHERE ref = ? AND seq = ?')
    this.#move = db.prepare('UPDATE journal_refs_indexed SET seq = ?')
    this.#indexed = refsIndexedSeq(db)
  }

  /** Entries up to this number are found by their code and device. */
  get indexedSeq(): number {
    return this.#indexed
  }

  /** Indexes some entries; true when there may be more. Throws SQLite's error with nothing changed. */
  step(): boolean {
    return inTransaction(this.#db, () => {
      const rows = this.#rows.all(this.#indexed) as unknown as readonly CodedRow[]
      // In the order of the table, neighbours share a page.
      const added = rows.flatMap(({ seq, code, who }) => [
        [refNumber(code), seq] as const,
        [refNumber(who), seq] as const,
      ])
      for (const [ref, seq] of added.toSorted(([a], [b]) => a - b)) this.#add.run(ref, seq)
      const last = rows.at(-1)
      if (last === undefined) return false
      this.#move.run(last.seq)
      this.#indexed = last.seq
      return rows.length === STEP_ENTRIES
    })
  }

  /** Forgets the code and the device of an entry; inside the caller's transaction. */
  drop(seq: number, code: string, who: string): void {
    this.#drop.run(refNumber(code), seq)
    this.#drop.run(refNumber(who), seq)
  }
}

interface CodedRow {
  readonly seq: number
  readonly code: string
  readonly who: string
}

/** Whose entry it is: the device's, else the address's. */
const WHO_SQL = 'coalesce(device_id, ip)'

/** The number up to which the journal of `db` is found by its codes and devices. */
export function refsIndexedSeq(db: DatabaseSync): number {
  return Number(db.prepare('SELECT seq FROM journal_refs_indexed').get()?.['seq'])
}

/** Entries of a code's or device's number, newest first; another may share it, so the row must be asked, too. */
export const REF_SQL =
  'SELECT seq FROM journal_refs WHERE ref = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?'

/** A code or a device as 32 bits (FNV-1a): half the room of the text. */
export function refNumber(ref: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < ref.length; i += 1) hash = Math.imul(hash ^ ref.charCodeAt(i), 0x01000193)
  return hash | 0
}

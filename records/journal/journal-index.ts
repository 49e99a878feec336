import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction } from '../sqlite/open-database.ts'
import { JournalTerms, groupValue, kindValue, textValue } from './journal-terms.ts'
import type { TermFields } from './journal-terms.ts'

/** Entries a step; some 5 ms, so that a kill -9 between two drains still loses less than 50 ms. */
const STEP_ENTRIES = 256

/**
 * Beyond this many entries behind, a busy records thread makes a step too. An entry with a host of its own
 * costs two to five times as much to index as to write, so a flood of ten seconds at 20,000/s is indexed after
 * it; until then a search reads its entries one by one and a page may be short.
 */
export const MAX_BEHIND = 200_000

export const HOUR_MS = 3_600_000

interface IndexedRow extends TermFields {
  readonly seq: number
  readonly ts: string
  readonly repeat_count: number
}

/**
 * Follows the journal and keeps what searches and counts read (journal-schema.ts). An entry is found
 * before it is indexed, too: a search reads the journal itself behind `journal_indexed`.
 */
export class JournalIndex {
  readonly terms: JournalTerms
  readonly #db: DatabaseSync
  readonly #rows: StatementSync
  readonly #post: StatementSync
  readonly #hour: StatementSync
  readonly #count: StatementSync
  readonly #rewind: StatementSync
  readonly #moved: StatementSync
  readonly #version: StatementSync
  #indexed: number
  #seenVersion = -1

  constructor(db: DatabaseSync) {
    this.#db = db
    this.terms = new JournalTerms(db)
    this.#rows = db.prepare(
      `SELECT seq, ts, repeat_count, person_ref, host, rule_id, role, category, reason_code, severity,
         zone, action, grade
       FROM journal WHERE seq > ? ORDER BY seq LIMIT ${STEP_ENTRIES}`,
    )
    this.#post = db.prepare('INSERT OR IGNORE INTO journal_postings VALUES (?, ?)')
    this.#hour = db.prepare(`
      INSERT INTO journal_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
        first_seq = min(first_seq, excluded.first_seq), last_seq = max(last_seq, excluded.last_seq)`)
    this.#count = db.prepare(`
      INSERT INTO journal_counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        entries = entries + excluded.entries, attempts = attempts + excluded.attempts`)
    // A clock that went back, or a gate that was started at another time, dates entries into hours
    // that the retention has behind it.
    this.#rewind = db.prepare('UPDATE retention_marks SET hour = ?, seq = 0 WHERE hour > ?')
    this.#moved = db.prepare('UPDATE journal_indexed SET seq = ?')
    this.#version = db.prepare('PRAGMA data_version')
    this.#indexed = indexedSeq(db)
  }

  /** Entries up to this number are indexed. */
  get indexedSeq(): number {
    return this.#indexed
  }

  /** Indexes some entries; true when there may be more. Throws SQLite's error with nothing changed. */
  step(): boolean {
    try {
      return inTransaction(this.#db, () => this.#step())
    } catch (error) {
      this.terms.reset()
      this.#indexed = indexedSeq(this.#db)
      throw error
    }
  }

  #step(): boolean {
    this.noticeOthers()
    const rows = this.#rows.all(this.#indexed) as unknown as readonly IndexedRow[]
    const hours = new Map<number, HourSums>()
    const postings: [term: number, seq: number][] = []
    for (const row of rows) this.#index(row, hours, postings)
    // In the order of the table, neighbours share a page.
    postings.sort(([a, x], [b, y]) => a - b || x - y)
    for (const [term, seq] of postings) this.#post.run(term, seq)
    for (const [hour, sums] of hours) this.#writeHour(hour, sums)
    const last = rows.at(-1)
    if (last === undefined) return false
    this.#moved.run(last.seq)
    this.#indexed = last.seq
    return rows.length === STEP_ENTRIES
  }

  /** Another process' purge may have dropped terms whose numbers are remembered here. */
  noticeOthers(): void {
    const version = Number(this.#version.get()?.['data_version'])
    if (version === this.#seenVersion) return
    this.#seenVersion = version
    this.#indexed = indexedSeq(this.#db)
    this.terms.reset()
  }

  #index(
    row: IndexedRow,
    hours: Map<number, HourSums>,
    postings: [term: number, seq: number][],
  ): void {
    const { terms } = this
    const { seq } = row
    postings.push(
      [terms.numberOf('kind', kindValue(row)), seq],
      [terms.numberOf('text', textValue(row)), seq],
      [terms.numberOf('person', row.person_ref), seq],
    )
    const hour = hourOf(row.ts)
    const sums: HourSums = hours.get(hour) ?? { first: seq, last: seq, groups: new Map() }
    sums.last = seq
    const group = terms.numberOf('group', groupValue(row))
    const count = sums.groups.get(group) ?? { entries: 0, attempts: 0 }
    count.entries += 1
    count.attempts += row.repeat_count
    sums.groups.set(group, count)
    hours.set(hour, sums)
  }

  #writeHour(hour: number, { first, last, groups }: HourSums): void {
    this.#hour.run(hour, first, last)
    this.#rewind.run(hour, hour)
    for (const [group, { entries, attempts }] of groups)
      this.#count.run(hour, group, entries, attempts)
  }
}

interface HourSums {
  readonly first: number
  last: number
  readonly groups: Map<number, { entries: number; attempts: number }>
}

/** The number up to which the journal of `db` is indexed. */
export function indexedSeq(db: DatabaseSync): number {
  return Number(db.prepare('SELECT seq FROM journal_indexed').get()?.['seq'])
}

/** Hours since the epoch, UTC. */
export function hourOf(ts: string): number {
  return Math.floor(Date.parse(ts) / HOUR_MS)
}

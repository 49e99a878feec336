import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { inTransaction, openDatabase } from '../sqlite/open-database.ts'
import { TallyStore } from '../tally/tally-store.ts'
import type { TallyDelta } from '../tally/tally-codec.ts'
import { createUlidSource } from '../ulid.ts'
import type { OpenFold } from './fold.ts'
import type { JournalEntry } from './journal-entry.ts'
import { JournalIndex, MAX_BEHIND } from './journal-index.ts'
import { JournalRefs } from './journal-refs.ts'
import { JOURNAL_COLUMNS, JOURNAL_FILE, JOURNAL_SCHEMA } from './journal-schema.ts'
import { Retention } from './retention.ts'

/** An entry to write; `opens` is the fold whose first entry it is. */
export interface PendingEntry {
  readonly entry: JournalEntry
  readonly opens: OpenFold | null
}

/** What one transaction makes durable. */
export interface Batch {
  readonly entries: readonly PendingEntry[]
  /** Open folds with further attempts since the last batch. */
  readonly grown: Iterable<OpenFold>
  readonly closed: readonly OpenFold[]
  readonly tally: readonly TallyDelta[]
  /** Gate time, epoch ms. */
  readonly now: number
}

export interface JournalOptions {
  readonly directory: string
  readonly site: string
  readonly gate: string
  /** Gate time, epoch ms. */
  readonly now: number
}

/**
 * The gate's journal on disk: one writer, gapless numbers. `write` throws SQLite's error (disk full,
 * I/O) with nothing written and nothing changed, so the same batch may be tried again.
 */
export class JournalStore {
  /** Opens the file, closing what an unclean stop left open. Throws `StoreRefused`. */
  static open({ directory, site, gate, now }: JournalOptions): JournalStore {
    const db = openDatabase(join(directory, JOURNAL_FILE), JOURNAL_SCHEMA)
    const store = new JournalStore(db, { site, gate })
    store.#beginRun(now)
    return store
  }

  readonly db: DatabaseSync
  readonly journalId: string
  /** What the path named when it was opened; null for a journal in memory. */
  readonly #file: { readonly path: string; readonly inode: number } | null
  readonly #origin: { readonly site: string; readonly gate: string }
  readonly #ulid = createUlidSource()
  readonly #tally: TallyStore
  readonly #insert: StatementSync
  readonly #note: StatementSync
  readonly #unnote: StatementSync
  readonly #durable: StatementSync
  readonly #rows: StatementSync
  readonly #index: JournalIndex
  readonly #refs: JournalRefs
  readonly #retention: Retention
  #headSeq: number
  #uncleanStop: UncleanStop | null = null
  #run = 0
  #isUnsynced = false
  #requestSync: () => boolean = () => false

  private constructor(db: DatabaseSync, origin: { readonly site: string; readonly gate: string }) {
    this.db = db
    this.#origin = origin
    const path = db.location()
    this.#file = path === null ? null : { path, inode: statSync(path).ino }
    this.#tally = new TallyStore(db)
    const marks = JOURNAL_COLUMNS.map(() => '?').join(', ')
    this.#insert = db.prepare(`INSERT INTO journal VALUES (${marks})`)
    this.#note = db.prepare(`
      INSERT INTO open_folds VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET repeat_count = excluded.repeat_count, grade = excluded.grade,
        layer = excluded.layer, url_path = excluded.url_path, last_ts = excluded.last_ts`)
    this.#unnote = db.prepare('DELETE FROM open_folds WHERE first_seq = ?')
    this.#durable = db.prepare('UPDATE stops SET durable_at = ? WHERE run = ?')
    this.#rows = db.prepare('SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?')
    this.#rows.setReturnArrays(true)
    this.#index = new JournalIndex(db)
    this.#refs = new JournalRefs(db)
    this.#retention = new Retention(db, this.#index)
    // A journal whose last entries were purged must not give their numbers out again.
    this.#headSeq = Number(db.prepare(HEAD_SQL).get()?.['head'] ?? 0)
    this.journalId = String(db.prepare('SELECT id FROM journal_id').get()?.['id'])
  }

  /** The newest entry's number; 0 for an empty journal. */
  get headSeq(): number {
    return this.#headSeq
  }

  /** Writes a batch in one transaction, or throws. */
  write(batch: Batch): void {
    const head = this.#headSeq
    try {
      inTransaction(this.db, () => {
        for (const pending of batch.entries) this.#append(pending, batch.now)
        for (const fold of batch.grown) this.#noteFold(fold)
        for (const { isNoted, firstSeq } of batch.closed) if (isNoted) this.#unnote.run(firstSeq)
        for (const delta of batch.tally) this.#tally.add(delta)
        this.#durable.run(isoTime(batch.now), this.#run)
      })
    } catch (error) {
      this.#headSeq = head
      for (const { opens } of batch.entries) if (opens !== null) opens.firstSeq = null
      throw error
    }
    // Only now: a note inside a rolled-back transaction is none.
    for (const fold of batch.grown) fold.isNoted = true
    this.#isUnsynced = true
  }

  /** Entries after `seq` in order, each in the order of `JOURNAL_COLUMNS`. */
  rowsAfter(seq: number, limit: number): readonly JournalRow[] {
    return this.#rows.all(seq, limit) as unknown as readonly JournalRow[]
  }

  /** Puts what was written onto the disk itself: a power cut loses at most what came since. */
  sync(): void {
    if (!this.#isUnsynced) return
    if (!this.#requestSync()) this.db.exec('PRAGMA wal_checkpoint(PASSIVE)')
    this.#isUnsynced = false
  }

  /** From now on `request` syncs, and no write waits for the disk; it says false when `sync` must. */
  syncBy(request: () => boolean): void {
    this.#requestSync = request
    this.db.exec('PRAGMA wal_autocheckpoint = 0')
  }

  /**
   * What is wrong where the file was taken away or replaced under the gate: SQLite writes on into a file
   * that nobody will find. Null while it is there.
   */
  get lostFile(): string | null {
    if (this.#file === null) return null
    const { path, inode } = this.#file
    if (statSync(path, { throwIfNoEntry: false })?.ino === inode) return null
    return `\`${path}\` is gone or another file: stop the gate, restore a backup and start it`
  }

  /** Forgets some of the tally that is too old; true when there is more. */
  forgetTally(hour: number): boolean {
    return this.#tally.forget(hour)
  }

  /** How the run before this one ended, where it was not stopped; null after a clean stop. */
  get uncleanStop(): UncleanStop | null {
    return this.#uncleanStop
  }

  /** So much is not indexed that searches get slow: index even while there is other work. */
  get isFarBehind(): boolean {
    return this.#headSeq - this.#index.indexedSeq > MAX_BEHIND
  }

  /** Indexes some of what was written; true when there may be more. */
  index(): boolean {
    if (this.#headSeq > this.#index.indexedSeq && this.#index.step()) return true
    return this.#headSeq > this.#refs.indexedSeq && this.#refs.step()
  }

  /** Forgets some of what is too old at `now`; true when there may be more. */
  retain(now: number): boolean {
    return this.#retention.step(now)
  }

  /** Notes a clean stop and closes the file. */
  close(now: number): void {
    try {
      this.db
        .prepare("UPDATE stops SET kind = 'clean', noted_at = ? WHERE run = ?")
        .run(isoTime(now), this.#run)
    } catch {
      // A disk that refuses even this: the next start finds an unclean stop, and that is what it was.
    }
    this.db.close()
  }

  #append({ entry, opens }: PendingEntry, now: number): void {
    this.#headSeq += 1
    this.#insert.run(...this.#valuesOf(entry, now))
    if (opens !== null) opens.firstSeq = this.#headSeq
  }

  #noteFold(fold: OpenFold): void {
    const { firstSeq, further, grade, layer, urlPath, lastAt } = fold
    if (firstSeq === null) return
    this.#note.run(firstSeq, further, grade, layer, urlPath, isoTime(lastAt))
  }

  /** In the order of `JOURNAL_COLUMNS`. */
  #valuesOf(entry: JournalEntry, now: number): SQLInputValue[] {
    return [
      this.#headSeq,
      this.#ulid(now),
      isoTime(entry.at),
      this.#origin.site,
      this.#origin.gate,
      entry.layer,
      entry.action,
      entry.grade,
      entry.personRef,
      entry.role,
      entry.deviceId,
      entry.ip,
      entry.zone,
      entry.window,
      entry.host,
      entry.category,
      entry.listSource,
      entry.listVersion,
      entry.ruleId,
      entry.policyVersion,
      entry.reasonCode,
      entry.severity,
      entry.blockRef,
      entry.repeatCount,
      // The gate does not open TLS yet, and plain HTTP needs no inspecting.
      0,
      entry.urlPath,
      // Search words are visible to an inspecting gate only.
      null,
    ]
  }

  #beginRun(now: number): void {
    const at = isoTime(now)
    inTransaction(this.db, () => {
      const last = this.db.prepare("SELECT run, durable_at FROM stops WHERE kind = 'running'").get()
      if (last !== undefined) {
        this.#uncleanStop = { lastDurableAt: String(last['durable_at']) }
        this.db
          .prepare(
            "UPDATE stops SET kind = 'unclean', noted_at = ?, folds_closed = ? WHERE run = ?",
          )
          .run(at, this.#closeLeftFolds(now), Number(last['run']))
      }
      const begun = this.db
        .prepare("INSERT INTO stops (started_at, durable_at, kind) VALUES (?, ?, 'running')")
        .run(at, at)
      this.#run = Number(begun.lastInsertRowid)
    })
  }

  /** Writes the closing entries that a killed process left in `open_folds`; returns how many. */
  #closeLeftFolds(now: number): number {
    const left = this.db.prepare('SELECT * FROM open_folds ORDER BY first_seq').all()
    const columns = JOURNAL_COLUMNS.map((name) => CLOSED_BY[name] ?? `j."${name}"`).join(', ')
    const close = this.db.prepare(`
      INSERT INTO journal SELECT ${columns}
      FROM open_folds f JOIN journal j ON j.seq = f.first_seq WHERE f.first_seq = :first`)
    for (const fold of left) {
      this.#headSeq += 1
      close.run({ seq: this.#headSeq, id: this.#ulid(now), first: Number(fold['first_seq']) })
    }
    this.db.exec('DELETE FROM open_folds')
    return left.length
  }
}

/** A run that was killed, or whose machine lost power. */
export interface UncleanStop {
  /** Gate time of its last transaction, RFC 3339: what came later may be missing. */
  readonly lastDurableAt: string
}

const HEAD_SQL = `
  SELECT max(head) AS head FROM (
    SELECT max(seq) AS head FROM journal UNION ALL SELECT max(last_seq) FROM purges)`

/** A row as the table holds it. */
export type JournalRow = readonly (string | number | null)[]

/** Where a closing entry differs from its first one. */
const CLOSED_BY: Readonly<Partial<Record<(typeof JOURNAL_COLUMNS)[number], string>>> = {
  seq: ':seq',
  id: ':id',
  ts: 'f.last_ts',
  layer: 'f.layer',
  grade: 'f.grade',
  repeat_count: 'f.repeat_count',
  url_path: 'f.url_path',
}

let lastAt = NaN
let lastIso = ''

/** Refusals of one millisecond come together: their time is spelt once (3 % of the thread in a profile). */
function isoTime(at: number): string {
  if (at !== lastAt) {
    lastIso = new Date(at).toISOString()
    lastAt = at
  }
  return lastIso
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction } from '../sqlite/open-database.ts'
import { ARCHIVE_MARK, ArchivePseudonyms } from './archive-pseudonyms.ts'
import { HOUR_MS, hourOf } from './journal-index.ts'
import type { JournalIndex } from './journal-index.ts'
import { JournalRefs } from './journal-refs.ts'
import { kindValue, textValue } from './journal-terms.ts'
import type { TermFields } from './journal-terms.ts'
import { releaseExpired } from './legal-holds.ts'
import { IS_EVIDENCE_SQL, RETENTION_RULES } from './retention-classes.ts'
import type { Deed, RetentionClass, RetentionRule } from './retention-classes.ts'

/** Entries treated per rule and step; some 10 ms, so that a batch of refusals never waits for the broom. */
const STEP_ENTRIES = 250

/** Numbers looked through per rule and step, where there is little to treat. */
const STEP_NUMBERS = 4_096

const DAY_MS = 24 * HOUR_MS

interface DueRow extends TermFields {
  readonly seq: number
  readonly ts: string
  readonly device_id: string | null
  readonly ip: string
  readonly block_ref: string
}

/** What was done, summed by rule and by the day of doing. */
export interface PurgeNote {
  readonly day: string
  readonly rule: string
  readonly entries: number
  readonly firstSeq: number
  readonly lastSeq: number
  /** The hours of the attempts, RFC 3339; the second one is not included. */
  readonly from: string
  readonly to: string
}

/**
 * Forgets what is too old, hour by hour and rule by rule, in steps. What a hold covers is passed by; the
 * end of the hold brings the retention back to it. An hour's entries are due when its last minute is.
 */
export class Retention {
  readonly #db: DatabaseSync
  readonly #index: JournalIndex
  readonly #refs: JournalRefs
  readonly #pseudonyms: ArchivePseudonyms
  readonly #unkeyed: ArchivePseudonyms
  readonly #due: ReadonlyMap<RetentionRule, StatementSync>
  readonly #permit: StatementSync
  readonly #note: StatementSync
  readonly #mark: StatementSync
  readonly #unpost: StatementSync
  readonly #post: StatementSync

  constructor(db: DatabaseSync, index: JournalIndex) {
    this.#db = db
    this.#index = index
    this.#refs = new JournalRefs(db)
    // Without it, what was deleted or replaced would stay in free pages of the file.
    db.exec('PRAGMA secure_delete = ON')
    this.#pseudonyms = new ArchivePseudonyms(db)
    this.#unkeyed = new ArchivePseudonyms(db, false)
    this.#due = new Map(RETENTION_RULES.map((rule) => [rule, db.prepare(dueSql(rule))]))
    this.#permit = db.prepare('INSERT INTO purge_permits VALUES (?, ?)')
    this.#note = db.prepare(`
      INSERT INTO purges VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        entries = entries + excluded.entries, first_seq = min(first_seq, excluded.first_seq),
        last_seq = max(last_seq, excluded.last_seq), done_at = excluded.done_at`)
    this.#mark = db.prepare(`
      INSERT INTO retention_marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
        hour = excluded.hour, seq = excluded.seq`)
    this.#unpost = db.prepare('DELETE FROM journal_postings WHERE term = ? AND seq = ?')
    this.#post = db.prepare('INSERT OR IGNORE INTO journal_postings VALUES (?, ?)')
  }

  /** Does some of what is due at `now` (gate time); true when there may be more. Throws SQLite's error. */
  step(now: number): boolean {
    try {
      return inTransaction(this.#db, () => {
        this.#index.noticeOthers()
        releaseExpired(this.#db, now)
        return RETENTION_RULES.map((rule) => this.#stepRule(rule, now)).includes(true)
      })
    } catch (error) {
      this.#index.terms.reset()
      this.#pseudonyms.reset()
      throw error
    }
  }

  /**
   * Takes a person out of some of the entries that bear the reference, before their time: the person has a
   * right to it (UK GDPR article 17). Evidence and what a hold covers stay. True when there may be more;
   * what is not indexed yet is not reached.
   */
  forget(personRef: string, now: number): boolean {
    try {
      return inTransaction(this.#db, () => {
        this.#index.noticeOthers()
        const rows = this.#db.prepare(FORGET_SQL).all(personRef) as unknown as readonly DueRow[]
        const hours = Map.groupBy(rows, ({ ts }) => hourOf(ts))
        for (const [hour, some] of hours) this.#treat(ERASURE, some, { hour, now })
        return rows.length === STEP_ENTRIES
      })
    } catch (error) {
      this.#index.terms.reset()
      throw error
    }
  }

  #stepRule(rule: RetentionRule, now: number): boolean {
    const before = Math.floor((now - rule.afterDays * DAY_MS) / HOUR_MS)
    const at = this.#placeOf(rule, before)
    if (at === null) return false
    const until = Math.min(at.after + STEP_NUMBERS, at.last)
    const rows = this.#rowsOf(rule, at, until)
    if (rows.length > 0) this.#treat(rule, rows, { hour: at.hour, now })
    const isFull = rows.length === STEP_ENTRIES
    const done = isFull ? (rows.at(-1)?.seq ?? until) : until
    if (done < at.last) this.#mark.run(rule.name, at.hour, done)
    else this.#moveOn(rule, at.hour + 1)
    return true
  }

  /** The first hour that is due and not done, and how far it is done. */
  #placeOf(rule: RetentionRule, before: number): Place | null {
    const mark = this.#db
      .prepare('SELECT hour, seq FROM retention_marks WHERE rule = ?')
      .get(rule.name)
    const from = Number(mark?.['hour'] ?? 0)
    const next = this.#db
      .prepare(
        'SELECT hour, first_seq, last_seq FROM journal_hours WHERE hour >= ? AND hour < ? ORDER BY hour LIMIT 1',
      )
      .get(from, before)
    if (next === undefined) return null
    const hour = Number(next['hour'])
    const done = hour === from ? Number(mark?.['seq'] ?? 0) : 0
    return {
      hour,
      after: Math.max(done, Number(next['first_seq']) - 1),
      last: Number(next['last_seq']),
    }
  }

  #rowsOf(rule: RetentionRule, { hour, after }: Place, until: number): readonly DueRow[] {
    const range = { after, until, from: isoOfHour(hour), to: isoOfHour(hour + 1) }
    return (this.#due.get(rule)?.all(range) ?? []) as unknown as readonly DueRow[]
  }

  #treat(rule: Treatment, rows: readonly DueRow[], { hour, now }: Moment): void {
    const { name, deed } = rule
    for (const { seq } of rows) this.#permit.run(seq, deed)
    if (deed === 'purge') this.#purge(rows)
    else if (deed === 'pseudonymise')
      this.#pseudonymise(rows, rule === ERASURE ? this.#unkeyed : this.#pseudonyms)
    else this.#eraseTerms(rows)
    this.#db.exec('DELETE FROM purge_permits')
    const [first, last] = [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0]
    const done = new Date(now).toISOString()
    this.#note.run(name, hour, done.slice(0, 10), rows.length, first, last, done)
  }

  #moveOn({ name, deed }: RetentionRule, hour: number): void {
    this.#mark.run(name, hour, 0)
    if (deed === 'pseudonymise') this.#pseudonyms.destroyBefore(hour * HOUR_MS)
  }

  #eraseTerms(rows: readonly DueRow[]): void {
    const erase = this.#db.prepare('UPDATE journal SET search_term = NULL WHERE seq = ?')
    for (const { seq } of rows) erase.run(seq)
  }

  /**
   * The code of the block page goes too: it is a keyed hash over the device, host and minute, and who has
   * the journal's key could try all devices until one fits. A path can hold a name.
   */
  #pseudonymise(rows: readonly DueRow[], pseudonyms: ArchivePseudonyms): void {
    const replace = this.#db.prepare(
      'UPDATE journal SET person_ref = ?, device_id = ?, ip = ?, block_ref = ?, url_path = NULL WHERE seq = ?',
    )
    const { terms } = this.#index
    for (const row of rows) {
      const { seq, ts, person_ref: person, device_id: device } = row
      const now = (what: string, value: string): string => pseudonyms.replace(what, value, ts)
      // Who was nobody known stays so: the share of unidentified attempts is a figure of its own.
      const nowPerson = person === 'unidentified' ? person : now('person', person)
      const nowDevice = device === null ? null : now('device', device)
      replace.run(nowPerson, nowDevice, now('ip', row.ip), now('block', row.block_ref), seq)
      this.#refs.drop(seq, row.block_ref, device ?? row.ip)
      this.#unpost.run(terms.numberOf('person', person), seq)
      this.#post.run(terms.numberOf('person', nowPerson), seq)
    }
    for (const person of new Set(rows.map((row) => row.person_ref)))
      terms.dropUnused('person', person)
  }

  #purge(rows: readonly DueRow[]): void {
    const remove = this.#db.prepare('DELETE FROM journal WHERE seq = ?')
    const { terms } = this.#index
    for (const row of rows) {
      remove.run(row.seq)
      this.#refs.drop(row.seq, row.block_ref, row.device_id ?? row.ip)
      this.#unpost.run(terms.numberOf('kind', kindValue(row)), row.seq)
      this.#unpost.run(terms.numberOf('text', textValue(row)), row.seq)
      this.#unpost.run(terms.numberOf('person', row.person_ref), row.seq)
    }
    for (const text of new Set(rows.map(textValue))) terms.dropUnused('text', text)
    for (const person of new Set(rows.map((row) => row.person_ref)))
      terms.dropUnused('person', person)
  }
}

interface Place {
  readonly hour: number
  /** Numbers up to this one are done. */
  readonly after: number
  /** The hour's last number. */
  readonly last: number
}

interface Moment {
  readonly hour: number
  readonly now: number
}

const IS_OF_CLASS: Readonly<Record<RetentionClass, string>> = {
  ordinary: `NOT ${IS_EVIDENCE_SQL}`,
  evidence: IS_EVIDENCE_SQL,
}

type Treatment = Pick<RetentionRule, 'name' | 'deed'>

/** Done for a person who asked, and noted like what a rule does. */
const ERASURE: Treatment = { name: 'erasure', deed: 'pseudonymise' }

/** What a deed has still to do: after the end of a hold the same hour is gone through again. */
const IS_TO_DO: Readonly<Record<Deed, string>> = {
  erase_search_term: 'search_term IS NOT NULL',
  pseudonymise: `substr(ip, 1, 1) <> '${ARCHIVE_MARK}'`,
  purge: 'TRUE',
}

const DUE_COLUMNS = `seq, ts, person_ref, device_id, ip, host, rule_id, role, category, reason_code,
  severity, zone, action, grade, block_ref`

const IS_FREE = `NOT EXISTS (
  SELECT 1 FROM holds h
  WHERE h.released_at IS NULL AND j.seq BETWEEN h.first_seq AND h.last_seq
    AND (h.person_ref IS NULL OR h.person_ref = j.person_ref))`

const FORGET_SQL = `
  SELECT ${DUE_COLUMNS} FROM journal j
  WHERE seq IN (
    SELECT p.seq FROM journal_postings p JOIN journal_terms t ON t.id = p.term
    WHERE t.type = 'person' AND t.value = ?)
    AND ${IS_OF_CLASS.ordinary} AND ${IS_FREE}
  ORDER BY seq LIMIT ${STEP_ENTRIES}`

function dueSql({ of, deed }: RetentionRule): string {
  return `
    SELECT ${DUE_COLUMNS}
    FROM journal j
    WHERE seq > :after AND seq <= :until AND ts >= :from AND ts < :to
      AND ${IS_OF_CLASS[of]} AND ${IS_TO_DO[deed]}
      AND ${IS_FREE}
    ORDER BY seq LIMIT ${STEP_ENTRIES}`
}

/** What was pseudonymised and purged, newest first: days of doing by rule. */
export function purgesOf(db: DatabaseSync): readonly PurgeNote[] {
  const rows = db
    .prepare(
      `SELECT day, rule, sum(entries) AS entries, min(first_seq) AS firstSeq, max(last_seq) AS lastSeq,
         min(hour) AS first, max(hour) AS last
       FROM purges GROUP BY day, rule ORDER BY day DESC, rule`,
    )
    .all() as unknown as readonly (Omit<PurgeNote, 'from' | 'to'> & {
    readonly first: number
    readonly last: number
  })[]
  return rows.map(({ first, last, ...row }) => ({
    ...row,
    from: isoOfHour(first),
    to: isoOfHour(last + 1),
  }))
}

function isoOfHour(hour: number): string {
  return new Date(hour * HOUR_MS).toISOString()
}

import type { DatabaseSync } from 'node:sqlite'
import { MIN_REASON_LETTERS } from '../ledger/entry.ts'
import { hoursRange } from './journal-search.ts'

/** What a hold keeps: entries by number or by time, all of them or one person's. */
export interface HeldEntries {
  /** First and last number; what is written later is covered where `last` says so. */
  readonly first?: number
  readonly last?: number
  /** RFC 3339, by whole hours; what is not written yet is not covered. */
  readonly from?: string
  readonly to?: string
  readonly personRef?: string
}

export interface HoldRequest {
  readonly entries: HeldEntries
  readonly incidentRef?: string
  readonly by: string
  readonly reason: string
  /** Gate time, epoch ms. */
  readonly at: number
  /** Epoch ms; without it the hold lasts until it is released. */
  readonly until?: number
  /** Which of the ledger's holds it is; a gate places no other. */
  readonly ledgerId?: string
}

export interface Hold {
  readonly id: number
  /** Null for one that an incident placed before such were entries of the ledger. */
  readonly ledgerId: string | null
  readonly placedAt: string
  readonly placedBy: string
  readonly reason: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly personRef: string | null
  readonly incidentRef: string | null
  readonly until: string | null
  readonly releasedAt: string | null
}

export interface ReleaseRequest {
  readonly id: number
  readonly by: string
  readonly reason: string
  readonly at: number
}

/** Covers every entry there will be. */
const NO_LAST = Number.MAX_SAFE_INTEGER

/** Keeps entries from being pseudonymised or purged; its number, or a text that says why not. */
export function placeHold(db: DatabaseSync, request: HoldRequest): number | string {
  const { entries, incidentRef, by, reason, at, until } = request
  if (isTooShort(reason)) return TOO_SHORT
  const range = heldRange(db, entries)
  if (typeof range === 'string') return range
  const placed = db
    .prepare(
      `INSERT INTO holds (placed_at, placed_by, reason, first_seq, last_seq, person_ref, incident_ref, until, ledger_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      new Date(at).toISOString(),
      by,
      reason,
      range.first,
      range.last,
      entries.personRef ?? null,
      incidentRef ?? null,
      until === undefined ? null : new Date(until).toISOString(),
      request.ledgerId ?? null,
    )
  return Number(placed.lastInsertRowid)
}

/** The numbers that a hold would cover now; a text says why it covers none. */
export function heldRange(db: DatabaseSync, entries: HeldEntries): NumberRange | string {
  const { first, last, from, to, personRef } = entries
  const hasTimes = from !== undefined || to !== undefined
  const hasNumbers = first !== undefined || last !== undefined
  if (hasTimes && hasNumbers) return 'give numbers or times, not both'
  if (hasTimes) {
    const range = hoursRange(db, entries, { above: 0, below: NO_LAST })
    if (range === null) return 'there are no entries at that time'
    return { first: range.above + 1, last: range.below - 1 }
  }
  if (!hasNumbers && personRef === undefined) return 'say which entries: numbers, times or a person'
  return { first: first ?? 1, last: last ?? NO_LAST }
}

/** From now on the hold is the ledger's of this number: one that an incident placed before such were entries. */
export function adoptHold(db: DatabaseSync, id: number, ledgerId: string): void {
  db.prepare('UPDATE holds SET ledger_id = ? WHERE id = ? AND ledger_id IS NULL').run(ledgerId, id)
}

interface NumberRange {
  readonly first: number
  readonly last: number
}

/**
 * Ends a hold inside the caller's transaction; what it kept is then treated as its age demands. A text says
 * why not.
 */
export function releaseHold(db: DatabaseSync, request: ReleaseRequest): string | null {
  const { id, by, reason, at } = request
  if (isTooShort(reason)) return TOO_SHORT
  const hold = db
    .prepare('SELECT first_seq, last_seq FROM holds WHERE id = ? AND released_at IS NULL')
    .get(id)
  if (hold === undefined) return `there is no hold ${id} in force`
  db.prepare(
    'UPDATE holds SET released_at = ?, released_by = ?, release_reason = ? WHERE id = ?',
  ).run(new Date(at).toISOString(), by, reason, id)
  rewindTo(db, Number(hold['first_seq']), Number(hold['last_seq']))
  return null
}

/** Releases what was held until a time that has come; inside the caller's transaction. */
export function releaseExpired(db: DatabaseSync, now: number): void {
  const at = new Date(now).toISOString()
  const ended = db
    .prepare('SELECT id, first_seq, last_seq FROM holds WHERE released_at IS NULL AND until <= ?')
    .all(at)
  for (const { id, first_seq: first, last_seq: last } of ended) {
    db.prepare(
      "UPDATE holds SET released_at = ?, released_by = 'clock', release_reason = 'its time had come' WHERE id = ?",
    ).run(at, Number(id))
    rewindTo(db, Number(first), Number(last))
  }
}

/** The retention passed by what was held: it begins again at the first hour that the hold covered. */
function rewindTo(db: DatabaseSync, first: number, last: number): void {
  const { hour } = db
    .prepare('SELECT min(hour) AS hour FROM journal_hours WHERE last_seq >= ? AND first_seq <= ?')
    .get(first, last) as { hour: number | null }
  if (hour !== null)
    db.prepare('UPDATE retention_marks SET hour = ?, seq = 0 WHERE hour >= ?').run(hour, hour)
}

/** What is held at `now` (gate time, epoch ms), by the journal's numbers. */
export function holdsInForce(
  db: DatabaseSync,
  now: number,
): readonly Pick<Hold, 'firstSeq' | 'lastSeq' | 'personRef'>[] {
  return db
    .prepare(
      `SELECT first_seq AS firstSeq, last_seq AS lastSeq, person_ref AS personRef FROM holds
       WHERE released_at IS NULL AND (until IS NULL OR until > ?)`,
    )
    .all(new Date(now).toISOString()) as unknown as ReturnType<typeof holdsInForce>
}

/** All holds, the newest first. */
export function holdsOf(db: DatabaseSync): readonly Hold[] {
  return db
    .prepare(
      `SELECT id, ledger_id AS ledgerId, placed_at AS placedAt, placed_by AS placedBy, reason, first_seq AS firstSeq,
         last_seq AS lastSeq, person_ref AS personRef, incident_ref AS incidentRef, until,
         released_at AS releasedAt
       FROM holds ORDER BY id DESC`,
    )
    .all() as unknown as readonly Hold[]
}

function isTooShort(reason: string): boolean {
  return reason.trim().length < MIN_REASON_LETTERS
}

const TOO_SHORT = `a reason has ${MIN_REASON_LETTERS} letters or more`

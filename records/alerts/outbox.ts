import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { createUlidSource } from '../ulid.ts'

/** Something to deliver; `id` stays the same over all tries, so that a receiver can tell a repeat. */
export interface OutMessage {
  readonly id: string
  readonly channel: 'mail' | 'webhook'
  /** A mail address, or the URL of a webhook. */
  readonly target: string
  readonly subject: string
  readonly body: string
}

export interface NewMessage extends Omit<OutMessage, 'id'> {
  readonly alertId: string | null
  readonly isHigh: boolean
  /** Not before this (epoch ms). */
  readonly sendAt: number
}

/** Sends one message or rejects; the outbox tries again. */
export type Deliver = (message: OutMessage) => Promise<void>

/** Beyond this a mail server has been away for days; what is high goes before what is not. */
export const MAX_WAITING = 1_000

const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 300_000
/** A message that nobody took for a day is given up, and that is an alarm. */
const GIVE_UP_MS = 86_400_000
/** How long it is known what was sent. */
const KEEP_MS = 35 * 86_400_000
const AT_ONCE = 8

/** Messages on disk until they are delivered: at least once, high ones first. */
export class Outbox {
  readonly #db: DatabaseSync
  readonly #deliver: Deliver
  readonly #random: () => number
  readonly #nextId = createUlidSource()
  #dropped = 0
  #error: string | null = null

  /** `random` in [0, 1) spreads retries. */
  constructor(db: DatabaseSync, deliver: Deliver, random: () => number = Math.random) {
    this.#db = db
    this.#deliver = deliver
    this.#random = random
  }

  /** Messages that found no room since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /** Why the last try failed; null after one that did not. */
  get error(): string | null {
    return this.#error
  }

  waiting(): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM outbox WHERE state = 'waiting'").get()
    return Number(row?.['n'])
  }

  /** Queues a message, in the caller's transaction. */
  put(message: NewMessage, now: number): void {
    if (this.waiting() >= MAX_WAITING && !this.#makeRoom(message.isHigh, now)) {
      this.#dropped += 1
      return
    }
    const { alertId, channel, target, subject, body, isHigh, sendAt } = message
    this.#db
      .prepare(
        `INSERT INTO outbox (id, alert_id, channel, target, subject, body, is_high, created_at, next_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[this.#nextId(now), alertId, channel, target, subject, body],
        ...[isHigh ? 1 : 0, now, sendAt],
      )
  }

  /** Delivers what is due, and notes what became of it. Never rejects: a disk that refuses is an error to show. */
  async flush(now: number): Promise<void> {
    try {
      for (;;) {
        const due = this.#due(now)
        await Promise.all(due.map((row) => this.#send(row, now)))
        if (due.length < AT_ONCE) break
      }
      this.#db
        .prepare("DELETE FROM outbox WHERE state != 'waiting' AND done_at < ?")
        .run(now - KEEP_MS)
    } catch (cause) {
      this.#error = cause instanceof Error ? cause.message : String(cause)
    }
  }

  #makeRoom(isHigh: boolean, now: number): boolean {
    if (!isHigh) return false
    const result = this.#db
      .prepare(
        `UPDATE outbox SET state = 'dead', done_at = ?, error = 'made room for a high-risk alert'
         WHERE id = (SELECT id FROM outbox WHERE state = 'waiting' AND is_high = 0 ORDER BY id LIMIT 1)`,
      )
      .run(now)
    if (result.changes > 0) this.#dropped += 1
    return result.changes > 0
  }

  #due(now: number): readonly DueRow[] {
    return this.#db
      .prepare(
        `SELECT id, channel, target, subject, body, tries, created_at FROM outbox
         WHERE state = 'waiting' AND next_at <= ? ORDER BY is_high DESC, next_at LIMIT ${AT_ONCE}`,
      )
      .all(now)
      .map(dueRow)
  }

  async #send({ tries, createdAt, ...message }: DueRow, now: number): Promise<void> {
    try {
      await this.#deliver(message)
      this.#error = null
      this.#db
        .prepare("UPDATE outbox SET state = 'sent', done_at = ?, error = NULL WHERE id = ?")
        .run(now, message.id)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      this.#error = `${message.channel} to \`${message.target}\`: ${why}`
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 16))
      const nextAt = now + Math.ceil(wait * (0.5 + this.#random() / 2))
      const isDead = nextAt - createdAt > GIVE_UP_MS
      this.#db
        .prepare(
          'UPDATE outbox SET tries = tries + 1, next_at = ?, state = ?, done_at = ?, error = ? WHERE id = ?',
        )
        .run(nextAt, isDead ? 'dead' : 'waiting', isDead ? now : null, why, message.id)
    }
  }
}

interface DueRow extends OutMessage {
  readonly tries: number
  readonly createdAt: number
}

function dueRow(row: Record<string, SQLOutputValue>): DueRow {
  return {
    id: String(row['id']),
    channel: row['channel'] === 'mail' ? 'mail' : 'webhook',
    target: String(row['target']),
    subject: String(row['subject']),
    body: String(row['body']),
    tries: Number(row['tries']),
    createdAt: Number(row['created_at']),
  }
}

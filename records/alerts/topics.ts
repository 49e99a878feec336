import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import { createUlidSource } from '../ulid.ts'
import type { Finding } from './finding.ts'

/** A subject that a class is taught, so that what its pupils look up then alarms nobody. */
export interface Topic {
  readonly classRef: string
  /** References of the pupils of the class. */
  readonly people: readonly string[]
  readonly categories: readonly string[]
  /** Half-open, epoch ms. */
  readonly from: number
  readonly to: number
  readonly announcedBy: string
  readonly reason: string
}

/** A double lesson; a whole day of silence is not what a topic is for. */
const LONGEST_TOPIC_MS = 4 * 3_600_000
const MIN_REASON_LETTERS = 10

/** Announced teaching topics. */
export class Topics {
  readonly #db: DatabaseSync
  readonly #nextId = createUlidSource()
  readonly #current: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#current = db.prepare(
      'SELECT id, people, categories FROM topics WHERE to_at > ? AND from_at <= ? ORDER BY id',
    )
  }

  /** The topic's id, or why it can't be announced. */
  announce(topic: Topic, now: number): { readonly id: string } | { readonly problem: string } {
    const problem = problemOf(topic)
    if (problem !== null) return { problem }
    const id = this.#nextId(now)
    const { classRef, people, categories, from, to, announcedBy, reason } = topic
    this.#db
      .prepare('INSERT INTO topics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[id, classRef, JSON.stringify(people), JSON.stringify(categories), from, to],
        ...[announcedBy, now, reason],
      )
    return { id }
  }

  /** The topic that explains a finding, by the time of the attempt; null where none does. */
  covering({ at, personRef, category }: Finding): string | null {
    if (personRef === null || category === null) return null
    const rows = this.#current.all(at, at)
    const row = rows.find(({ people, categories }) => {
      const has = (json: unknown, value: string) =>
        (JSON.parse(String(json)) as string[]).includes(value)
      return has(people, personRef) && has(categories, category)
    })
    return row === undefined ? null : String(row['id'])
  }
}

function problemOf({ people, categories, from, to, reason }: Topic): string | null {
  if (reason.trim().length < MIN_REASON_LETTERS)
    return `the reason has less than ${MIN_REASON_LETTERS} letters`
  if (people.length === 0) return 'the class has no pupils'
  if (to <= from) return 'the topic ends before it begins'
  if (to - from > LONGEST_TOPIC_MS) return 'a topic lasts four hours at most'
  if (categories.length === 0) return 'the topic names no category'
  for (const id of categories) {
    const category = findCategory(id)
    if (category === undefined) return `there is no category \`${id}\``
    // No lesson explains what is illegal to look at.
    if (category.lock === 'SEALED') return `alerts of \`${id}\` are never suppressed`
  }
  return null
}

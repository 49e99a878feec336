import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/**
 * How often each rule of the policy decided, by day: which rules nobody would miss. It names rules of the
 * policy and no person, device or host. A file of its own: the control thread writes it, and must not keep the
 * records thread waiting.
 */
const RULE_HIT_SCHEMA: StoreSchema = {
  /** 'sgrh' */
  applicationId: 0x73677268,
  migrations: [
    `
CREATE TABLE rule_hits (
  rule TEXT NOT NULL,
  day TEXT NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (rule, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE counted_since (day TEXT NOT NULL) STRICT;
`,
  ],
}

const RULE_HIT_FILE = 'rule-hits.sqlite'

/** A rule for the exams of each summer must not look unused in spring. */
const KEPT_DAYS = 400
const DAY_MS = 86_400_000

/** How often a rule decided since the counts were sent last. */
export type RuleHits = readonly (readonly [rule: string, hits: number])[]

/** The writing side. */
export class RuleHitLog implements Disposable {
  readonly #db: DatabaseSync
  readonly #add: StatementSync
  readonly #forget: StatementSync

  private constructor(db: DatabaseSync, now: number) {
    this.#db = db
    this.#add = db.prepare(`
      INSERT INTO rule_hits VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hits = hits + excluded.hits`)
    this.#forget = db.prepare('DELETE FROM rule_hits WHERE day < ?')
    db.prepare(
      'INSERT INTO counted_since SELECT ? WHERE NOT EXISTS (SELECT 1 FROM counted_since)',
    ).run(dayOf(now))
  }

  /** The log of a records directory, made when it is not there; `now` in epoch ms. Throws `StoreRefused`. */
  static open(directory: string, now: number): RuleHitLog {
    return new RuleHitLog(openDatabase(join(directory, RULE_HIT_FILE), RULE_HIT_SCHEMA), now)
  }

  /** Adds to the day of `now`, and forgets what is too old. Throws SQLite's error with nothing written. */
  add(hits: RuleHits, now: number): void {
    inTransaction(this.#db, () => {
      for (const [rule, count] of hits) this.#add.run(rule, dayOf(now), count)
      this.#forget.run(dayOf(now - KEPT_DAYS * DAY_MS))
    })
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

export interface HitsOfRule {
  readonly hits: number
  /** The last day with one (UTC). */
  readonly last: string
}

export interface RuleHitReport {
  /** The day on which counting began (UTC); null where no gate has counted yet. */
  readonly since: string | null
  /** By rule id; a rule that never decided is not in it. */
  readonly hits: ReadonlyMap<string, HitsOfRule>
}

/** What the gate with these records has counted. Throws `StoreRefused`. */
export function readRuleHits(directory: string): RuleHitReport {
  const path = join(directory, RULE_HIT_FILE)
  if (!existsSync(path)) return { since: null, hits: new Map() }
  const db = openDatabase(path, RULE_HIT_SCHEMA, { readOnly: true })
  try {
    const since = db.prepare('SELECT day FROM counted_since').get() as { day: string } | undefined
    const rows = db
      .prepare('SELECT rule, sum(hits) AS hits, max(day) AS last FROM rule_hits GROUP BY rule')
      .all() as unknown as readonly (HitsOfRule & { rule: string })[]
    const hits = new Map(rows.map(({ rule, hits: count, last }) => [rule, { hits: count, last }]))
    return { since: since?.day ?? null, hits }
  } finally {
    db.close()
  }
}

import type { DatabaseSync } from 'node:sqlite'
import {
  ALERTS_OF_INCIDENTS_SQL,
  ALERTS_OF_RECENT_INCIDENTS_SQL,
} from '../incidents/incident-schema.ts'
import { holdsInForce } from '../journal/legal-holds.ts'
import { EVIDENCE_DAYS, IDENTITY_DAYS, REFUSAL_DAYS } from '../journal/retention-classes.ts'
import { inTransaction } from '../sqlite/open-database.ts'

/** Alerts treated per rule and step: a batch of refusals never waits for the broom. */
const STEP_ALERTS = 250

const DAY_MS = 86_400_000

interface AlertRule {
  /** Noted beside what was done. */
  readonly name: string
  readonly deed: 'forget' | 'purge'
  /** From the alert's begin. */
  readonly afterDays: number
  /** Which alerts, beside their age. `:iso` is the age's moment, RFC 3339. */
  readonly whereSql: string
}

/** What became evidence: high-risk and sealed attempts, and whatever an incident was opened from. */
const IS_EVIDENCE = `(severity = 'high' OR id IN (${ALERTS_OF_INCIDENTS_SQL}))`

/**
 * An alert is kept as what it stands on is (requirements.md 6.9): the person 35 days, the rest 13 months,
 * evidence seven years, and for as long as an incident that was opened from it is open or closed for less.
 */
const ALERT_RULES: readonly AlertRule[] = [
  {
    name: 'alert identities',
    deed: 'forget',
    afterDays: IDENTITY_DAYS,
    whereSql: `(person_ref IS NOT NULL OR device_id IS NOT NULL OR ip IS NOT NULL) AND NOT ${IS_EVIDENCE}`,
  },
  {
    name: 'alerts',
    deed: 'purge',
    afterDays: REFUSAL_DAYS,
    whereSql: `NOT ${IS_EVIDENCE}`,
  },
  {
    name: 'alerts of evidence',
    deed: 'purge',
    afterDays: EVIDENCE_DAYS,
    whereSql: `${IS_EVIDENCE} AND id NOT IN (${ALERTS_OF_RECENT_INCIDENTS_SQL})`,
  },
]

/** What was let go, summed by rule and by the day of doing. */
export interface AlertPurge {
  readonly day: string
  readonly rule: string
  readonly alerts: number
  /** RFC 3339: when the first and the last of them began. */
  readonly from: string
  readonly to: string
}

/**
 * Lets go what is too old of a gate's alerts. `journal` is where legal holds are: an alert that stands on
 * held entries, or is about a person whose entries are held, stays as it is.
 */
export class AlertRetention {
  readonly #db: DatabaseSync
  readonly #journal: DatabaseSync

  constructor(db: DatabaseSync, journal: DatabaseSync) {
    this.#db = db
    this.#journal = journal
    // What is deleted is overwritten in the file.
    db.exec('PRAGMA secure_delete = ON')
  }

  /** Does some of what is due at `now` (gate time, epoch ms); true when there may be more. Throws SQLite's error. */
  step(now: number): boolean {
    const holds = JSON.stringify(holdsInForce(this.#journal, now))
    return inTransaction(this.#db, () =>
      ALERT_RULES.map((rule) => this.#stepRule(rule, holds, now)).includes(true),
    )
  }

  #stepRule(rule: AlertRule, holds: string, now: number): boolean {
    const before = now - rule.afterDays * DAY_MS
    const times = { before, ...(rule.whereSql.includes(':iso') ? { iso: isoOf(before) } : {}) }
    const due = this.#db.prepare(dueSql(rule)).all({ holds, ...times })
    if (due.length === 0) return false
    const ids = due.map(({ id }) => String(id))
    if (rule.deed === 'forget') this.#forget(ids)
    else this.#purge(ids)
    const began = due.map((row) => Number(row['opened_at']))
    this.#note(rule.name, began, isoOf(now).slice(0, 10))
    return due.length === STEP_ALERTS
  }

  /** The key tells one person's alerts from another's, so it goes as well. */
  #forget(ids: readonly string[]): void {
    const forget = this.#db.prepare(
      'UPDATE alerts SET person_ref = NULL, device_id = NULL, ip = NULL, key = id WHERE id = ?',
    )
    for (const id of ids) forget.run(id)
  }

  #purge(ids: readonly string[]): void {
    const sql = [
      'INSERT INTO alert_purge_permits VALUES (?)',
      'DELETE FROM alert_events WHERE alert_id = ?',
      "DELETE FROM outbox WHERE alert_id = ? AND state <> 'waiting'",
      'DELETE FROM alerts WHERE id = ?',
      'DELETE FROM alert_purge_permits WHERE alert_id = ?',
    ]
    const steps = sql.map((text) => this.#db.prepare(text))
    for (const id of ids) for (const step of steps) step.run(id)
  }

  /** `began`: when each of them did, oldest first. */
  #note(rule: string, began: readonly number[], day: string): void {
    this.#db
      .prepare(
        `INSERT INTO alert_purges VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
           alerts = alerts + excluded.alerts, from_at = min(from_at, excluded.from_at),
           to_at = max(to_at, excluded.to_at)`,
      )
      .run(rule, day, began.length, began[0] ?? 0, began.at(-1) ?? 0)
  }
}

/** What was let go, newest first. */
export function alertPurgesOf(db: DatabaseSync): readonly AlertPurge[] {
  return db
    .prepare('SELECT * FROM alert_purges ORDER BY day DESC, rule')
    .all()
    .map((row) => ({
      ...{ day: String(row['day']), rule: String(row['rule']), alerts: Number(row['alerts']) },
      ...{ from: isoOf(Number(row['from_at'])), to: isoOf(Number(row['to_at'])) },
    }))
}

const IS_FREE = `NOT EXISTS (
  SELECT 1 FROM json_each(:holds) h
  WHERE (h.value ->> 'personRef' IS NULL OR h.value ->> 'personRef' = alerts.person_ref)
    AND (alerts.first_seq <= h.value ->> 'lastSeq' AND alerts.last_seq >= h.value ->> 'firstSeq'
      OR alerts.first_seq IS NULL AND h.value ->> 'personRef' = alerts.person_ref))`

function dueSql({ whereSql }: AlertRule): string {
  return `SELECT id, opened_at FROM alerts WHERE opened_at < :before AND ${whereSql} AND ${IS_FREE}
    ORDER BY opened_at LIMIT ${STEP_ALERTS}`
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

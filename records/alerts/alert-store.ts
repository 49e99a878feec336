import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Severity } from '../../rules/verdict.ts'
import { createUlidSource } from '../ulid.ts'
import type { Finding } from './finding.ts'
import type { Duty } from './told-duties.ts'

/** An alert as it stands. Times are epoch ms. */
export interface Alert {
  readonly id: string
  readonly rule: string
  readonly severity: Severity
  readonly urgency: Finding['urgency']
  readonly personRef: string | null
  readonly role: string | null
  readonly deviceId: string | null
  readonly ip: string | null
  readonly zone: string | null
  readonly category: string | null
  readonly detail: string
  readonly openedAt: number
  readonly lastAt: number
  /** Attempts. */
  readonly count: number
  /** The journal's entries that it stands on, as a range; null for an event of the gate. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  readonly duties: readonly Duty[]
  /** The teaching topic that explains it: recorded, not told. */
  readonly topic: string | null
  readonly toldAt: number | null
  readonly escalation: number
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: number | null
}

/** The same person and category within this time is the same alert (not longer: a new one tells again). */
const ONE_ALERT_MS = 1_800_000

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { info: 0, low: 1, medium: 2, high: 3 }

/** Alerts in their table. Writes belong into the caller's transaction. */
export class AlertStore {
  readonly #db: DatabaseSync
  readonly #nextId = createUlidSource()
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Each text is prepared once: that costs more than running it. */
  #sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = this.#db.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }

  /** Adds a finding; `isToTell` where it made an alert urgent that was not. */
  raise(
    finding: Finding,
    { duties, topic, now }: { duties: readonly Duty[]; topic: string | null; now: number },
  ): { readonly alert: Alert; readonly isToTell: boolean } {
    const known = this.#recent(finding)
    const id = known?.id ?? this.#open(finding, { duties, topic, now })
    if (known !== undefined) this.#grow(known, finding, { topic, now })
    const alert = this.get(id)
    const wasUrgent = known?.urgency === 'now' && known.topic === null
    return { alert, isToTell: alert.urgency === 'now' && alert.topic === null && !wasUrgent }
  }

  find(id: string): Alert | undefined {
    const row = this.#sql('SELECT * FROM alerts WHERE id = ?').get(id)
    return row === undefined ? undefined : alertOf(row)
  }

  /** The newest first. */
  newest(limit: number): readonly Alert[] {
    return this.#sql('SELECT * FROM alerts ORDER BY opened_at DESC, id DESC LIMIT ?')
      .all(limit)
      .map(alertOf)
  }

  get(id: string): Alert {
    const alert = this.find(id)
    if (alert === undefined) throw new Error(`no alert \`${id}\``)
    return alert
  }

  /** Told, and nobody has said that he saw it; oldest first. */
  unacknowledged(): readonly Alert[] {
    return this.#sql(
      `SELECT * FROM alerts WHERE urgency = 'now' AND topic IS NULL AND acknowledged_at IS NULL
         AND told_at IS NOT NULL ORDER BY told_at`,
    )
      .all()
      .map(alertOf)
  }

  /** What no digest has named yet, oldest first. */
  undigested(limit: number): readonly Alert[] {
    return this.#sql('SELECT * FROM alerts WHERE digested_at IS NULL ORDER BY opened_at LIMIT ?')
      .all(limit)
      .map(alertOf)
  }

  markDigested(ids: readonly string[], now: number): void {
    const mark = this.#sql('UPDATE alerts SET digested_at = ? WHERE id = ?')
    for (const id of ids) mark.run(now, id)
  }

  markTold(id: string, now: number, whom: string): void {
    this.#sql('UPDATE alerts SET told_at = coalesce(told_at, ?) WHERE id = ?').run(now, id)
    this.note(id, { at: now, kind: 'told', detail: whom })
  }

  escalate(id: string, escalation: number): void {
    this.#sql('UPDATE alerts SET escalation = ? WHERE id = ?').run(escalation, id)
  }

  /** False where there is no such alert or somebody has acknowledged it before. */
  acknowledge(id: string, who: string, at: number): boolean {
    const { changes } = this.#sql(
      `UPDATE alerts SET acknowledged_by = ?, acknowledged_at = ?
         WHERE id = ? AND acknowledged_at IS NULL`,
    ).run(who, at, id)
    if (changes === 0) return false
    this.note(id, { at, kind: 'acknowledged', detail: who })
    return true
  }

  note(id: string, event: { at: number; kind: string; detail: string }): void {
    this.#sql('INSERT INTO alert_events (alert_id, at, kind, detail) VALUES (?, ?, ?, ?)').run(
      id,
      event.at,
      event.kind,
      event.detail,
    )
  }

  /** What became of an alert, in order. */
  events(id: string): readonly { at: number; kind: string; detail: string }[] {
    return this.#sql('SELECT at, kind, detail FROM alert_events WHERE alert_id = ? ORDER BY seq')
      .all(id)
      .map((row) => ({
        at: Number(row['at']),
        kind: String(row['kind']),
        detail: String(row['detail']),
      }))
  }

  #recent({ key, at }: Finding): Alert | undefined {
    const row = this.#sql(
      'SELECT * FROM alerts WHERE key = ? AND opened_at > ? ORDER BY opened_at DESC LIMIT 1',
    ).get(key, at - ONE_ALERT_MS)
    return row === undefined ? undefined : alertOf(row)
  }

  #open(
    finding: Finding,
    { duties, topic, now }: { duties: readonly Duty[]; topic: string | null; now: number },
  ): string {
    const id = this.#nextId(now)
    const { key, rule, severity, urgency, personRef, role, deviceId, ip, zone, category } = finding
    this.#sql(
      `INSERT INTO alerts (id, key, rule, severity, urgency, person_ref, role, device_id, ip, zone,
           category, detail, opened_at, last_at, count, first_seq, last_seq, duties, topic)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[id, key, rule, severity, urgency, personRef, role, deviceId, ip, zone, category],
      ...[finding.detail, finding.at, finding.at, finding.count, finding.seq, finding.seq],
      ...[JSON.stringify(duties), topic],
    )
    this.note(id, { at: now, kind: 'opened', detail: `${rule}: ${finding.detail}` })
    return id
  }

  /** An alert grows worse, never milder: a look-up after a visit does not make it a look-up. */
  #grow(
    known: Alert,
    finding: Finding,
    { topic, now }: { readonly topic: string | null; readonly now: number },
  ): void {
    const isWorse =
      (finding.urgency === 'now' && known.urgency === 'digest') ||
      SEVERITY_RANK[finding.severity] > SEVERITY_RANK[known.severity]
    const { rule, severity, urgency, detail } = isWorse ? finding : known
    this.#sql(
      `UPDATE alerts SET count = count + ?, last_at = max(last_at, ?), last_seq = max(last_seq, ?),
           rule = ?, severity = ?, urgency = ?, detail = ?, topic = ? WHERE id = ?`,
    ).run(
      ...[finding.count, finding.at, finding.seq, rule, severity, urgency, detail],
      // A topic explains an alert as long as it explains all of it.
      ...[known.topic === null ? null : topic, known.id],
    )
    if (isWorse) this.note(known.id, { at: now, kind: 'raised', detail: `${rule}: ${detail}` })
  }
}

function alertOf(row: Record<string, SQLOutputValue>): Alert {
  const text = (name: string): string | null => {
    const value = row[name]
    return typeof value === 'string' ? value : null
  }
  const number = (name: string): number | null => {
    const value = row[name]
    return typeof value === 'number' ? value : null
  }
  return {
    id: String(row['id']),
    rule: String(row['rule']),
    severity: row['severity'] as Severity,
    urgency: row['urgency'] as Alert['urgency'],
    ...{ personRef: text('person_ref'), role: text('role'), deviceId: text('device_id') },
    ...{ ip: text('ip'), zone: text('zone'), category: text('category') },
    detail: String(row['detail']),
    ...{ openedAt: Number(row['opened_at']), lastAt: Number(row['last_at']) },
    count: Number(row['count']),
    ...{ firstSeq: number('first_seq'), lastSeq: number('last_seq') },
    duties: JSON.parse(String(row['duties'])) as Duty[],
    ...{ topic: text('topic'), toldAt: number('told_at'), escalation: Number(row['escalation']) },
    ...{ acknowledgedBy: text('acknowledged_by'), acknowledgedAt: number('acknowledged_at') },
  }
}

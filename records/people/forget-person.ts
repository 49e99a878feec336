import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../alerts/alert-schema.ts'
import { ALERTS_OF_INCIDENTS_SQL } from '../incidents/incident-schema.ts'
import { ACCESS_FILE, AccessLog } from '../journal/access-log.ts'
import { JournalIndex } from '../journal/journal-index.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../journal/journal-schema.ts'
import { Retention } from '../journal/retention.ts'
import { LocalPresence, PRESENCE_FILE } from '../presence/local-presence.ts'
import { inTransaction, openDatabase, type StoreSchema } from '../sqlite/open-database.ts'

/** What the erasure of a person reached beside the name, and what the law keeps from it. */
export interface Forgotten {
  readonly refusals: number
  /** High-risk and sealed hits, and what a legal hold covers (UK GDPR article 17(3)). */
  readonly refusalsKept: number
  readonly alerts: number
  /** High ones, and those that became an incident. */
  readonly alertsKept: number
  /** Incidents that are about the person: each is a chain, and the school must be able to account for it. */
  readonly incidentsKept: number
  /** Looks by the person and at him: two years. */
  readonly looksKept: number
  /** Where the person is now, as far as a device tells. */
  readonly bindings: number
  /** Rows of who had which device in the last 30 days. */
  readonly custody: number
}

/**
 * Takes the person out of what no law keeps: refusals and alerts stay without whose they were, so that the
 * school's figures stay true, and devices stay without who had them. Beside a running gate, too. `now` is gate time, epoch ms. Throws `StoreRefused`.
 */
export function forgetPerson(directory: string, personRef: string, now: number): Forgotten {
  const { refusals, refusalsKept } = writing(
    { directory, file: JOURNAL_FILE, schema: JOURNAL_SCHEMA },
    { refusals: 0, refusalsKept: 0 },
    (db) => forgetRefusals(db, personRef, now),
  )
  const alerts = writing(
    { directory, file: ALERTS_FILE, schema: ALERTS_SCHEMA },
    { alerts: 0, alertsKept: 0, incidentsKept: 0 },
    (db) => forgetAlerts(db, personRef),
  )
  const looksKept = looksOf(directory, personRef)
  return { refusals, refusalsKept, ...alerts, looksKept, ...forgetPresence(directory, personRef) }
}

function forgetPresence(
  directory: string,
  personRef: string,
): Pick<Forgotten, 'bindings' | 'custody'> {
  if (!existsSync(join(directory, PRESENCE_FILE))) return { bindings: 0, custody: 0 }
  using presence = LocalPresence.open(directory)
  return presence.forgetPeople([personRef])
}

function forgetRefusals(
  db: DatabaseSync,
  personRef: string,
  now: number,
): Pick<Forgotten, 'refusals' | 'refusalsKept'> {
  const index = new JournalIndex(db)
  // First, because from it on the file overwrites what it gives up, the pages of the index, too.
  const retention = new Retention(db, index)
  while (index.step());
  const before = refusalsOf(db, personRef)
  while (retention.forget(personRef, now));
  // Older pages, with the reference, are in the write-ahead log until that is emptied.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const refusalsKept = refusalsOf(db, personRef)
  return { refusals: before - refusalsKept, refusalsKept }
}

function refusalsOf(db: DatabaseSync, personRef: string): number {
  const sql = `SELECT count(*) AS n FROM journal_postings p JOIN journal_terms t ON t.id = p.term
    WHERE t.type = 'person' AND t.value = ?`
  return Number(db.prepare(sql).get(personRef)?.['n'])
}

function forgetAlerts(
  db: DatabaseSync,
  personRef: string,
): Pick<Forgotten, 'alerts' | 'alertsKept' | 'incidentsKept'> {
  db.exec('PRAGMA secure_delete = ON')
  const count = (sql: string): number => Number(db.prepare(sql).get(personRef)?.['n'])
  const done = inTransaction(db, () => {
    const free = `person_ref = ? AND severity <> 'high' AND id NOT IN (${ALERTS_OF_INCIDENTS_SQL})`
    // Messages that are still to be delivered go out: somebody is waiting for them.
    db.prepare(
      `DELETE FROM outbox WHERE state <> 'waiting' AND alert_id IN (SELECT id FROM alerts WHERE ${free})`,
    ).run(personRef)
    // The key tells one person's alerts from another's, so it goes as well.
    const { changes } = db
      .prepare(
        `UPDATE alerts SET person_ref = NULL, device_id = NULL, ip = NULL, key = id WHERE ${free}`,
      )
      .run(personRef)
    return Number(changes)
  })
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return {
    alerts: done,
    alertsKept: count('SELECT count(*) AS n FROM alerts WHERE person_ref = ?'),
    incidentsKept: count(
      `SELECT count(*) AS n FROM incident_events
       WHERE json_extract(body, '$.kind') = 'opened' AND json_extract(body, '$.facts.subjectRef') = ?`,
    ),
  }
}

function looksOf(directory: string, personRef: string): number {
  if (!existsSync(join(directory, ACCESS_FILE))) return 0
  using log = AccessLog.open(directory)
  return log.looksAt(personRef).length + log.looksBy(personRef).length
}

interface Place {
  readonly directory: string
  readonly file: string
  readonly schema: StoreSchema
}

/** `absent` where there is no such store: none is made. */
function writing<T>(
  { directory, file, schema }: Place,
  absent: T,
  work: (db: DatabaseSync) => T,
): T {
  const path = join(directory, file)
  if (!existsSync(path)) return absent
  const db = openDatabase(path, schema)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

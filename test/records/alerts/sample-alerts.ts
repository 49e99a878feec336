import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { ALERTS_FILE, ALERTS_SCHEMA } from '../../../records/alerts/alert-schema.ts'
import type { Finding, Observation } from '../../../records/alerts/finding.ts'
import { openDatabase } from '../../../records/sqlite/open-database.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

/** Tuesday in term, 10:00 in London. */
export const AT = Date.parse('2026-11-24T10:00:00Z')
export const MINUTE = 60_000
export const HOUR = 3_600_000

/** An alerts database that is closed when the test is over. */
export function alertsDb(directory = tempDirectory()): DatabaseSync {
  const db = openDatabase(join(directory, ALERTS_FILE), ALERTS_SCHEMA)
  onTestFinished(() => {
    if (db.isOpen) db.close()
  })
  return db
}

/** A pupil's single look-up of a high-risk site. */
export function anObservation(facts: Partial<Observation> = {}): Observation {
  return {
    seq: 1,
    at: AT,
    blockRef: 'REF-1',
    grade: 'looked_up',
    personRef: 'p-1001',
    role: 'pupil',
    deviceId: 'tablet-1',
    ip: '127.10.10.7',
    zone: 'classroom',
    window: 'lesson',
    host: 'harm-suicide.cat.test',
    category: 'harm.suicide',
    reasonCode: 'category',
    severity: 'high',
    attempts: 1,
    isTotal: false,
    ...facts,
  }
}

export function aFinding(facts: Partial<Finding> = {}): Finding {
  return {
    rule: 'high_risk',
    key: 'p-1001\0harm.suicide',
    at: AT,
    severity: 'high',
    urgency: 'now',
    personRef: 'p-1001',
    role: 'pupil',
    deviceId: 'tablet-1',
    ip: '127.10.10.7',
    zone: 'classroom',
    category: 'harm.suicide',
    detail: 'tried to open a site of the kind: Suicide',
    count: 1,
    seq: 1,
    ...facts,
  }
}

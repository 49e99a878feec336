import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Action } from '../../rules/verdict.ts'
import { estimateDevices, mergeSketches } from './device-sketch.ts'
import type { TallyDelta } from './tally-codec.ts'

/** Part of `journal.sqlite`'s first schema. */
export const TALLY_SCHEMA = `
CREATE TABLE tally (
  hour INTEGER NOT NULL,
  host TEXT NOT NULL,
  profile TEXT NOT NULL,
  verdict TEXT NOT NULL,
  requests INTEGER NOT NULL,
  sketch BLOB NOT NULL,
  PRIMARY KEY (hour, host, profile, verdict)
) STRICT, WITHOUT ROWID;
`

/** What a preview needs is a school day and the one before. */
const TALLY_HOURS = 48

/** Rows forgotten per call: some 5 ms, so that a batch of refusals never waits for the broom. */
const FORGET_ROWS = 1_000

/** The tally's writing side; inside the caller's transaction. */
export class TallyStore {
  readonly #add: StatementSync
  readonly #forget: StatementSync

  constructor(db: DatabaseSync) {
    db.function('merge_sketches', { deterministic: true }, (one, other) =>
      one instanceof Uint8Array && other instanceof Uint8Array ? mergeSketches(one, other) : one,
    )
    this.#add = db.prepare(`
      INSERT INTO tally (hour, host, profile, verdict, requests, sketch) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        requests = requests + excluded.requests,
        sketch = merge_sketches(sketch, excluded.sketch)`)
    this.#forget = db.prepare(`
      DELETE FROM tally WHERE (hour, host, profile, verdict) IN
        (SELECT hour, host, profile, verdict FROM tally WHERE hour < ? LIMIT ${FORGET_ROWS})`)
  }

  add({ hour, host, profile, verdict, requests, sketch }: TallyDelta): void {
    this.#add.run(hour, host, profile, verdict, requests, sketch)
  }

  /** Forgets some of what is older than `TALLY_HOURS`; true when there is more. */
  forget(hour: number): boolean {
    return Number(this.#forget.run(hour - TALLY_HOURS).changes) === FORGET_ROWS
  }
}

/** A row as previews read it. */
export interface TallyRow {
  readonly host: string
  /** `''` where access was denied. */
  readonly profile: string
  readonly verdict: Action
  readonly requests: number
  /** The busiest hour's estimate: sketches of different hours have different salts and can't be merged. */
  readonly devices: number
}

/** The newest hour that the tally has (hours since the epoch), by the gate's clock; null for an empty one. */
export function lastTallyHour(db: DatabaseSync): number | null {
  const { hour } = db.prepare('SELECT max(hour) AS hour FROM tally').get() as {
    hour: number | null
  }
  return hour
}

/** The tally of the last `hours` up to and with `hour` (hours since the epoch), by host, profile and verdict. */
export function readTally(db: DatabaseSync, hour: number, hours: number): readonly TallyRow[] {
  const rows = new Map<string, TallyRow>()
  const query = db.prepare(
    'SELECT host, profile, verdict, requests, sketch FROM tally WHERE hour > ? AND hour <= ?',
  )
  for (const row of query.iterate(hour - hours, hour)) {
    const { host, profile, verdict, requests, sketch } = row as unknown as StoredRow
    const key = JSON.stringify([host, profile, verdict])
    const known = rows.get(key)
    rows.set(key, {
      host,
      profile,
      verdict,
      requests: requests + (known?.requests ?? 0),
      devices: Math.max(estimateDevices(sketch), known?.devices ?? 0),
    })
  }
  return [...rows.values()]
}

interface StoredRow {
  readonly host: string
  readonly profile: string
  readonly verdict: Action
  readonly requests: number
  readonly sketch: Uint8Array
}

import type { DatabaseSync } from 'node:sqlite'
import type { Alerter } from './alerter.ts'
import type { Observation } from './finding.ts'

const COLUMNS = `j.seq, j.ts, j.block_ref AS blockRef, j.person_ref AS personRef, j.role,
  j.device_id AS deviceId, j.ip, j.zone, j."window", j.host, j.category, j.reason_code AS reasonCode, j.severity`

/** Rows read at once; a burst is read in several turns, so that the thread goes on draining its rings. */
const FEED_ROWS = 500

/** Reads the journal to an alerter, on from where it was at the last stop. */
export class JournalFeed {
  readonly #journal: DatabaseSync
  readonly #alerter: Alerter
  #next: number
  #alarm: string | null = null

  /** `journal` is the journal store's own connection. */
  constructor(journal: DatabaseSync, alerter: Alerter) {
    this.#journal = journal
    this.#alerter = alerter
    // A power cut may cost the journal its last rows, and somebody may have made it anew: numbers that
    // come again must not pass for judged ones.
    const head = journal.prepare('SELECT coalesce(max(seq), 0) AS head FROM journal').get()
    alerter.cutBack(Number(head?.['head']))
    this.#next = alerter.resumeSeq
  }

  /** Why alerts can't be judged; null while they can. */
  get alarm(): string | null {
    return this.#alarm
  }

  /**
   * Judges what is new; true when there is more. `withFolds` looks at what has grown since, too: not at
   * each of a backlog's turns. Never throws: the records must be written on.
   */
  turn(withFolds: boolean): boolean {
    try {
      const rows = rowsToJudge(this.#journal, this.#next)
      this.#alerter.see(rows)
      this.#next = rows.at(-1)?.seq ?? this.#next
      if (withFolds) this.#alerter.see(openFoldsToJudge(this.#journal))
      this.#alarm = null
      return rows.length === FEED_ROWS
    } catch (cause) {
      this.#alarm = `alerts cannot be judged: ${cause instanceof Error ? cause.message : String(cause)}`
      return false
    }
  }
}

/** The journal's rows after `seq`, oldest first, at most `FEED_ROWS`. */
export function rowsToJudge(journal: DatabaseSync, seq: number): readonly Observation[] {
  const rows = journal
    .prepare(
      `SELECT ${COLUMNS}, j.grade, j.repeat_count AS attempts FROM journal j
       WHERE j.seq > ? ORDER BY j.seq LIMIT ${FEED_ROWS}`,
    )
    .all(seq)
  return rows.map((row) => observation(row, false))
}

/** `CROSS` keeps the order of the tables: the other way round SQLite reads all of the journal, each second. */
export const OPEN_FOLDS_SQL = `
  SELECT ${COLUMNS}, f.grade, f.repeat_count + 1 AS attempts
  FROM open_folds f CROSS JOIN journal j ON j.seq = f.first_seq
  WHERE j.severity IN ('high', 'medium') ORDER BY f.first_seq LIMIT ${FEED_ROWS}`

/**
 * Open folds that matter and have grown: a visit that follows its look-up by a moment is in the journal
 * only when the minute is over, and that is too late for an alert.
 */
export function openFoldsToJudge(journal: DatabaseSync): readonly Observation[] {
  const rows = journal.prepare(OPEN_FOLDS_SQL).all()
  return rows.map((row) => observation(row, true))
}

function observation(row: object, isTotal: boolean): Observation {
  const { ts, ...facts } = row as Omit<Observation, 'at' | 'isTotal'> & { readonly ts: string }
  return { ...facts, at: Date.parse(ts), isTotal }
}

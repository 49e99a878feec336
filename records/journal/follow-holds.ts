import type { DatabaseSync } from 'node:sqlite'
import type { HoldFacts, LegalHold } from '../governance/governance-state.ts'
import { inTransaction } from '../sqlite/open-database.ts'
import { placeHold, releaseHold, type HeldEntries } from './legal-holds.ts'

/** The site's holds by number, as the ledger has them. */
export type SiteHolds = ReadonlyMap<string, LegalHold>

/**
 * Makes the journal keep what the ledger holds, and let go what it holds no more. A hold on another gate's
 * numbers is none of this journal's; what was placed beside the ledger before it had holds stays as it is.
 * Done again it changes nothing. Throws SQLite's error with nothing changed.
 */
export function followHolds(db: DatabaseSync, holds: SiteHolds, gate: string): void {
  const mine = [...holds].filter(([, { facts }]) => facts.gate === null || facts.gate === gate)
  if (mine.length === 0) return
  inTransaction(db, () => {
    const known = new Map(
      db
        .prepare('SELECT ledger_id, id, released_at FROM holds WHERE ledger_id IS NOT NULL')
        .all()
        .map((row) => [String(row['ledger_id']), row]),
    )
    for (const [ledgerId, hold] of mine) {
      const row = known.get(ledgerId)
      if (row === undefined) place(db, ledgerId, hold)
      else if (row['released_at'] === null) release(db, Number(row['id']), hold)
    }
  })
}

/** Where there are no entries at its time yet, a later look places it. */
function place(db: DatabaseSync, ledgerId: string, { facts, placed, released }: LegalHold): void {
  if (released !== null) return
  placeHold(db, {
    ...{ ledgerId, entries: entriesOf(facts), by: placed.by, reason: placed.reason },
    at: Date.parse(placed.at),
    ...(facts.incident === null ? {} : { incidentRef: facts.incident }),
    ...(facts.until === null ? {} : { until: Date.parse(facts.until) }),
  })
}

function release(db: DatabaseSync, id: number, { released }: LegalHold): void {
  if (released === null) return
  releaseHold(db, { id, by: released.by, reason: released.reason, at: Date.parse(released.at) })
}

/** The facts of a hold as the journal reads them. */
function entriesOf({ first, last, from, to, person }: HoldFacts): HeldEntries {
  return {
    ...(first === null ? {} : { first }),
    ...(last === null ? {} : { last }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(person === null ? {} : { personRef: person }),
  }
}

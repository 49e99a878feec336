import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Edit } from '../records/governance/judge-edit.ts'
import type { HoldFacts } from '../records/governance/governance-state.ts'
import type { HeldEvidence } from '../records/incidents/incident-desk.ts'
import { JOURNAL_FILE, JOURNAL_SCHEMA } from '../records/journal/journal-schema.ts'
import { EVIDENCE_DAYS } from '../records/journal/retention-classes.ts'
import { openDatabase } from '../records/sqlite/open-database.ts'
import { changeHolds, gateOf, nextNumber, type HoldsCall } from './legal-holds.ts'
import type { SiteDesk, SiteDeskDeps } from './site-desk.ts'

/** Whose records, and who acts. */
export interface HoldingCall {
  readonly directory: string
  readonly by: string
  readonly deps: SiteDeskDeps
}

/**
 * Holds what an incident stands on, by an entry of the ledger. What is written about the incident stays in
 * it: the ledger, which more people read, has its number. A text says why not. Throws `StoreRefused`.
 */
export function holdEvidence(
  call: HoldingCall,
  { incidentId: incident, first, last, personRef: person }: HeldEvidence,
): Promise<string | null> {
  return withJournal(call, `evidence of incident ${incident}`, async (holds) => {
    const facts = { first, last, person, incident, from: null, to: null, until: null }
    const after: HoldFacts = { gate: gateOf(holds.db), ...facts }
    const placed = await changeHolds(holds, (site) => ({
      edits: [{ kind: 'hold.put', objectId: nextNumber(site), after }],
      done: null,
    }))
    return typeof placed === 'string' ? placed : null
  })
}

/**
 * What a closed incident stood on is kept for seven years more (requirements.md 6.9) and then goes: each
 * hold without an end gives way to one that has it, in one change. A text says why the holds stay as they are.
 */
export function endHolds(call: HoldingCall, incident: string): Promise<string | null> {
  const until = new Date(call.deps.now() + EVIDENCE_DAYS * DAY_MS).toISOString()
  return withJournal(call, `incident ${incident} is closed`, async (holds) => {
    const changed = await changeHolds(holds, (site) => {
      const edits = endingEdits(site, incident, until)
      return edits.length === 0 ? NONE : { edits, done: null }
    })
    return typeof changed === 'string' && changed !== NONE ? changed : null
  })
}

const DAY_MS = 86_400_000

/** An incident that stands on no entries. */
const NONE = 'nothing is held for it'

function endingEdits(site: SiteDesk, incident: string, until: string): readonly Edit[] {
  return [...site.view.current().holds]
    .filter(([, { facts, released }]) => facts.incident === incident && released === null)
    .filter(([, { facts }]) => facts.until === null)
    .flatMap(([objectId, { facts }], index): readonly Edit[] => [
      { kind: 'hold.put', objectId: nextNumber(site, index), after: { ...facts, until } },
      { kind: 'hold.release', objectId, after: null },
    ])
}

async function withJournal(
  { directory, by, deps }: HoldingCall,
  reason: string,
  act: (holds: HoldsCall) => Promise<string | null>,
): Promise<string | null> {
  const path = join(directory, JOURNAL_FILE)
  // Opening for writing would make a new, empty journal.
  const db = openDatabase(path, JOURNAL_SCHEMA, { readOnly: !existsSync(path) })
  try {
    return await act({ db, directory, by, reason, deps })
  } finally {
    db.close()
  }
}

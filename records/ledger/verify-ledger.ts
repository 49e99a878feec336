import {
  CHAIN_START,
  linkEntry,
  sha256,
  type ChainFault,
  type Link,
  type StoredEntry,
} from './chain.ts'
import { checkCheckpoints, findBelied, keysBeside, storedCheckpoints } from './checkpoint.ts'
import type { PublicKeys } from './checkpoint-key.ts'
import type { LedgerEntry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { commitmentOf, People } from '../people/people.ts'
import { SnapshotAudit } from '../register/snapshot-audit.ts'

export type Verification =
  | {
      readonly ok: true
      readonly head: Link
      readonly documents: number
      readonly erased: number
      readonly checkpoints: number
    }
  | { readonly ok: false; readonly fault: ChainFault }

/**
 * Reads the whole ledger and names the first entry that is not what was appended. A tail that was cut
 * off shows against the checkpoints, and against `remembered`, a head that was noted elsewhere. Texts,
 * people's rows and snapshots are held against what the entries say; an erased person is no fault.
 * `keys` are those that checkpoints may be signed with, by default those beside the ledger.
 */
export function verifyLedger(
  ledger: Ledger,
  remembered: Link | null = null,
  keys: PublicKeys = keysBeside(ledger.db),
): Verification {
  try {
    return verifyParts(ledger, remembered, keys)
  } catch (error) {
    if (!isTorn(error)) throw error
    return failed({ seq: 0, message: `the file is torn: ${error.message}` })
  }
}

function verifyParts(ledger: Ledger, remembered: Link | null, keys: PublicKeys): Verification {
  const torn = tornPage(ledger)
  if (torn !== undefined) return failed({ seq: 0, message: torn })
  const signed = checkCheckpoints(storedCheckpoints(ledger.db), keys)
  const pointers = new Map<string, number>()
  const people = new Map<string, Pledge>()
  const snapshots = new SnapshotAudit(ledger)
  const chain = verifyChain(ledger.rows(), remembered, (entry) => {
    const { document, details } = (entry.after ?? {}) as { document?: unknown; details?: unknown }
    if (typeof document === 'string') pointers.set(document, entry.seq)
    if (entry.kind === 'person.put' && typeof details === 'string')
      people.set(entry.object_id, { seq: entry.seq, details })
    snapshots.see(entry)
  })
  if (!chain.ok) return chain
  if (!signed.ok) return failed({ seq: 0, message: signed.message })
  const { checkpoints } = signed
  const persons = checkPeople(ledger, people)
  const fault =
    findBelied(checkpoints, chain.head, (link) => ledger.holds(link)) ??
    lostText(ledger, pointers) ??
    persons.fault ??
    snapshots.fault
  if (fault !== undefined) return failed(fault)
  return {
    ok: true,
    head: chain.head,
    documents: pointers.size,
    erased: persons.erased,
    checkpoints: checkpoints.length,
  }
}

function failed(fault: ChainFault): Verification {
  return { ok: false, fault }
}

type ChainVerdict =
  { readonly ok: true; readonly head: Link } | { readonly ok: false; readonly fault: ChainFault }

/** The chain alone: rows from entry 1 on, each entry handed to `seen` once it is proven. */
export function verifyChain(
  rows: Iterable<StoredEntry>,
  remembered: Link | null,
  seen: (entry: LedgerEntry) => void,
): ChainVerdict {
  let previous: Link = CHAIN_START
  let suspicion: { readonly row: StoredEntry; readonly fault: ChainFault } | undefined
  for (const row of rows) {
    if (suspicion !== undefined) return { ok: false, fault: blame(suspicion, row) }
    const linked = linkEntry(row, previous)
    if ('fault' in linked) {
      if (linked.fault.suspectsPrevious !== true) return { ok: false, fault: linked.fault }
      // The next row will tell which of the two it was.
      suspicion = { row, fault: linked.fault }
      continue
    }
    if (row.seq === remembered?.seq && row.hash !== remembered.hash) {
      const message = `entry ${row.seq} is not the one that is remembered: the ledger was rewritten`
      return { ok: false, fault: { seq: row.seq, message } }
    }
    seen(linked.entry)
    previous = { seq: row.seq, hash: row.hash }
  }
  if (suspicion !== undefined) return { ok: false, fault: suspicion.fault }
  if (remembered !== null && previous.seq < remembered.seq) {
    const seq = previous.seq + 1
    const message = `entry ${seq} is missing: the ledger ends at entry ${previous.seq}, entry ${remembered.seq} is remembered`
    return { ok: false, fault: { seq, message } }
  }
  return { ok: true, head: previous }
}

/** An entry that the next one follows is the one that was appended; then the one before it is not. */
function blame(
  { row, fault }: { readonly row: StoredEntry; readonly fault: ChainFault },
  next: StoredEntry,
): ChainFault {
  if (row.seq === 1 || 'fault' in linkEntry(next, row)) return fault
  const seq = row.seq - 1
  return {
    seq,
    message: `entry ${seq} was rewritten together with its hash: entry ${row.seq} does not follow it`,
  }
}

/**
 * What SQLite itself finds wrong with the pages of the small tables, in its words. The entries are left
 * out: every page of them is read and hashed anyway, and SQLite would take longer than the chain does.
 */
function tornPage(ledger: Ledger): string | undefined {
  const tables = ledger.db.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'entries'`,
  )
  for (const { name } of tables.all()) {
    const row = ledger.db.prepare(`PRAGMA quick_check('${String(name)}')`).get()
    const found = String(row?.['quick_check'])
    if (found !== 'ok') return `the file is torn: ${found.replaceAll('\n', ' ')}`
  }
  return undefined
}

function isTorn(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === CORRUPT
}

/** SQLITE_CORRUPT (sqlite.org/rescode.html). */
const CORRUPT = 11

function lostText(ledger: Ledger, pointers: ReadonlyMap<string, number>): ChainFault | undefined {
  for (const [document, seq] of pointers) {
    const text = ledger.findDocument(document)
    if (text === undefined) return { seq, message: `the text of entry ${seq} is missing` }
    if (sha256(text) !== document) return { seq, message: `the text of entry ${seq} was edited` }
  }
  return undefined
}

/** The last commitment that an entry made to a person's details. */
interface Pledge {
  readonly seq: number
  readonly details: string
}

function checkPeople(
  ledger: Ledger,
  pledges: ReadonlyMap<string, Pledge>,
): { readonly fault?: ChainFault; readonly erased: number } {
  const people = new People(ledger.db)
  let erased = 0
  for (const [ref, { seq, details }] of pledges) {
    const row = people.find(ref)
    if (row === undefined) erased += 1
    else if (commitmentOf(row) !== details) {
      const message = `the name of person \`${ref}\` was changed after entry ${seq}`
      return { fault: { seq, message }, erased }
    }
  }
  return { erased }
}

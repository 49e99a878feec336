import { inTransaction } from '../sqlite/open-database.ts'
import { findBelied, lastCheckpoint, sealCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { SigningKey } from './checkpoint-key.ts'
import { CHAIN_START, type Link } from './chain.ts'
import { LedgerBroken, type Ledger } from './ledger.ts'

/** requirements.md 6.2: a signed checkpoint each hour. */
const CHECKPOINT_EVERY_MS = 3_600_000

/** Signs the head of a ledger now and then, so that what was signed can't be cut off unseen. */
export interface Checkpointer {
  /** Signs when the last checkpoint is an hour old; call it every minute. Throws `LedgerBroken`. */
  tick(): void
  /** Signs what a stop leaves behind; before the ledger is closed. Throws `LedgerBroken`. */
  stop(): void
}

/** `clock` is gate time, epoch ms. Nothing is signed before it has been read: a signature vouches for the chain. */
export function createCheckpointer(
  ledger: Ledger,
  key: SigningKey,
  clock: () => number,
): Checkpointer {
  const insert = ledger.db.prepare(
    'INSERT INTO checkpoints (number, body, signature) VALUES (?, ?, ?)',
  )
  let proven = CHAIN_START
  const signHead = (last: Checkpoint | undefined, now: number): void => {
    proven = readOn(ledger, proven, last)
    // A ledger that nobody has founded has no site, and nothing to cut off.
    if (proven.seq === 0) return
    const { seq, hash } = proven
    const [checkpoint, ts] = [(last?.checkpoint ?? 0) + 1, new Date(now).toISOString()]
    const facts = { checkpoint, site: ledger.site() ?? '', seq, hash, ts }
    const row = sealCheckpoint(facts, key)
    insert.run(row.number, row.body, row.signature)
  }
  const signWhen = (isWanted: (last: Checkpoint | undefined, now: number) => boolean): void => {
    const [last, now] = [lastCheckpoint(ledger.db), clock()]
    if (!isWanted(last, now)) return
    // Without the write lock: the first reading of a long ledger takes seconds.
    proven = readOn(ledger, proven, last)
    inTransaction(ledger.db, () => {
      // Again under it: a second process may have appended or signed meanwhile.
      const newest = lastCheckpoint(ledger.db)
      if (isWanted(newest, now)) signHead(newest, now)
    })
  }
  return {
    tick: () => {
      signWhen(isDue)
    },
    stop: () => {
      signWhen(() => true)
    },
  }
}

/** A checkpoint of a later time was made before the clock was set back. */
function isDue(last: Checkpoint | undefined, now: number): boolean {
  if (last === undefined) return true
  const age = now - Date.parse(last.ts)
  return age < 0 || age >= CHECKPOINT_EVERY_MS
}

/** The head, once everything behind what is proven already has been read and follows it. */
function readOn(ledger: Ledger, proven: Link, last: Checkpoint | undefined): Link {
  const belied = last && findBelied([last], ledger.head(), (link) => ledger.holds(link))
  if (belied !== undefined) throw new LedgerBroken(belied)
  let head = startOf(ledger, [last ?? CHAIN_START, proven])
  for (const entry of ledger.entries(head.seq)) head = entry
  return { seq: head.seq, hash: head.hash }
}

/** The furthest of the entries that is still in the chain: a branch may have given way since. */
function startOf(ledger: Ledger, links: readonly Link[]): Link {
  const there = links.filter((link) => ledger.isLinkedAt(link))
  return there.reduce((one, other) => (other.seq > one.seq ? other : one), CHAIN_START)
}

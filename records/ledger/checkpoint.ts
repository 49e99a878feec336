import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { canonicalJson } from '../canonical-json.ts'
import type { Link } from './chain.ts'
import {
  isSigned,
  PUBLIC_KEY_FILE,
  readPublicKeys,
  type PublicKeys,
  type SigningKey,
} from './checkpoint-key.ts'

/** "At `ts` the ledger of `site` ended at entry `seq`, whose hash was `hash`", signed by the owner of `key`. */
export interface Checkpoint {
  readonly v: number
  /** From 1, without a gap: one that is taken out leaves a hole. */
  readonly checkpoint: number
  readonly site: string
  readonly seq: number
  readonly hash: string
  /** Gate time, RFC 3339 with milliseconds, UTC. */
  readonly ts: string
  /** `SigningKey.id`. */
  readonly key: string
}

/** A row as it lies in the database: `body` is the canonical JSON that `signature` (hex) was made of. */
export interface StoredCheckpoint {
  readonly number: number
  readonly body: string
  readonly signature: string
}

/** Bumped when the meaning of a field changes. */
const CHECKPOINT_VERSION = 1

/** The row of a new checkpoint. */
export function sealCheckpoint(
  facts: Pick<Checkpoint, 'checkpoint' | 'site' | 'seq' | 'hash' | 'ts'>,
  key: SigningKey,
): StoredCheckpoint {
  const body = canonicalJson({ v: CHECKPOINT_VERSION, ...facts, key: key.id })
  return { number: facts.checkpoint, body, signature: key.sign(body) }
}

/** The rows as they lie there, unchecked. */
export function* storedCheckpoints(db: DatabaseSync): Generator<StoredCheckpoint> {
  const select = db.prepare('SELECT number, body, signature FROM checkpoints ORDER BY number')
  for (const row of select.iterate()) {
    yield {
      number: Number(row['number']),
      body: String(row['body']),
      signature: String(row['signature']),
    }
  }
}

/** The checkpoint made last, unchecked; undefined before the first. */
export function lastCheckpoint(db: DatabaseSync): Checkpoint | undefined {
  const row = db.prepare('SELECT body FROM checkpoints ORDER BY number DESC LIMIT 1').get()
  return row === undefined ? undefined : parseCheckpoint(String(row['body']))
}

/** The keys that a node trusts: those in `checkpoint.pub` beside its ledger, none for a ledger in memory. */
export function keysBeside(db: DatabaseSync): PublicKeys {
  const path = db.location()
  return path === null ? new Map() : readPublicKeys(join(dirname(path), PUBLIC_KEY_FILE))
}

export type CheckedCheckpoints =
  | { readonly ok: true; readonly checkpoints: readonly Checkpoint[] }
  | { readonly ok: false; readonly message: string }

/**
 * The checkpoints once each is proven to be signed by one of `keys`, with none taken out. They say what
 * the chain must be; whether it is, is for who reads the chain.
 */
export function checkCheckpoints(
  rows: Iterable<StoredCheckpoint>,
  keys: PublicKeys,
): CheckedCheckpoints {
  const checkpoints: Checkpoint[] = []
  for (const row of rows) {
    const number = checkpoints.length + 1
    const fault = (what: string) =>
      ({ ok: false, message: `checkpoint ${number} ${what}` }) as const
    if (row.number !== number) return fault(`is missing: checkpoint ${row.number} comes next`)
    const checkpoint = parseCheckpoint(row.body)
    if (checkpoint === undefined) return fault('is not a checkpoint of a ledger')
    if (checkpoint.v > CHECKPOINT_VERSION) {
      return fault(`was written by a newer Schoolgate (format ${checkpoint.v}); upgrade this one`)
    }
    const key = keys.get(checkpoint.key)
    if (key === undefined)
      return fault(`is signed by a key that is not known here (${checkpoint.key})`)
    if (!isSigned(row.body, row.signature, key))
      return fault('does not have its signature: it was edited')
    if (checkpoint.checkpoint !== number) return fault(`was checkpoint ${checkpoint.checkpoint}`)
    checkpoints.push(checkpoint)
  }
  return { ok: true, checkpoints }
}

/**
 * The first checkpoint that a ledger which ends at `head` belies. `isKept` tells whether the ledger holds
 * an entry, in its chain or set aside with a branch that gave way.
 */
export function findBelied(
  checkpoints: Iterable<Checkpoint>,
  head: Link,
  isKept: (link: Link) => boolean,
): { readonly seq: number; readonly message: string } | undefined {
  for (const { checkpoint, seq, hash } of checkpoints) {
    if (isKept({ seq, hash })) continue
    const signed = `checkpoint ${checkpoint} signed`
    if (seq <= head.seq) {
      const message = `entry ${seq} is not the one that ${signed}: the ledger was rewritten at or before it`
      return { seq, message }
    }
    const message = `entry ${head.seq + 1} is missing: the ledger ends at entry ${head.seq}, ${signed} entry ${seq}`
    return { seq: head.seq + 1, message }
  }
  return undefined
}

function parseCheckpoint(text: string): Checkpoint | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { v, checkpoint, seq, hash, ts, key, site } = value as Partial<Checkpoint>
  const numbers = [v, checkpoint, seq].every((each) => typeof each === 'number')
  const texts = [hash, ts, key, site].every((each) => typeof each === 'string')
  return numbers && texts ? (value as Checkpoint) : undefined
}

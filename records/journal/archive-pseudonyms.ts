import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { encodeCrockford } from '../crockford.ts'

/** What marks a value that was replaced; no reference, device or address begins with it. */
export const ARCHIVE_MARK = '~'

/** 80 bits: a site has some thousand people and devices, and two of them must not become one. */
const PSEUDONYM_OCTETS = 10

const KEY_OCTETS = 32

/**
 * Replaces what identifies somebody in entries that are kept for statistics. Each calendar month (UTC)
 * of attempts has a key of its own, drawn when its first entry is due and destroyed when its last one is
 * done: within a month "how many different pupils" can still be counted; across months nothing can be
 * joined; and once the key is gone nobody can try the school's people until one fits. While it is
 * there, the rest of the month still stands beside it in clear, so it protects nothing that is not
 * known anyway. Kept by the DSL instead, it could be demanded, copied or lost.
 */
export class ArchivePseudonyms {
  readonly #db: DatabaseSync
  readonly #isKept: boolean
  readonly #keys = new Map<string, KeyObject>()

  /** With `isKept` false a key is in no file: what it replaced can't be tried out from the first moment. */
  constructor(db: DatabaseSync, isKept = true) {
    this.#db = db
    this.#isKept = isKept
  }

  /** `what` keeps a person apart from a device of the same name. */
  replace(what: string, value: string, ts: string): string {
    const digest = createHmac('sha256', this.#keyOf(periodOf(ts)))
      .update(`${what}\0${value}`)
      .digest()
    return ARCHIVE_MARK + encodeCrockford(digest.subarray(0, PSEUDONYM_OCTETS))
  }

  /** Destroys the keys of all months before the one that holds `at` (epoch ms). */
  destroyBefore(at: number): void {
    this.#db.prepare('DELETE FROM archive_keys WHERE period < ?').run(periodOf(isoOf(at)))
    this.#keys.clear()
  }

  /** After a rolled-back transaction: a key that was drawn in it is in no file. */
  reset(): void {
    this.#keys.clear()
  }

  #keyOf(period: string): KeyObject {
    const known = this.#keys.get(period)
    if (known !== undefined) return known
    const key = this.#isKept ? this.#keptKey(period) : createSecretKey(randomBytes(KEY_OCTETS))
    this.#keys.set(period, key)
    return key
  }

  #keptKey(period: string): KeyObject {
    this.#db
      .prepare('INSERT OR IGNORE INTO archive_keys VALUES (?, ?)')
      .run(period, randomBytes(KEY_OCTETS))
    const row = this.#db.prepare('SELECT key FROM archive_keys WHERE period = ?').get(period)
    return createSecretKey(row?.['key'] as Uint8Array)
  }
}

function periodOf(ts: string): string {
  return ts.slice(0, 7)
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}

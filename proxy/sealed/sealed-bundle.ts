import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Mac } from '../../rules/sealed/seal-entries.ts'
import type { SealedFeed } from '../../rules/sealed/sealed-feed.ts'
import { findCategory } from '../../rules/taxonomy/taxonomy.ts'
import { SealedIndex, type SealedFeedInfo } from '../../rules/sealed/sealed-index.ts'
import { makeSealedTable, type SealedTable } from '../../rules/sealed/sealed-table.ts'

/** The sealed feeds as they travel to the data threads: shared memory, and the key of the hashes. */
export interface SealedBundle {
  readonly feeds: readonly SealedFeedInfo[]
  /** Ids of feeds without a valid copy. */
  readonly missing: readonly string[]
  readonly table: SealedTable
  readonly hashKey: Uint8Array
}

/** `feeds` are those in force, `missing` the ids of those that should be. */
export function makeSealedBundle(
  feeds: readonly SealedFeed[],
  missing: readonly string[],
  hashKey: Uint8Array,
): SealedBundle {
  // As for lists, the first category of the taxonomy is the one that is named.
  const ordered = feeds.toSorted((a, b) => placeOf(a) - placeOf(b))
  const infos = ordered.map(({ id, category, serial }) => ({
    id,
    category,
    version: `serial ${serial}`,
  }))
  return { feeds: infos, missing, table: makeSealedTable(ordered), hashKey }
}

function placeOf({ category }: SealedFeed): number {
  return findCategory(category)?.index ?? -1
}

export function openSealed({ feeds, missing, table, hashKey }: SealedBundle): SealedIndex {
  return new SealedIndex({ feeds, missing, table, mac: macOf(createSecretKey(hashKey)) })
}

/** HMAC-SHA-256 (RFC 2104) under the feeds' hash key. */
export function macOf(key: KeyObject): Mac {
  return (text) => createHmac('sha256', key).update(text).digest()
}

import { createSecretKey } from 'node:crypto'
import { macOf, makeSealedBundle, openSealed } from '../../proxy/sealed/sealed-bundle.ts'
import { parseListLine } from '../../rules/lists/list-line.ts'
import { EntrySealer, idOfKey } from '../../rules/sealed/seal-entries.ts'
import type { SealedFeed } from '../../rules/sealed/sealed-feed.ts'
import { CATEGORIES } from '../../rules/taxonomy/taxonomy.ts'
import type { ListLine } from '../oracle/reference-decide.ts'
import type { SealedIndex } from '../../rules/sealed/sealed-index.ts'

export const HASH_KEY = Buffer.alloc(32, 7)
const MAC = macOf(createSecretKey(HASH_KEY))

/** A feed of lines as a list has them. */
export function feedOf(
  lines: readonly string[],
  more: Partial<Omit<SealedFeed, 'entries'>> = {},
): SealedFeed {
  const sealer = new EntrySealer(MAC)
  for (const line of lines) {
    const parsed = parseListLine(line, 'subtree')
    if (parsed.kind !== 'hosts' && parsed.kind !== 'url') throw new Error(`no entry: ${line}`)
    if (!sealer.add(parsed)) throw new Error(`cannot be matched: ${line}`)
  }
  return {
    ...{ id: 'csam', category: 'illegal.csam', serial: 1, licence: 'IWF 1234' },
    issued: Date.parse('2026-11-24T06:00:00Z'),
    hashKeyId: idOfKey(MAC),
    entries: sealer.entries,
    ...more,
  }
}

/** The lines of SEALED categories as one feed for each category, as a gate gets them; null without any. */
export function feedsOf(lines: readonly ListLine[]): SealedIndex | null {
  const sealed = CATEGORIES.filter(({ lock }) => lock === 'SEALED').flatMap(({ id: category }) => {
    const own = lines.filter((line) => line.category === category)
    const texts = own.map(({ host, scope }) => (scope === 'host' ? `0.0.0.0 ${host}` : host))
    return own.length === 0 ? [] : [feedOf(texts, { category, id: category })]
  })
  return sealed.length === 0 ? null : indexOf(sealed)
}

/** An index of these feeds, as a data thread opens it. */
export function indexOf(
  feeds: readonly SealedFeed[],
  missing: readonly string[] = [],
): SealedIndex {
  return openSealed(makeSealedBundle(feeds, missing, HASH_KEY))
}

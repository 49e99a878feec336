import { readFileSync } from 'node:fs'
import type { FeedProblem } from '../../rules/sealed/sealed-feed.ts'

/** 32 octets: as long as what they key (RFC 2104 section 3). */
export const HASH_KEY_OCTETS = 32

/** The key of the feeds' hashes, 64 hex digits in a file of its own, or why there is none. */
export function readHashKey(path: string): { readonly octets: Uint8Array } | FeedProblem {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (/^[0-9a-f]{64}$/i.test(text)) return { octets: Uint8Array.from(Buffer.from(text, 'hex')) }
    return { problem: `\`${path}\` is no hash key: it holds something else than 64 hex digits` }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { problem: `the hash key of the sealed feeds can't be read: ${why}` }
  }
}

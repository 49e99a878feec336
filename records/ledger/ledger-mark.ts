import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Ledger } from './ledger.ts'

/** What a ledger had come to, kept apart from it: who loses the records keeps this. */
export interface LedgerMark {
  readonly site: string
  readonly seq: number
  readonly hash: string
  /** When it had: gate time, RFC 3339. */
  readonly ts: string
}

/** Null where there is none, where it can't be read, or where it is another site's. */
export function readMark(path: string, site: string): LedgerMark | null {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { seq, hash, ts, site: owner } = value as Partial<LedgerMark>
  const isWhole =
    Number.isSafeInteger(seq) && typeof hash === 'string' && !Number.isNaN(Date.parse(String(ts)))
  return isWhole && owner === site ? (value as LedgerMark) : null
}

/** Puts the mark in the place of the last one. Throws the system's error. */
export function writeMark(path: string, mark: LedgerMark): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(mark)}\n`, { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/**
 * What is lost of the ledger that a mark was made of, in words; null where it is all there, in the chain
 * or set aside with a branch that gave way.
 */
export function lostSince(ledger: Ledger, mark: LedgerMark): string | null {
  if (ledger.holds(mark)) return null
  const founded = foundedAt(ledger)
  const was = `the ledger that had ${mark.seq} entries on ${mark.ts}`
  if (founded === null || Date.parse(founded) > Date.parse(mark.ts))
    return `the ledger begins anew${founded === null ? '' : ` on ${founded}`}: ${was} is lost`
  return `the ledger has lost entries: it is not, or not all of, ${was}`
}

/** When the first entry was written, RFC 3339; null for an empty ledger. */
export function foundedAt(ledger: Ledger): string | null {
  for (const { ts } of ledger.entries(0, 1)) return ts
  return null
}
